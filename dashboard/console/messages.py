"""What was sent to people, and in the demo what arrived."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from alerting.notify.queries import backlog, recent_messages
from dashboard.console.inbox import InboxError, fetch
from dashboard.web.context import services
from dashboard.web.texts import gettext

SHOWN = 100


def register(pages: Blueprint) -> None:
    """The outbox, and the inbox of the demo."""
    pages.add_url_rule("/messages", "messages", login_required(_outbox))
    pages.add_url_rule("/messages/received", "messages_received", login_required(_inbox))


def _outbox() -> ResponseReturnValue:
    house = services()
    with house.records.reading() as session:
        messages, waiting = recent_messages(session, SHOWN), backlog(session)
    has_inbox = house.settings.inbox_url is not None
    return render_template("console/messages.html", messages=messages, waiting=waiting, has_inbox=has_inbox)


def _inbox() -> ResponseReturnValue:
    url = services().settings.inbox_url
    received, refused = [], None
    if url is None:
        refused = gettext("没有设置演示收件箱（dashboard.inbox_url）。")
    else:
        try:
            received = fetch(url)
        except InboxError:
            refused = gettext("演示收件箱没有应答。它随 yunwei demo 一起启动。")
    return render_template("console/received.html", received=received, refused=refused)
