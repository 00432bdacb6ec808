"""The audit trail, for those who may read it; and the proof that nobody rewrote it."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from alerting.audit.log import verify
from alerting.audit.queries import entries
from dashboard.auth.session import requires
from dashboard.console.paging import asked_offset, cut
from dashboard.web.context import services

PAGE = 50


def register(pages: Blueprint) -> None:
    """The list."""
    pages.add_url_rule("/audit", "audit", requires(lambda role: role.may_audit)(_list))


def _list() -> ResponseReturnValue:
    house, offset = services(), asked_offset()
    with house.records.reading() as session:
        page = cut(entries(session, PAGE + 1, offset), offset, PAGE)
        # The walk along the whole chain costs time: only when asked for.
        proof = verify(session) if "verify" in request.args else None
    return render_template("console/audit.html", page=page, proof=proof)
