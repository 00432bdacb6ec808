"""What alerts say: labels and one-sentence summaries."""

from collections.abc import Mapping
from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.changes import ObjectKind, Severity
from alerting.judge.condition import Condition
from alerting.rules.metrics import Metric
from alerting.rules.model import AnyRule, DeviceDownRule, LinkDownRule, ThresholdRule
from alerting.rules.summaries import render
from foundation.clock import Instant
from topology.model import Device, Link, Role
from topology.network import CutOff, Network

_ROLES: Final[Mapping[Role, str]] = {
    Role.CORE: "核心路由器",
    Role.AGGREGATION: "汇聚路由器",
    Role.COUNTY: "核心路由器",
    Role.ACCESS: "接入路由器",
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
            "value": _number(worst.value),
            "limit": _number(rule.limit),
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


def _number(value: float) -> str:
    """At most one digit after the point; two below one, where rates of errors live."""
    text = f"{value:.2f}" if abs(value) < 1 else f"{value:.1f}"
    return text.rstrip("0").rstrip(".") or "0"
