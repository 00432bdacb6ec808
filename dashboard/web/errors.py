"""Answers for what goes wrong: JSON for programs, a friendly page for people, and never a traceback for either."""

import logging
from http import HTTPStatus

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from dashboard.web.texts import gettext
from foundation.problems import OperatorError

_log = logging.getLogger(__name__)


def handle_errors(app: Flask) -> None:
    """Register all handlers."""
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperatorError, _operator)
    app.register_error_handler(Exception, _unexpected)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    response = answer(error.code or 500, _sentence(error.code or 500))
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    return answer(400, gettext("页面已过期，请返回、刷新后再提交。"))


def _operator(error: OperatorError) -> ResponseReturnValue:
    _log.warning("A page can't be served: %s", error)
    return answer(503, str(error))


def _unexpected(error: Exception) -> ResponseReturnValue:
    _log.error("A page failed.", exc_info=error, extra={"path": request.path})
    return answer(500, _sentence(500))


def answer(status: int, sentence: str) -> Response:
    """One sentence, in the form that who asked can read."""
    if request.path.startswith("/api/"):
        response = jsonify(error={"status": status, "message": sentence})
    elif request.headers.get("HX-Request"):
        response = make_response(render_template("partials/refusal.html", sentence=sentence))
    else:
        response = make_response(render_template("console/error.html", status=status, sentence=sentence))
    response.status_code = status
    return response


def _sentence(status: int) -> str:
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return gettext("请先登录，或提供有效的令牌。")
        case HTTPStatus.FORBIDDEN:
            return gettext("您的角色无权进行此操作。")
        case HTTPStatus.NOT_FOUND:
            return gettext("没有找到这个页面或对象，它可能已被移除。")
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return gettext("此地址不接受这种请求。")
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return gettext("提交的内容过大。")
        case HTTPStatus.TOO_MANY_REQUESTS:
            return gettext("尝试过于频繁，请稍候再试。")
        case _ if status < 500:
            return gettext("请求有误，请检查后再试。")
        case _:
            return gettext("平台内部出错，已记入日志。请稍后再试；若反复出现，请联系管理员。")
