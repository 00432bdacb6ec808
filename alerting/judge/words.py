"""What alerts say: labels and one-sentence summaries."""

from collections.abc import Mapping
from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.changes import ObjectKind, Severity
from alerting.commoncause.areas import Area
from alerting.judge.condition import Condition
from alerting.judge.far import Far
from alerting.rules.kinds import kind_words
from alerting.rules.metrics import Metric
from alerting.rules.model import (
    AnyRule,
    DeviceDownRule,
    HealthStateRule,
    LinkDownRule,
    RoutingDownRule,
    ThresholdRule,
)
from alerting.rules.summaries import render
from foundation.clock import Instant
from foundation.messages import HealthReading, HealthStatus, LimitSource, RoutingReading
from topology.model import Device, Link, Role, Tier
from topology.network import CutOff, Network

_ROLES: Final[Mapping[Role, str]] = {
    Role.CORE: "核心路由器",
    Role.AGGREGATION: "汇聚路由器",
    Role.COUNTY: "核心路由器",
    Role.ACCESS: "接入路由器",
}

SHUT_DOWN: Final = ("（已在设备上人为关闭）", " (shut down on the device by an operator)")
"""Why an alert on a neighbour ends without the neighbour being up."""

_STATUSES: Final[Mapping[HealthStatus, tuple[str, str]]] = {
    HealthStatus.OK: ("正常", "ok"),
    HealthStatus.WARNING: ("预警", "warning"),
    HealthStatus.CRITICAL: ("严重", "critical"),
    HealthStatus.UNKNOWN: ("未知", "unknown"),
}
_LIMITS: Final[Mapping[LimitSource, tuple[str, str]]] = {
    LimitSource.DEVICE: ("设备限值", "the device's limit"),
    LimitSource.PROFILE: ("厂家限值", "the vendor's limit"),
}


class Words:
    """Makes conditions: the rule's templates filled with the network's names."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def device_down(self, rule: DeviceDownRule, device: Device, started_at: Instant, cut_off: CutOff) -> Condition:
        """A device that is down, and who is cut off by it."""
        severity = rule.severity_with(device.role, county_cut=bool(cut_off.counties))
        values = self._of_device(device) | _of_outage(cut_off)
        return self._condition(
            rule, device, ObjectKind.DEVICE, device.id, severity, started_at, values, cut_off=cut_off
        )

    def link_down(
        self, rule: LinkDownRule, link: Link, started_at: Instant, cut_off: CutOff, said_by: str
    ) -> Condition:
        """A link that is down, as one of its ends (`said_by`) tells. Its role and centre are its lower end's."""
        lower, upper = self._network.devices[link.lower], self._network.devices[link.upper]
        severity = rule.severity_with(lower.role, county_cut=bool(cut_off.counties))
        values = (
            self._of_device(lower)
            | _of_outage(cut_off)
            | {
                "link": link.id,
                "upper": link.upper,
                "upper_name": self._name(upper),
                "lower": link.lower,
                "lower_name": self._name(lower),
                "carrier": link.carrier,
                "interface": link.upper_interface,
            }
        )
        return Condition(
            key=AlertKey(ObjectKind.LINK, link.id, rule.id),
            device=link.upper,
            division=lower.division,
            severity=severity,
            started_at=started_at,
            summary=render(rule.summary, values),
            summary_en=render(rule.summary_en, values),
            labels=self._labels(rule, lower, ObjectKind.LINK, severity),
            anchors=(link.upper, link.lower),
            cut_off=cut_off,
            details={"said_by": said_by},
        )

    def plain(self, rule: AnyRule, device: Device, started_at: Instant) -> Condition:
        """A condition of a device that needs no more words: a silent agent, a restart."""
        severity = rule.severity_for(device.role)
        values = self._of_device(device)
        return self._condition(rule, device, ObjectKind.DEVICE, device.id, severity, started_at, values)

    def threshold(
        self, rule: ThresholdRule, device: Device, object_id: str, started_at: Instant, worst: "Worst"
    ) -> Condition:
        """A metric past its limit."""
        severity = rule.severity_for(device.role)
        values = self._of_device(device) | {
            "interface": worst.entity,
            "entity": worst.entity,
            "value": number(worst.value),
            "limit": number(rule.limit),
            "unit": rule.unit,
            "metric": worst.metric.title,
            "metric_en": worst.metric.title_en,
        }
        (kind,) = rule.object_kinds_now()
        return self._condition(
            rule, device, kind, object_id, severity, started_at, values,
            metric=worst.metric.name, value=worst.value, limit=rule.limit,
            details={"entity": worst.entity} if worst.entity else {},
        )  # fmt: skip

    def routing(
        self,
        rule: RoutingDownRule,
        device: Device,
        object_id: str,
        started_at: Instant,
        reading: RoutingReading,
        far: Far | None,
    ) -> Condition:
        """A routing neighbour that is lost; `far` is who it is, where that is known."""
        details = {"protocol": reading.protocol, "state": reading.state}
        name = name_en = reading.neighbour
        if far is not None:
            name = f"{self._network.devices[far.device].name}（{reading.neighbour}）"
            name_en = f"{far.device} ({reading.neighbour})"
            details |= {"peer": far.device} | ({"link": far.links[0]} if len(far.links) == 1 else {})
        values = self._of_device(device) | {
            "protocol": reading.protocol.upper(),
            "neighbour": reading.neighbour,
            "neighbour_name": name,
            "neighbour_name_en": name_en,
            "state": reading.state,
            "remote_as": "" if reading.remote_as is None else str(reading.remote_as),
        }
        severity = rule.severity_for(device.role)
        return self._condition(
            rule, device, ObjectKind.NEIGHBOUR, object_id, severity, started_at, values, metric=reading.protocol,
            details=details,
        )  # fmt: skip

    def sensor(
        self, rule: HealthStateRule, device: Device, object_id: str, started_at: Instant, reading: HealthReading
    ) -> Condition:
        """A sensor beyond its limit, or one that tells a failure."""
        metric, metric_en = kind_words(reading.kind)
        status, status_en = _STATUSES[reading.status]
        limit, limit_en = _bound(reading)
        values = self._of_device(device) | {
            "entity": reading.entity,
            "metric": metric,
            "metric_en": metric_en,
            "reading": _reading(reading) or status_en,
            "status": status,
            "status_en": status_en,
            "limit": limit,
            "limit_en": limit_en,
        }
        severity = rule.severity_at(device.role, reading.status)
        return self._condition(
            rule, device, ObjectKind.SENSOR, object_id, severity, started_at, values, metric=reading.kind,
            value=reading.value, limit=reading.limit, details={"entity": reading.entity},
        )  # fmt: skip

    def area(
        self, area: Area, hub: str, started_at: Instant, cut_off: CutOff, members: int, *, carrier: str
    ) -> Condition:
        """Sites that failed together; `hub` is what most of them hang on, `carrier` whose lines all of them have."""
        rule, division = area.rule, self._network.divisions[area.division]
        severity = rule.severity_for(Role.ACCESS)
        values = {
            "place": division.name,
            "place_en": division.name_en,
            "carrier": carrier,
            "carrier_note": f"（均为{carrier}线路）" if carrier else "",
            "carrier_note_en": f" (all on lines of {carrier})" if carrier else "",
            "count": str(members),
            "total": str(len(area.sites)),
        }
        return Condition(
            key=AlertKey(ObjectKind.AREA, area.id, rule.id),
            device=hub,
            division=area.division,
            severity=severity,
            started_at=started_at,
            summary=render(rule.summary, values),
            summary_en=render(rule.summary_en, values),
            labels={
                "rule": rule.id,
                "object_kind": ObjectKind.AREA.value,
                "role": Role.ACCESS.value,
                "tier": Tier.AGENCY.value,
                "severity": severity.value,
                "division": area.division,
            },
            anchors=(),
            cut_off=cut_off,
            details={"carrier": carrier} if carrier else {},
        )

    def said(
        self,
        rule: AnyRule,
        device: Device,
        kind: ObjectKind,
        object_id: str,
        started_at: Instant,
        values: dict[str, str],
        *,
        metric: str = "",
        value: float | None = None,
        limit: float | None = None,
        details: Mapping[str, str] | None = None,
    ) -> Condition:
        """A condition in the rule's own words: `values` holds its fields beside those that every rule knows."""
        return self._condition(
            rule, device, kind, object_id, rule.severity_for(device.role), started_at, self._of_device(device) | values,
            metric=metric, value=value, limit=limit, details=details,
        )  # fmt: skip

    def _condition(
        self,
        rule: AnyRule,
        device: Device,
        kind: ObjectKind,
        object_id: str,
        severity: Severity,
        started_at: Instant,
        values: Mapping[str, str],
        *,
        metric: str = "",
        value: float | None = None,
        limit: float | None = None,
        cut_off: CutOff | None = None,
        details: Mapping[str, str] | None = None,
    ) -> Condition:
        labels = self._labels(rule, device, kind, severity)
        return Condition(
            key=AlertKey(kind, object_id, rule.id),
            device=device.id,
            division=device.division,
            severity=severity,
            started_at=started_at,
            summary=render(rule.summary, values),
            summary_en=render(rule.summary_en, values),
            labels=labels | {"metric": metric} if metric else labels,
            anchors=(device.id,),
            value=value,
            limit=limit,
            cut_off=cut_off,
            details=details or {},
        )

    def _labels(self, rule: AnyRule, device: Device, kind: ObjectKind, severity: Severity) -> dict[str, str]:
        return {
            "rule": rule.id,
            "object_kind": kind.value,
            "role": device.role.value,
            "tier": device.tier.value,
            "severity": severity.value,
            "division": device.division,
        }

    def _of_device(self, device: Device) -> dict[str, str]:
        division = self._network.divisions[device.division]
        return {
            "device": device.id,
            "device_name": device.name,
            "place": self._place(device),
            "role": _ROLES[device.role],
            "division": division.name,
            "division_en": division.name_en,
        }

    def _place(self, device: Device) -> str:
        agency = self._network.agencies.get(device.agency) if device.agency is not None else None
        return self._network.divisions[device.division].name if agency is None else agency.name

    def _name(self, device: Device) -> str:
        return f"{self._place(device)}{_ROLES[device.role]} {device.id}"


class Worst:
    """The worst of the values that a threshold rule watches in one sample."""

    __slots__ = ("entity", "metric", "value")

    def __init__(self, value: float, metric: Metric, entity: str) -> None:
        self.value = value
        self.metric = metric
        self.entity = entity


def _of_outage(cut_off: CutOff) -> dict[str, str]:
    agencies, counties = len(cut_off.agencies), len(cut_off.counties)
    impact, impact_en = "", ""
    if agencies and counties > 1:
        impact, impact_en = (
            f"，影响 {counties} 个县 {agencies} 家单位",
            f", {counties} counties and {agencies} agencies cut off",
        )
    elif agencies:
        impact, impact_en = (
            f"，影响 {agencies} 家单位",
            f", {agencies} {'agency' if agencies == 1 else 'agencies'} cut off",
        )
    return {"agencies": str(agencies), "counties": str(counties), "impact": impact, "impact_en": impact_en}


def _reading(reading: HealthReading) -> str:
    """What a sensor tells: the MIB's word for a state, else the value with its unit."""
    if reading.word or reading.value is None:
        return reading.word
    return f"{number(reading.value)} {reading.unit}".strip()


def _bound(reading: HealthReading) -> tuple[str, str]:
    """The limit that a sensor is beyond, with where it comes from: a clause to end a sentence with, or nothing."""
    words = _LIMITS.get(reading.limit_source)
    if words is None or reading.limit is None:
        return "", ""
    limit = f"{number(reading.limit)} {reading.unit}".strip()
    return f"，超出{words[0]} {limit}", f", beyond {words[1]} {limit}"


def number(value: float) -> str:
    """As people write it: at most one digit after the point; two below one, where rates of errors live."""
    text = f"{value:.2f}" if abs(value) < 1 else f"{value:.1f}"
    return text.rstrip("0").rstrip(".") or "0"
