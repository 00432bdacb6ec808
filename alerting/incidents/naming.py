"""What an incident is called: its title in both languages, and the short words of a text message."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from alerting.changes import AlertChange, ObjectKind
from alerting.rules.kinds import kind_words
from topology.model import Device, Role, Tier, short_name
from topology.network import Network


@dataclass(frozen=True, slots=True)
class Name:
    """The names of one trouble."""

    title: str
    """昭通市 镇雄县路由器失联"""
    title_en: str
    """Zhenxiong County, Zhaotong City: county router down"""
    place: str
    """昭通镇雄县路由器: for a text message."""
    word: str
    """失联"""
    prefecture: str
    """昭通; 全省 for what belongs to the province."""


@dataclass(frozen=True, slots=True)
class _Words:
    title: str
    title_en: str
    short: str


_WORDS: Final[Mapping[str, _Words]] = {
    "device-down": _Words("失联", "down", "失联"),
    "link-down": _Words("中断", "down", "中断"),
    "snmp-silent": _Words("网管无响应", "does not answer SNMP", "网管无响应"),
    "snmp-rejected": _Words("凭据被拒绝", "refuses our SNMP credentials", "凭据被拒绝"),
    "device-restart": _Words("重启", "restarted", "重启"),
    "routing-down": _Words("邻居中断", "down", "路由邻居中断"),
    "fan-failed": _Words("异常", "failed", "风扇异常"),
    "power-failed": _Words("异常", "failed", "电源异常"),
    "module-failed": _Words("异常", "failed", "板卡异常"),
    "optical-power": _Words("异常", "out of range", "光功率异常"),
    "temperature-limit": _Words("过高", "beyond its limit", "温度过高"),
    "ups-on-battery": _Words("转为电池供电", "on battery", "转电池供电"),
    "ups-battery-low": _Words("不足", "low", "电池不足"),
    "environment-alarm": _Words("异常", "out of range", "环境异常"),
    "cpu-high": _Words("CPU 利用率过高", "CPU load high", "CPU过高"),
    "memory-high": _Words("内存利用率过高", "memory use high", "内存过高"),
    "temperature-high": _Words("温度过高", "temperature high", "温度过高"),
    "interface-utilisation": _Words("流量过高", "load high", "流量过高"),
    "interface-saturated": _Words("流量跑满", "saturated", "流量跑满"),
    "interface-discards": _Words("丢包过多", "drops packets", "丢包过多"),
    "response-slow": _Words("响应过慢", "responds slowly", "响应过慢"),
    "uplink-redundancy-lost": _Words("上联线路失去冗余", "lost uplink redundancy", "上联失去冗余"),
    "power-redundancy-lost": _Words("电源失去冗余", "lost power redundancy", "电源失去冗余"),
    "interface-down": _Words("接口中断", "interface down", "接口中断"),
    "interfaces-missing": _Words("接口数据缺失", "gives no interface data", "接口数据缺失"),
    "health-missing": _Words("健康数据缺失", "gives no health data", "健康数据缺失"),
    "poll-loss": _Words("轮询丢失过多", "loses polls", "轮询丢失"),
    "temperature-rising": _Words("温度骤升", "temperature rises fast", "温度骤升"),
    "cpu-unusual": _Words("CPU 利用率异常", "CPU load unusual", "CPU异常"),
    "memory-full-soon": _Words("内存将耗尽", "memory will run out", "内存将耗尽"),
    "disk-high": _Words("存储利用率过高", "storage nearly full", "存储将满"),
    "resources-high": _Words("资源利用率过高", "short of a resource", "资源将耗尽"),
    "response-unusual": _Words("响应异常变慢", "responds unusually slowly", "响应异常"),
    "device-choking": _Words("濒临失去响应", "may stop answering", "濒临失去响应"),
    "error-ratio-in": _Words("误码率过高", "high share of errors", "误码率高"),
    "discard-ratio-out": _Words("丢包率过高", "high share of drops", "丢包率高"),
    "traffic-collapsed": _Words("流量骤降", "load fell suddenly", "流量骤降"),
    "traffic-unusual": _Words("流量异常", "load unusual", "流量异常"),
    "line-full-soon": _Words("流量将超容量", "will be full", "需要扩容"),
    "optics-weak": _Words("收光过弱", "receives little light", "收光过弱"),
    "ups-overloaded": _Words("UPS 负载过高", "UPS overloaded", "UPS过载"),
    "config-changed": _Words("配置被修改", "configuration changed", "配置被修改"),
    "login-failed": _Words("多次登录失败", "failed logins", "登录失败"),
    "snmp-authentication-failed": _Words("SNMP 凭据被试探", "SNMP credentials tried", "凭据被试探"),
    "loop-detected": _Words("疑似环路", "probable loop", "疑似环路"),
    "address-conflict": _Words("地址冲突", "address conflict", "地址冲突"),
    "cpu-under-attack": _Words("疑似受攻击", "probably attacked", "疑似受攻击"),
    "interface-errors": _Words("误码过多", "carries errors", "误码过多"),
    "collector-blind": _Words("采集机失明", "the collector is blind", "采集失明"),
    "alert-storm": _Words("告警风暴", "alert storm", "告警风暴"),
    "area-down": _Words("疑似停电或光缆中断", "probable power or fibre cut", "疑似停电断纤"),
    "carrier-down": _Words("疑似大面积中断", "probable trunk failure", "疑似大面积中断"),
}
_OTHER: Final = _Words("告警", "alert", "告警")

_ROLES_EN: Final = {
    Role.CORE: "core router",
    Role.AGGREGATION: "aggregation router",
    Role.COUNTY: "county router",
    Role.ACCESS: "access router",
}


def name_of(network: Network, change: AlertChange) -> Name:
    """The names of what an alert is about. Rules the house does not know by word are called by the alert's summary."""
    words = _words(change)
    if change.object_kind is ObjectKind.PLATFORM:
        short = _OTHER.short if words is None else words.short
        return Name(change.summary, change.summary_en, "监控平台", short, "全省")
    prefectures = [found for found in network.lineage(change.division) if found.tier is Tier.PREFECTURE]
    prefecture = short_name(prefectures[0].name) if prefectures else "全省"
    thing, thing_en = _thing(network, change)
    brief = _brief(network, change, thing)
    if words is None:
        return Name(change.summary, change.summary_en, brief, _OTHER.short, prefecture)
    where = " ".join(
        found.name
        for found in reversed(network.lineage(change.division))
        if found.tier is not Tier.PROVINCE and found.name not in thing and short_name(found.name) not in thing
    )
    where_en = ", ".join(found.name_en for found in network.lineage(change.division) if found.tier is not Tier.PROVINCE)
    separator = " " if thing[-1].isascii() else ""
    held, held_en = _held(change)
    return Name(
        title=f"{where} {thing}{separator}{words.title}{held}".strip(),
        title_en=f"{where_en or 'Province'}: {f'{thing_en} {words.title_en}'.strip()}{held_en}",
        place=brief if prefectures == [] or prefecture in brief else prefecture + brief,
        word=words.short,
        prefecture=prefecture,
    )


def _held(change: AlertChange) -> tuple[str, str]:
    """How many alerts a storm holds; empty for all else."""
    if change.object_kind is not ObjectKind.CENTRE or change.value is None:
        return "", ""
    return f":汇总 {change.value:.0f} 条", f", {change.value:.0f} alerts in its list"


def _words(change: AlertChange) -> _Words | None:
    """By the rule's id; an outage of a rule that a province named otherwise is called like the shipped one's."""
    if change.object_kind is ObjectKind.CENTRE:
        return _WORDS["alert-storm"]
    outage = None if change.cut_off is None else f"{change.object_kind.value}-down"
    if change.object_kind is ObjectKind.AREA and "/" in change.object_id:
        outage = "carrier-down"
    return _WORDS.get(change.rule) or _WORDS.get(outage or "")


def with_impact(title: str, title_en: str, agencies: int) -> tuple[str, str]:
    """The title with how many agencies are cut off, where any are."""
    if agencies == 0:
        return title, title_en
    noun = "agency" if agencies == 1 else "agencies"
    return f"{title},影响 {agencies} 家单位", f"{title_en}, {agencies} {noun} cut off"


def explanation(network: Network, suppressed_by: str) -> tuple[str, str]:
    """What suppresses an alert, in words; judging names it `maintenance:12`, `device:530627-R1`, `link:…` …"""
    kind, _, name = suppressed_by.partition(":")
    if kind == "maintenance":
        return f"检修窗口 {name} 内", f"Inside maintenance window {name}"
    if kind == "device" and name in network.devices:
        return f"由 {network.devices[name].name} 的故障引起", f"Explained by the failure of {name}"
    if kind == "area":
        division, _, carrier = name.partition("/")
        found = network.divisions.get(division)
        place, place_en = (division, division) if found is None else (found.name, found.name_en)
        if carrier:
            return (
                f"由{place}{carrier}线路大面积中断引起",
                f"Explained by the failure of {carrier}'s lines in {place_en}",
            )
        return f"由{place}疑似停电或光缆中断引起", f"Explained by the probable power or fibre cut in {place_en}"
    if kind == "inhibition":
        rule, _, thing = name.partition("/")
        return f"{thing} 已有告警 {rule} 说明", f"{thing} already has the alert {rule}, which says it"
    if kind == "storm":
        centre = network.divisions.get(name.rpartition("/")[2])
        place, place_en = ("", "") if centre is None else (centre.name, f" in {centre.name_en}")
        return f"已汇总在{place}的告警风暴中", f"Listed by the alert storm{place_en}"
    if kind == "neighbour":
        return "同一邻居关系已由对端设备告警", f"The same session is told by its other end, {name.partition('/')[0]}"
    if kind == "sensor":
        part = name.rpartition("/")[2]
        return f"部件 {part} 已单独告警", f"The part {part} has an alarm of its own"
    if kind == "link" and name in network.links:
        link = network.links[name]
        ends = f"{_end(network.devices[link.lower].name)}至{_end(network.devices[link.upper].name)}"
        return f"由{ends}线路中断引起", f"Explained by the failure of line {name}"
    return f"由 {suppressed_by or '其他原因'} 引起", f"Explained by {suppressed_by or 'something else'}"


def _thing(network: Network, change: AlertChange) -> tuple[str, str]:
    """What the alert is about, in both languages."""
    if change.object_kind is ObjectKind.LINK and (link := network.links.get(change.object_id)) is not None:
        upper, lower = network.devices[link.upper], network.devices[link.lower]
        thing = f"{_end(lower.name)}至{_end(upper.name)}{link.carrier}线路"
        return thing, f"line {_end_en(network, lower)} to {_end_en(network, upper)}"
    if change.object_kind is ObjectKind.CENTRE and change.division in network.divisions:
        return network.divisions[change.division].name, ""
    if change.object_kind is ObjectKind.AREA and change.division in network.divisions:
        division, carrier = network.divisions[change.division], change.object_id.partition("/")[2]
        if carrier:
            return f"{division.name}{carrier}线路", f"lines of {carrier}"
        return division.name, ""
    device = network.devices.get(change.device)
    if device is None:
        return change.device, change.device
    if change.object_kind is ObjectKind.INTERFACE:
        interface = change.object_id.partition("/")[2]
        return f"{device.name} {interface}", f"{_end_en(network, device)} interface {interface}"
    if change.object_kind is ObjectKind.NEIGHBOUR:
        protocol, neighbour = _parts(change)
        session = f"{protocol.upper()} {neighbour}"
        return f"{device.name} {session}", f"{_device_en(network, device)} {protocol.upper()} neighbour {neighbour}"
    if change.object_kind is ObjectKind.SENSOR:
        kind, entity = _parts(change)
        word, word_en = kind_words(kind)
        return f"{device.name} {entity} {word}", f"{_device_en(network, device)} {word_en} {entity}"
    return device.name, _device_en(network, device)


def _parts(change: AlertChange) -> tuple[str, str]:
    """What stands behind the device in the id of a neighbour or a sensor."""
    first, _, rest = change.object_id.removeprefix(f"{change.device}/").partition("/")
    return first, rest


def _brief(network: Network, change: AlertChange, thing: str) -> str:
    """What a text message calls the thing: it leaves the network, so no addresses and no parts of devices."""
    if change.object_kind in (ObjectKind.NEIGHBOUR, ObjectKind.SENSOR) and change.device in network.devices:
        return network.devices[change.device].name
    return thing


def _end(name: str) -> str:
    """镇雄县 for 镇雄县路由器: the end of a line in few words."""
    return name.replace("路由器", "") or name


def _device_en(network: Network, device: Device) -> str:
    if device.agency is not None and device.agency in network.agencies:
        return f"{network.agencies[device.agency].name_en} access router"
    return f"{_ROLES_EN[device.role]} {device.id}"


def _end_en(network: Network, device: Device) -> str:
    if device.agency is not None and device.agency in network.agencies:
        return network.agencies[device.agency].name_en
    return device.id
