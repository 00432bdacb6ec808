"""The rules compiled for the hot path: for each device, the few comparisons that one sample must survive."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, TypeVar, cast

from alerting.judge.links import LinkEnd, LinkWatch
from alerting.rules.base import Rule
from alerting.rules.labels import labels_of
from alerting.rules.loader import RuleSet
from alerting.rules.metrics import Layer
from alerting.rules.model import (
    DeviceDownRule,
    DeviceRestartRule,
    HealthStateRule,
    LinkDownRule,
    RoutingDownRule,
    SnmpRejectedRule,
    SnmpSilentRule,
    ThresholdRule,
)
from alerting.rules.observed import ChangeRule, InterfaceDownRule, MissingDataRule, RedundancyLostRule
from foundation.messages import InterfaceReading
from topology.model import Device, Link
from topology.network import Network

R = TypeVar("R", bound=Rule)

Getter = Callable[[InterfaceReading], float | None]

MAX_PORTS: Final = 4_096
"""Interfaces that one device may have: a broken agent that invents names must not fill the memory."""


class Limits:
    """Of several rules, for each watched field the limit that the mildest sets: nothing past it, nothing to do."""

    __slots__ = ("above", "below", "edges_above", "edges_below", "rules")

    def __init__(self, rules: tuple[ThresholdRule, ...]) -> None:
        self.rules = rules
        self.above, self.below = _limits(rules, above=True), _limits(rules, above=False)
        self.edges_above, self.edges_below = _edges(self.above), _edges(self.below)


class Port:
    """What is asked of one interface: values above and below which it is looked at closely, and its link's end."""

    __slots__ = ("above", "below", "changes", "down", "end", "groups", "oper", "rules", "seen_up", "watched")

    def __init__(
        self,
        limits: "Limits",
        end: LinkEnd | None,
        down: InterfaceDownRule | None = None,
        groups: tuple[RedundancyLostRule, ...] = (),
        changes: tuple[ChangeRule, ...] = (),
    ) -> None:
        self.rules = limits.rules
        self.down = down
        self.groups = groups
        """Rules on groups that it is a member of."""
        self.changes = changes
        self.watched = down is not None or bool(groups)
        """Whether its state itself is judged."""
        self.oper = -1
        """Its state when it was last judged."""
        self.seen_up = False
        self.end = end
        self.above: tuple[tuple[Getter, float], ...] = limits.edges_above
        self.below: tuple[tuple[Getter, float], ...] = limits.edges_below


@dataclass(slots=True)
class DevicePlan:
    """What is asked of one device."""

    device: Device
    down: DeviceDownRule | None
    silent: SnmpSilentRule | None
    rejected: SnmpRejectedRule | None
    restart: DeviceRestartRule | None
    health: tuple[ThresholdRule, ...]
    health_above: Mapping[str, float]
    health_below: Mapping[str, float]
    slow: tuple[ThresholdRule, ...]
    """Rules on the observation's own fields."""
    slow_above: tuple[tuple[Callable[[Any], float | None], float], ...]
    slow_below: tuple[tuple[Callable[[Any], float | None], float], ...]
    ports: dict[str, Port]
    changes: Mapping[str, tuple[ChangeRule, ...]]
    """Rules on changes of sensors, by kind."""
    sensor_changes: dict[tuple[str, str], tuple[ChangeRule, ...]]
    """Those of each sensor seen, by kind and entity."""
    slow_changes: tuple[ChangeRule, ...]
    """Rules on changes of the observation's own fields."""
    has_changes: bool
    """Whether any rule on changes may concern it."""
    lacks: Mapping[str, MissingDataRule]
    """Rules on layers that give nothing, by layer."""
    redundancy: RedundancyLostRule | None
    """The rule on its uplinks, where it has several."""
    parts: tuple[RedundancyLostRule, ...]
    """Rules on its power supplies and fans."""


class Plans:
    """Compiles each device's plan, and each interface's as it is first seen."""

    def __init__(self, network: Network, rules: RuleSet, links: LinkWatch) -> None:
        self._network = network
        self._links = links
        self._rules = rules
        self._interface_rules = tuple(rule for rule in rules.of(ThresholdRule) if rule.layer is Layer.INTERFACE)
        self._routing_rules = rules.of(RoutingDownRule)
        self._health_rules = rules.of(HealthStateRule)
        self._change_rules = rules.of(ChangeRule)
        self._redundancy_rules = rules.of(RedundancyLostRule)
        self._of: dict[type[Rule], tuple[Rule, ...]] = {}
        """The rules of each kind: asked for each device and interface."""
        self._limits_of: dict[tuple[int, ...], Limits] = {}
        """Most devices and interfaces are covered by the same rules: by the rules' identities, which live as long."""
        self._labelled: tuple[str, Mapping[str, Collection[str]]] = ("", {})
        """The device whose labels were wanted last, and they: its ports follow it."""

    def of_device(self, device: Device) -> DevicePlan:
        """A device's plan, with the ports of its declared links."""
        labels = self._labels(device)
        covering = [
            rule.fitted(labels)
            for rule in self._rules_of(ThresholdRule)
            if rule.layer is not Layer.INTERFACE
            and (rule.scope.may_cover(labels) if rule.is_by_entity else rule.scope.covers(labels))
        ]
        health = tuple(rule for rule in covering if rule.layer is Layer.HEALTH)
        slow = tuple(rule for rule in covering if rule.layer is Layer.DEVICE)
        plan = DevicePlan(
            device=device,
            down=self._first(DeviceDownRule, labels),
            silent=self._first(SnmpSilentRule, labels),
            rejected=self._first(SnmpRejectedRule, labels),
            restart=self._first(DeviceRestartRule, labels),
            health=health,
            health_above=self._limits(health).above,
            health_below=self._limits(health).below,
            slow=slow,
            slow_above=self._limits(slow).edges_above,
            slow_below=self._limits(slow).edges_below,
            ports={},
            changes=self._changes(labels),
            sensor_changes={},
            slow_changes=tuple(
                rule.fitted(labels)
                for rule in self._change_rules
                if rule.layer is Layer.DEVICE and rule.scope.covers(labels)
            ),
            has_changes=any(rule.scope.may_cover(labels) for rule in self._change_rules),
            lacks=self._lacks(labels),
            redundancy=self._redundancy(device, labels),
            parts=tuple(
                rule.fitted(labels) for rule in self._redundancy_rules if rule.of_parts and rule.scope.covers(labels)
            ),
        )
        for link in (*self._network.uplinks(device.id), *self._network.downlinks(device.id)):
            name = link.lower_interface if link.lower == device.id else link.upper_interface
            self.port(plan, name)
        return plan

    def port(self, plan: DevicePlan, name: str) -> Port | None:
        """The port of an interface, compiled on its first sight; None for one too many."""
        port = plan.ports.get(name)
        if port is None and len(plan.ports) < MAX_PORTS:
            device = plan.device
            link = self._network.link_at(device.id, name)
            labels = {**self._labels(device), "interface": (name,), "carrier": (link.carrier,) if link else ()}
            rules = tuple(rule.fitted(labels) for rule in self._interface_rules if rule.scope.covers(labels))
            groups = tuple(
                rule.fitted(labels)
                for rule in self._redundancy_rules
                if rule.has_member(name) and rule.scope.covers(labels)
            )
            # One trouble is one alarm: a declared line has its own rule, and so has a member of a group.
            alone = link is None and not groups
            changes = tuple(
                rule.fitted(labels)
                for rule in self._change_rules
                if rule.layer is Layer.INTERFACE and rule.scope.covers(labels)
            )
            down = self._first(InterfaceDownRule, labels) if alone else None
            port = plan.ports[name] = Port(
                self._limits(rules), self._links.end_at(device.id, name), down, groups, changes
            )
        return port

    def of_link(self, link: Link) -> LinkDownRule | None:
        """The rule that answers for a link: judged by its lower end."""
        lower = self._network.devices[link.lower]
        labels = {**self._labels(lower), "interface": (link.lower_interface,), "carrier": (link.carrier,)}
        return self._first(LinkDownRule, labels)

    def routing_rule(self, plan: DevicePlan, protocol: str, neighbour: str) -> RoutingDownRule | None:
        """The rule that answers for a routing neighbour."""
        rules = [rule for rule in self._routing_rules if rule.protocol in ("both", protocol)]
        labels = {**self._labels(plan.device), "neighbour": (neighbour,)} if rules else {}
        return next((rule.fitted(labels) for rule in rules if rule.scope.covers(labels)), None)

    def health_rule(self, plan: DevicePlan, kind: str, entity: str) -> HealthStateRule | None:
        """The rule that answers for a sensor."""
        rules = [rule for rule in self._health_rules if kind in rule.health]
        labels = {**self._labels(plan.device), "entity": (entity,)} if rules else {}
        return next((rule.fitted(labels) for rule in rules if rule.scope.covers(labels)), None)

    def of_kind(self, kind: type[R], device: Device, **more: Collection[str]) -> tuple[R, ...]:
        """All rules of one kind that cover a device, or a part of it that `more` names, as they stand for it."""
        labels = {**self._labels(device), **more}
        return tuple(rule.fitted(labels) for rule in self._rules_of(kind) if rule.scope.covers(labels))

    def fitted(self, rule: R, device: Device, interface: str = "") -> R | None:
        """A rule as it stands for a device, or for one of its interfaces; None where it does not cover it."""
        labels = labels_of(self._network, device, interface)
        return rule.fitted(labels) if rule.scope.covers(labels) else None

    def leaves_out(self, rule: ThresholdRule, device: Device, entity: str) -> bool:
        """Whether a threshold's scope leaves out one of a device's sensors."""
        return rule.is_by_entity and not rule.scope.covers({**self._labels(device), "entity": (entity,)})

    def change_rules(self, plan: DevicePlan, kind: str, entity: str) -> tuple[ChangeRule, ...]:
        """The rules on changes of one sensor, compiled on its first sight; none for one too many."""
        sensor = (kind, entity)
        found = plan.sensor_changes.get(sensor)
        if found is None:
            if len(plan.sensor_changes) >= MAX_PORTS:
                return ()
            labels = {**self._labels(plan.device), "entity": (entity,)}
            found = tuple(rule.fitted(labels) for rule in plan.changes.get(kind, ()) if rule.scope.covers(labels))
            plan.sensor_changes[sensor] = found
        return found

    def _changes(self, labels: Mapping[str, Collection[str]]) -> Mapping[str, tuple[ChangeRule, ...]]:
        found: dict[str, tuple[ChangeRule, ...]] = {}
        for rule in self._change_rules:
            if rule.layer is Layer.HEALTH and rule.scope.may_cover(labels):
                for name in rule.metric:
                    found[name] = (*found.get(name, ()), rule)
        return found

    def _lacks(self, labels: Mapping[str, Collection[str]]) -> Mapping[str, MissingDataRule]:
        found: dict[str, MissingDataRule] = {}
        for rule in self._rules_of(MissingDataRule):
            if rule.layer not in found and rule.scope.covers(labels):
                found[rule.layer] = rule.fitted(labels)
        return found

    def _redundancy(self, device: Device, labels: Mapping[str, Collection[str]]) -> RedundancyLostRule | None:
        if len(self._network.uplinks(device.id)) < 2:
            return None
        rules = (rule for rule in self._redundancy_rules if rule.of_uplinks)
        return next((rule.fitted(labels) for rule in rules if rule.scope.covers(labels)), None)

    def _labels(self, device: Device) -> Mapping[str, Collection[str]]:
        if self._labelled[0] != device.id:
            self._labelled = (device.id, labels_of(self._network, device))
        return self._labelled[1]

    def _limits(self, rules: tuple[ThresholdRule, ...]) -> Limits:
        known = self._limits_of.get(key := tuple(map(id, rules)))
        if known is None:
            known = self._limits_of[key] = Limits(rules)
        return known

    def _rules_of(self, kind: type[R]) -> tuple[R, ...]:
        known = self._of.get(kind)
        if known is None:
            known = self._of[kind] = self._rules.of(kind)
        return cast(tuple[R, ...], known)

    def _first(self, kind: type[R], labels: Mapping[str, Collection[str]]) -> R | None:
        """Of the rules of one kind, the first in the files' order whose scope covers the labels."""
        return next((rule.fitted(labels) for rule in self._rules_of(kind) if rule.scope.covers(labels)), None)


def _edges(limits: Mapping[str, float]) -> tuple[tuple[Callable[[Any], float | None], float], ...]:
    return tuple((attrgetter(name), limit) for name, limit in limits.items())


def _limits(rules: Collection[ThresholdRule], *, above: bool) -> dict[str, float]:
    limits: dict[str, float] = {}
    for rule in rules:
        if rule.above is above:
            for name in rule.metric:
                mild = min if above else max
                limits[name] = mild(limits.get(name, rule.limit), rule.limit)
    return limits
