"""A message about an impact that can be sent as it stands: to the agencies concerned, or to the tier above."""

from collections.abc import Iterable

from alerting.impact.whatif import Impact, Reached
from topology.network import Network

MOST_NAMED = 5
"""Names in a sentence; the rest is a number."""


def message(network: Network, impact: Impact) -> str:
    """In Chinese."""
    what = "、".join(network.devices[device].name for device in sorted(impact.devices)) or "、".join(
        f"{network.devices[link.upper].name}至{network.devices[link.lower].name}线路"
        for link in (network.links[link] for link in sorted(impact.links))
    )
    parts = [f"{what}停用期间"]
    parts.append(f"中断：{_counts(network, impact.cut_off)}" if impact.cut_off else "无业务中断")
    if impact.degraded:
        parts.append(f"失去冗余（业务不中断）：{_counts(network, impact.degraded)}")
    return "，".join(parts[:2]) + ("；" + parts[2] if len(parts) > 2 else "") + "。"


def message_en(network: Network, impact: Impact) -> str:
    """In English."""
    what = ", ".join(sorted(impact.devices)) or ", ".join(sorted(impact.links))
    cut = f"cut off: {_counts_en(network, impact.cut_off)}" if impact.cut_off else "nobody is cut off"
    spare = f"; without redundancy (still served): {_counts_en(network, impact.degraded)}" if impact.degraded else ""
    return f"While {what} is out of service, {cut}{spare}."


def _counts(network: Network, reached: Reached) -> str:
    counties = [network.divisions[code].name for code in sorted(reached.counties)]
    parts = [f"{len(reached.counties)} 个县区（{_named(counties, '、', '等')}）"] if counties else []
    agencies = [network.agencies[agency].name for agency in sorted(reached.agencies)]
    if agencies:
        parts.append(f"{len(agencies)} 家单位" + ("" if counties else f"（{_named(agencies, '、', '等')}）"))
    if reached.private_networks:
        names = [network.private_networks[one].name for one in sorted(reached.private_networks)]
        parts.append(f"涉及 {len(names)} 个专网（{_named(names, '、', '等')}）")
    return "，".join(parts) or f"{len(reached.devices)} 台设备"


def _counts_en(network: Network, reached: Reached) -> str:
    counties = [network.divisions[code].name_en for code in sorted(reached.counties)]
    parts = [f"{_number(len(counties), 'county', 'counties')} ({_named(counties, ', ', ' …')})"] if counties else []
    agencies = [network.agencies[agency].name_en for agency in sorted(reached.agencies)]
    if agencies:
        named = "" if counties else f" ({_named(agencies, ', ', ' …')})"
        parts.append(_number(len(agencies), "agency", "agencies") + named)
    if reached.private_networks:
        parts.append(_number(len(reached.private_networks), "private network", "private networks"))
    return ", ".join(parts) or _number(len(reached.devices), "device", "devices")


def _named(names: Iterable[str], between: str, more: str) -> str:
    every = list(names)
    return between.join(every[:MOST_NAMED]) + (more if len(every) > MOST_NAMED else "")


def _number(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
