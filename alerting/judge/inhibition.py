"""Rules that silence others: while an alert of one is told on an object, those it names say nothing new about it."""

from collections.abc import Iterable
from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.alerts.states import TOLD
from alerting.changes import ObjectKind, Severity
from alerting.judge.book import AlertBook, OpenAlert
from alerting.judge.condition import Condition
from alerting.rules.loader import RuleSet
from topology.network import Network

PREFIX: Final = "inhibition:"
_GRAVITY: Final = {severity: place for place, severity in enumerate(reversed(Severity))}
"""How grave each severity is."""


class Inhibition:
    """Knows which rule is silenced by which."""

    def __init__(self, rules: RuleSet, book: AlertBook, network: Network) -> None:
        self._book = book
        self._network = network
        self._by: dict[str, list[str]] = {}
        for rule in rules.rules.values():
            for name in rule.inhibits:
                self._by.setdefault(name, []).append(rule.id)

    def explanation(self, condition: Condition) -> str:
        """`inhibition:interface-saturated/a1/Gi1` while that alert silences this one; empty when none does.

        An alert that was told before stays told: taking it back and telling it again would call people twice. One that
        is graver than what would silence it is told: nobody hears of a critical trouble by a warning.
        """
        key = condition.key
        inhibitors = self._by.get(key.rule)
        if inhibitors is None:
            return ""
        own = self._book.get(key)
        if own is not None and own.told:
            return ""
        for alert in self._book.on_device(condition.device):
            by = alert.condition.key
            told = by.rule in inhibitors and alert.state in TOLD
            if told and _GRAVITY[alert.condition.severity] >= _GRAVITY[condition.severity] and self._covers(by, key):
                return f"{PREFIX}{by.rule}/{by.object_id}"
        return ""

    def concerned(self, devices: Iterable[str]) -> list[OpenAlert]:
        """Of the alerts on devices where alerts began or ended, those that another may silence."""
        if not self._by:
            return []
        return [one for one in self._book.on_devices(devices) if one.condition.key.rule in self._by and not one.told]

    def _covers(self, by: AlertKey, key: AlertKey) -> bool:
        """The same object, one of its ports, sensors or neighbours, or a port at either end of the line."""
        if by.object_id == key.object_id or key.object_id.startswith(f"{by.object_id}/"):
            return True
        link = self._network.links.get(by.object_id) if by.object_kind is ObjectKind.LINK else None
        return link is not None and key.object_id in (
            f"{link.upper}/{link.upper_interface}", f"{link.lower}/{link.lower_interface}",
        )  # fmt: skip
