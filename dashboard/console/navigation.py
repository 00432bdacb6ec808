"""The console's menu."""

from dataclasses import dataclass

from flask import request, url_for

from dashboard.auth.session import visitor
from dashboard.web.context import services
from dashboard.web.texts import gettext


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu."""

    text: str
    icon: str
    url: str
    current: bool
    count: int = 0
    outside: bool = False
    """Opens in a window of its own."""


def navigation() -> list[Entry | None]:
    """The entries this visitor may open; None is a line between groups."""
    who = visitor()
    live = services().live
    live.refresh()
    _, opened, _ = live.incidents()
    calling = sum(1 for incident in opened if incident.state == "open")

    def entry(text: str, icon: str, endpoint: str, *, count: int = 0, outside: bool = False) -> Entry:
        current = (request.endpoint or "").split("_")[0] == f"console.{icon}"
        return Entry(text, icon, url_for(endpoint), current, count, outside)

    entries: list[Entry | None] = [
        entry(gettext("总览"), "overview", "console.overview"),
        entry(gettext("大屏"), "wall", "wall.page", outside=True),
        None,
        entry(gettext("事件"), "incidents", "console.incidents", count=calling),
        entry(gettext("告警"), "alerts", "console.alerts"),
        entry(gettext("设备"), "devices", "console.devices"),
        entry(gettext("网络"), "network", "console.network"),
        entry(gettext("排行"), "rankings", "console.rankings"),
        entry(gettext("检修"), "maintenance", "console.maintenance"),
        entry(gettext("推演"), "impact", "console.impact"),
        None,
        entry(gettext("消息"), "messages", "console.messages"),
        entry(gettext("报表"), "reports", "console.reports"),
        entry(gettext("平台"), "status", "console.status"),
    ]
    if who is not None and who.role.may_audit:
        entries.append(entry(gettext("审计"), "audit", "console.audit"))
    return entries
