"""Which figures for flapping count for a condition: its rule's, or those of the override that fits what it is about."""

from collections.abc import Collection, Mapping
from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.alerts.flapping import Flapping
from alerting.changes import ObjectKind
from alerting.rules.labels import labels_of
from alerting.rules.loader import RuleSet
from topology.network import Network

_MOST: Final = 10_000
"""Conditions whose figures are remembered."""


class FlapFigures:
    """Finds them by a condition's key; those of conditions with overrides are remembered."""

    def __init__(self, network: Network, rules: RuleSet) -> None:
        self._network = network
        self._rules = rules
        self._fitting = {
            rule.id for rule in rules.rules.values() if any(override.flap is not None for override in rule.overrides)
        }
        self._known: dict[AlertKey, Flapping] = {}

    def __call__(self, key: AlertKey) -> Flapping | None:
        """None for a rule that is not there, or whose coming and going is told each time."""
        rule = self._rules.rules.get(key.rule)
        if rule is None:
            return None
        flap = rule.flap
        if rule.id in self._fitting:
            known = self._known.get(key)
            if known is None:
                known = rule.fitted(self._labels(key)).flap
                if len(self._known) < _MOST:
                    self._known[key] = known
            flap = known
        return flap if flap.watch else None

    def _labels(self, key: AlertKey) -> Mapping[str, Collection[str]]:
        """As scopes and overrides match on them: a line by its lower end, a part by its device and its own name."""
        network = self._network
        link = network.links.get(key.object_id) if key.object_kind is ObjectKind.LINK else None
        if link is not None:
            return labels_of(network, network.devices[link.lower], link.lower_interface)
        name, _, part = key.object_id.partition("/")
        device = network.devices.get(name)
        if device is None:
            lineage = network.lineage(name) if name in network.divisions else ()
            return {"division": tuple(division.code for division in lineage)}
        if key.object_kind is ObjectKind.INTERFACE:
            return labels_of(network, device, part)
        # Behind the device and its slash stand protocol or kind, and the neighbour's or the sensor's own name.
        own = {ObjectKind.NEIGHBOUR: "neighbour", ObjectKind.SENSOR: "entity"}.get(key.object_kind)
        more: dict[str, Collection[str]] = {} if own is None else {own: (part.partition("/")[2],)}
        return {**labels_of(network, device), **more}
