"""What people do on an incident's page. One transaction an action; its messages are published after it."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alerting.incidents import actions
from alerting.incidents.parting import take_out
from dashboard.auth.session import actor, requires
from dashboard.console.incidents import context
from dashboard.web.context import services, source
from foundation.clock import Instant
from foundation.messages import IncidentChange
from foundation.problems import OperatorError

Act = Callable[[Session, str, Instant, str], list[IncidentChange]]
"""(session, actor, now, source) → messages."""


def register(pages: Blueprint) -> None:
    """One address an action; only for those who may act."""
    for path, name, view in (
        ("acknowledge", "acknowledge", _acknowledge),
        ("assign", "assign", _assign),
        ("note", "note", _note),
        ("close", "close", _close),
        ("steps/<int:step>", "step", _step),
        ("alerts/<int:alert>/take-out", "take_out", _take_out),
    ):
        guarded = requires(lambda role: role.may_act)(view)
        pages.add_url_rule(f"/incidents/<int:number>/{path}", f"incidents_{name}", guarded, methods=["POST"])


def _acknowledge(number: int) -> ResponseReturnValue:
    return _do(number, lambda s, who, now, src: actions.acknowledge(s, number, who, now, source=src))


def _assign(number: int) -> ResponseReturnValue:
    person = request.form.get("person", "")
    return _do(number, lambda s, who, now, src: actions.assign(s, number, person, who, now, source=src))


def _note(number: int) -> ResponseReturnValue:
    text = request.form.get("text", "")
    return _do(number, lambda s, who, now, src: actions.add_note(s, number, text, who, now, source=src))


def _close(number: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    return _do(number, lambda s, who, now, src: actions.close(s, number, reason, who, now, source=src))


def _step(number: int, step: int) -> ResponseReturnValue:
    done = request.form.get("done") == "1"
    return _do(number, lambda s, who, now, src: actions.tick_step(s, number, step, done, who, now, source=src))


def _take_out(number: int, alert: int) -> ResponseReturnValue:
    return _do(number, lambda s, who, now, src: take_out(s, alert, who, now, source=src))


def _do(number: int, act: Act) -> ResponseReturnValue:
    house = services()
    refusal = None
    try:
        with house.records.transaction() as session:
            messages = act(session, actor(), house.clock.now(), source())
        house.bus.publish_all(messages)
    except OperatorError as error:
        refusal = str(error)
    if request.headers.get("HX-Request"):
        return render_template("console/incident_live.html", refusal=refusal, **context(number))
    if refusal is not None:
        flash(refusal)
    return redirect(url_for("console.incidents_one", number=number))
