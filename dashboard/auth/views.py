"""The pages for logging in, logging out and changing the password."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import login_required
from sqlalchemy.orm import Session

from alerting.audit.log import record
from dashboard.accounts import passwords
from dashboard.accounts.service import Outcome, change_password, log_in
from dashboard.auth.session import farewell, visitor, welcome
from dashboard.web.context import services, source
from dashboard.web.security import safe_target
from dashboard.web.texts import gettext
from foundation.clock import Instant
from foundation.problems import OperatorError


def auth_pages(limiter: Limiter) -> Blueprint:
    """The blueprint; attempts to log in are limited per address."""
    pages = Blueprint("auth", __name__)
    pages.add_url_rule("/login", "login", _login_form, methods=["GET"])
    attempt = limiter.limit("10 per minute; 60 per hour", key_func=get_remote_address)(_log_in)
    pages.add_url_rule("/login", "attempt", attempt, methods=["POST"])
    pages.add_url_rule("/logout", "logout", _log_out, methods=["POST"])
    pages.add_url_rule("/password", "password", login_required(_password), methods=["GET", "POST"])
    return pages


def _login_form() -> ResponseReturnValue:
    target = safe_target(request.args.get("next"), url_for("console.overview"))
    if visitor() is not None:
        return redirect(target)
    return render_template("console/login.html", target=target, name="", refusal=None)


def _log_in() -> ResponseReturnValue:
    name, password = request.form.get("name", "").strip(), request.form.get("password", "")
    target = safe_target(request.form.get("next"), url_for("console.overview"))
    house = services()
    now = house.clock.now()
    with house.records.transaction() as session:
        attempt = log_in(session, name, password, now)
        _keep(session, name[:64], f"login-{attempt.outcome}", now, success=attempt.person is not None)
    if attempt.person is not None:
        welcome(attempt.person)
        return redirect(target)
    if attempt.outcome is Outcome.LOCKED:
        refusal = gettext("连续输错密码，账号已锁定 30 分钟。")
    else:
        refusal = gettext("用户名或密码不正确。")
    return render_template("console/login.html", target=target, name=name, refusal=refusal), 401


def _log_out() -> ResponseReturnValue:
    farewell()
    return redirect(url_for("auth.login"))


def _password() -> ResponseReturnValue:
    refusal = None
    if request.method == "POST":
        refusal = _change()
        if refusal is None:
            flash(gettext("密码已修改。"))
            return redirect(url_for("console.overview"))
    return render_template("console/password.html", refusal=refusal, minimum=passwords.MINIMUM_LENGTH)


def _change() -> str | None:
    who, house = visitor(), services()
    assert who is not None, "the page requires a login"
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        return gettext("两次输入的新密码不一致。")
    now = house.clock.now()
    try:
        with house.records.transaction() as session:
            if not change_password(session, who.id, request.form.get("current", ""), new, now):
                return gettext("当前密码不正确。")
            _keep(session, who.name, "password-changed", now, success=True)
    except OperatorError:
        return gettext("新密码不符合要求：至少 10 位，含大小写字母、数字、符号中的三种，不含用户名，且不同于旧密码。")
    return None


def _keep(session: Session, name: str, action: str, now: Instant, *, success: bool) -> None:
    record(session, at=now, actor=name, action=action, object=f"account:{name}", source=source(), success=success)
