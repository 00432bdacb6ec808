"""What a changed configuration would no longer judge or watch, and whom that concerns now. Pure but for the records."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from alerting.incidents.queries import open_incidents
from alerting.incidents.views import IncidentView
from alerting.maintenance.findings import Finding, Level, Linter
from alerting.maintenance.settings import MaintenanceSettings
from alerting.maintenance.windows import Window, list_windows
from alerting.rules.base import Rule
from alerting.rules.labels import labels_of
from alerting.rules.model import LinkDownRule
from foundation.clock import Instant
from topology.network import Network
from yunwei.differences.configured import Configured


@dataclass(frozen=True, slots=True)
class Silence:
    """What is no longer judged, though it is still there."""

    rule: str
    """The rule by its id, as it was before."""
    objects: tuple[str, ...]
    """Devices, or for a rule on links those, that it covered and covers no longer."""


@dataclass(frozen=True, slots=True)
class Inhibited:
    """A rule that is kept from telling, about an object on which another one is told, for the first time."""

    rule: str
    by: str


@dataclass(frozen=True, slots=True)
class Silences:
    """All that falls silent."""

    devices: tuple[str, ...]
    """Devices that are no longer watched."""
    links: tuple[str, ...]
    agencies: tuple[str, ...]
    rules: tuple[Silence, ...]
    people: tuple[str, ...] = ()
    """Names of those whom no channel reaches any more."""
    inhibited: tuple[Inhibited, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything does."""
        return bool(self.devices or self.links or self.agencies or self.rules or self.people or self.inhibited)


@dataclass(frozen=True, slots=True)
class Concerned:
    """An open incident whose alert the change would clear without anything being mended."""

    incident: IncidentView
    why: str
    """`device`, `link` or `rule`: what of it is no longer there; `scope` where the rule no longer covers it."""


def silences(before: Configured, after: Configured) -> Silences:
    """What was watched or judged before and is not after. What is gone itself is told once, not for each rule."""
    old, new = before.network, after.network
    found = []
    for key, rule in before.rules.rules.items():
        still = after.rules.rules.get(key)
        kept = _covered(still, new) if still is not None and still.kind == rule.kind else frozenset()
        present = new.links if isinstance(rule, LinkDownRule) else new.devices
        gone = sorted(one for one in _covered(rule, old) - kept if one in present)
        if gone:
            found.append(Silence(key, tuple(gone)))
    return Silences(
        tuple(key for key in old.devices if key not in new.devices),
        tuple(key for key in old.links if key not in new.links),
        tuple(key for key in old.agencies if key not in new.agencies),
        tuple(found),
        inhibited=tuple(
            Inhibited(name, rule.id)
            for rule in after.rules.rules.values()
            for name in rule.inhibits
            if name in before.rules.rules and name not in _inhibits(before, rule.id)
        ),
    )


def _inhibits(configured: Configured, rule: str) -> list[str]:
    found = configured.rules.rules.get(rule)
    return [] if found is None else found.inhibits


def concerned(session: Session, silenced: Silences, after: Configured) -> list[Concerned]:
    """The incidents that nobody closed, and whose leading alert would no longer be judged."""
    by_rule = {one.rule: frozenset(one.objects) for one in silenced.rules}
    found = []
    for incident in open_incidents(session):
        why = ""
        if incident.rule not in after.rules.rules:
            why = "rule"
        elif incident.object_kind == "link" and incident.object_id not in after.network.links:
            why = "link"
        elif incident.device and incident.device not in after.network.devices:
            why = "device"
        elif {incident.device, incident.object_id} & by_rule.get(incident.rule, frozenset()):
            why = "scope"
        if why:
            found.append(Concerned(incident, why))
    return found


def idle_windows(session: Session, after: Configured, now: Instant) -> list[tuple[Window, Finding]]:
    """Maintenance that is planned or lasts, and would stand for nothing any more."""
    windows = list_windows(session, now)
    linter = Linter(after.network, MaintenanceSettings())
    found = []
    for window in windows:
        refused = [one for one in linter.recorded(window, (), now) if one.level is Level.REFUSE]
        found += [(window, one) for one in refused[:1]]
    return found


def _covered(rule: Rule, network: Network) -> frozenset[str]:
    """The devices, or links, that a rule may speak of."""
    if not isinstance(rule, LinkDownRule):
        return frozenset(
            device.id for device in network.devices.values() if rule.scope.may_cover(labels_of(network, device))
        )
    return frozenset(
        link.id
        for link in network.links.values()
        if rule.scope.covers(labels_of(network, network.devices[link.lower], link.lower_interface))
    )
