"""What is told when the platform ends a window by itself, and to whom. Pure."""

from html import escape

from alerting.maintenance.targets import Objects, TargetKind
from alerting.maintenance.windows import Window
from alerting.notify.outbox import Texts
from alerting.notify.texts import SINGLE, clean
from alerting.oncall.duty import Person
from alerting.oncall.roster import Roster
from foundation.calendar import duration, local, zoned
from foundation.clock import Instant
from foundation.problems import OperatorError
from topology.network import Network


def people_of(network: Network, roster: Roster, objects: Objects, author: str, now: Instant) -> list[Person]:
    """Who planned it, where the roster knows a person of that name, and who is on duty in the centre that answers for
    all of its objects."""
    found = {
        person.id: person
        for centre in roster.centres.values()
        for person in centre.people.values()
        if author in (person.id, person.name)
    }
    if len(found) > 1:
        found = {}  # several people of one name: nobody can tell who is meant
    division = _division(network, objects)
    if division is not None:
        try:
            operator = roster.on_duty(division, now).operator
        except OperatorError:
            pass  # the roster names nobody there any more; the audit trail and the page tell it
        else:
            found[operator.id] = operator
    return list(found.values())


def texts_of(
    network: Network, window: Window, objects: Objects, since: Instant | None, now: Instant, signature: str
) -> Texts:
    """The message in the form of every channel; without `since`, what it was planned for has left the network."""
    name = _name(network, window, objects)
    end = f"检修{window.id}号已自动结束"
    calm = "对象已不在拓扑中" if since is None else f"正常满{duration(now - since)}"
    clock = local(now).strftime("%H:%M")
    choices = (f"{end}:{name}{calm},{clock}起恢复告警。", f"{end}:{calm},{clock}起恢复告警。")
    whole = [f"【{signature}】{clean(choice)}" for choice in choices]
    sms = next((text for text in whole if len(text) <= SINGLE), whole[-1])
    lines = (
        ("检修对象", _names(network, window, objects)),
        ("开始时间", zoned(window.starts_at)),
        *((("正常起始", zoned(since)),) if since is not None else ()),
        ("结束时间", zoned(now)),
        ("原因", window.reason),
        ("登记人", window.author),
        ("批准人", window.approver),
    )
    why = "检修对象已不在拓扑中" if since is None else "所涉对象已全部正常且无告警"
    intro = f"检修窗口 {window.id} 没有结束时间,{why},平台自动结束。此后的中断照常告警。"
    text = "\n".join([intro, "", *(f"{label}:{value}" for label, value in lines), ""])
    rows = "".join(f"<tr><th align='left'>{escape(label)}</th><td>{escape(value)}</td></tr>" for label, value in lines)
    html = (
        "<!DOCTYPE html><html lang='zh-CN'><head><meta charset='utf-8'></head><body>"
        f"<p><strong>{escape(intro)}</strong></p><table cellpadding='4'>{rows}</table></body></html>"
    )
    return Texts(sms, f"[检修][自动结束] {name} 检修{window.id}号", text, html)


def _names(network: Network, window: Window, objects: Objects) -> str:
    """Every target by its name: an e-mail has room for them."""
    if window.target_kind is not TargetKind.SEVERAL:
        return _name(network, window, objects)
    return "、".join(_known(network, target) or target for _, target in window.pieces)


def _name(network: Network, window: Window, objects: Objects) -> str:
    known = _known(network, window.target_id)
    if known is not None:
        return known
    devices, links = len(objects.devices), len(objects.links)
    if devices and links:
        return f"{devices}台设备、{links}条线路"
    return f"{links}条线路" if links else f"{devices}台设备"


def _known(network: Network, target: str) -> str | None:
    for known in (network.devices, network.agencies, network.divisions):
        if target in known:
            return known[target].name
    return None


def _division(network: Network, objects: Objects) -> str | None:
    """The lowest division that all the objects lie in."""
    ends = {network.links[link].lower for link in objects.links}
    lineages = [network.lineage(network.devices[device].division) for device in objects.devices | ends]
    if not lineages:
        return None
    shared = set.intersection(*({one.code for one in lineage} for lineage in lineages))
    return next((one.code for one in lineages[0] if one.code in shared), None)
