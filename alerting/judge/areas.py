"""Outages of many sites at once that have one cause beyond the topology: gathered, told as one, split again."""

from collections import Counter
from collections.abc import Callable, Iterable

from alerting.alerts.effects import AlertKey
from alerting.alerts.suppression import AREA
from alerting.changes import ObjectKind
from alerting.commoncause.areas import carrier_of
from alerting.commoncause.group import Fate, Group
from alerting.commoncause.watch import CommonCauses
from alerting.judge.book import AlertBook
from alerting.judge.causes import Causes
from alerting.judge.condition import Condition
from alerting.judge.earlier import Earlier
from alerting.judge.states import States
from alerting.judge.words import Words
from alerting.reachability.decide import RootKind, device_root, link_root
from alerting.rules.grouped import CommonCauseRule
from alerting.rules.loader import RuleSet
from alerting.rules.model import DeviceDownRule, LinkDownRule
from foundation.clock import Instant
from topology.network import Network


class Areas:
    """Ties the watch over areas to what is judged of devices and lines."""

    def __init__(
        self,
        network: Network,
        rules: RuleSet,
        causes: Causes,
        states: States,
        book: AlertBook,
        words: Words,
    ) -> None:
        self._network = network
        self._rules = rules
        self._causes = causes
        self._states = states
        self._book = book
        self._words = words
        self._down = tuple(rule.id for rule in rules.of(DeviceDownRule))
        self._apart: frozenset[AlertKey] = frozenset()
        self._cut = tuple(rule.id for rule in rules.of(LinkDownRule))
        self._watch = CommonCauses(network, rules.of(CommonCauseRule), self)

    # What the watch asks -----------------------------------------------------------------------------------------

    def out_since(self, site: str) -> Instant | None:
        """Since when a site is down itself, or cut off by nothing but its own lines; planned work does not count."""
        verdict = self._causes.verdicts.get(site)
        if verdict is None:
            return None
        covered = self._states.covered
        if site in covered.devices or site in covered.stranded:
            return None
        if verdict.roots and all(root.id in covered.links for root in verdict.roots):
            return None
        links = self._network.links
        own = all(root.kind == RootKind.LINK.value and links[root.id].lower == site for root in verdict.roots)
        if not own:
            return None
        since = self._causes.since[site]
        # After a restart every outage seems to have just begun; an alert that was open before knows better.
        if verdict.is_down:
            known = self._started(ObjectKind.DEVICE, site, self._down)
        else:
            starts = [self._started(ObjectKind.LINK, root.id, self._cut) for root in verdict.roots]
            known = None if None in starts else max(start for start in starts if start is not None)
        return since if known is None else min(since, known)

    def answers(self, site: str, since: Instant) -> bool:
        """Whether it is there."""
        return site not in self._causes.missing and self._causes.answered.get(site, -1) >= since

    def is_open(self, site: str, since: Instant) -> bool:
        """Whether it may yet be found to be out."""
        if site in self._causes.missing:
            return site not in self._causes.verdicts
        return 0 <= self._causes.answered.get(site, -1) < since

    # What judging asks -------------------------------------------------------------------------------------------

    def is_waiting(self, site: str) -> bool:
        """Whether the alarms of a site wait for others."""
        return self._watch.is_waiting(site)

    def holds(self, condition: Condition, now: Instant) -> bool:
        """Whether an outage that nothing explains is to wait, since it may be one of many."""
        site = self._site(condition)
        return site is not None and self._watch.hold(site, condition.started_at, now)

    def explanation(self, condition: Condition) -> str:
        """`area:530627` for the outage of a site that failed with others; for such an area's own alert, what now cuts
        all of its sites off, if anything does."""
        if condition.key.object_kind is ObjectKind.AREA:
            return self._cut_off_by(self._watch.group(condition.key.rule, condition.key.object_id))
        site = self._site(condition)
        group = None if site is None else self._watch.group_of(site)
        return "" if group is None else f"{AREA}{group.area.id}"

    def resume(self, earlier: Earlier) -> bool:
        """An area's alert was open before the start."""
        if not isinstance(earlier.rule, CommonCauseRule):
            return False
        key, condition = earlier.key, earlier.condition
        self._watch.resume(key.rule, key.object_id, condition.lost, condition.started_at, earlier.now)
        return True

    def part(self, apart: frozenset[AlertKey]) -> None:
        """People took these alerts out of what gathers them: their sites failed by themselves."""
        new, self._apart = apart - self._apart, apart
        for key in new:
            link = self._network.links.get(key.object_id) if key.object_kind is ObjectKind.LINK else None
            self._watch.part(key.object_id if link is None else link.lower)

    def turn(
        self,
        changed: Iterable[str],
        now: Instant,
        report: Callable[[Condition, Instant], None],
        calm: Callable[[AlertKey, Instant, tuple[str, str]], None],
    ) -> set[str]:
        """Let time pass. Groups are reported and ended; returns the sites whose own alarms are to be judged again."""
        turned = self._watch.turn(changed, now)
        for group in turned.grouped:
            report(self._condition(group), now)
        for group, fate in turned.ended:
            because = ("", "")
            if fate is Fate.SPLIT:
                count = len(group.away)
                noun = "agency stays" if count == 1 else "agencies stay"
                because = (
                    f"（其余 {count} 家未随之恢复，另行告警）",
                    f" ({count} {noun} away and {'is' if count == 1 else 'are'} told separately)",
                )
            calm(self._key(group), now, because)
        return turned.sites

    def _site(self, condition: Condition) -> str | None:
        """The site whose outage a condition tells, its own or its line's."""
        key = condition.key
        rule = self._rules.rules.get(key.rule)
        if isinstance(rule, DeviceDownRule):
            return condition.device
        if isinstance(rule, LinkDownRule) and (link := self._network.links.get(key.object_id)) is not None:
            return link.lower
        return None

    def _started(self, kind: ObjectKind, object_id: str, rules: tuple[str, ...]) -> Instant | None:
        for rule in rules:
            alert = self._book.get(AlertKey(kind, object_id, rule))
            if alert is not None:
                return alert.condition.started_at
        return None

    def _cut_off_by(self, group: Group | None) -> str:
        """What cuts off every site of a group that is still away; empty when one of them is out by itself."""
        found = ""
        for site in () if group is None else group.away:
            verdict = self._causes.verdicts.get(site)
            if verdict is None or self.out_since(site) is not None or not verdict.roots:
                return ""
            root = min(verdict.roots)
            found = found or f"{root.kind}:{root.id}"
        return found

    def _key(self, group: Group) -> AlertKey:
        return AlertKey(ObjectKind.AREA, group.area.id, group.area.rule.id)

    def _condition(self, group: Group) -> Condition:
        away = group.away
        hubs = Counter(parent for site in group.members for parent in self._network.parents(site)[:1])
        hub = max(sorted(hubs), key=hubs.__getitem__) if hubs else away[0]
        carriers = {carrier_of(self._network, site) for site in group.members}
        lost = self._victims(away) | set(away)
        return self._words.area(
            group.area, hub, group.began, self._network.impact_of(lost), len(group.members),
            carrier=carriers.pop() if len(carriers) == 1 else "",
        )  # fmt: skip

    def _victims(self, sites: Iterable[str]) -> set[str]:
        """What hangs on sites."""
        cut_off = self._causes.cut_off
        found: set[str] = set()
        for site in sites:
            found |= cut_off.get(device_root(site), frozenset())
            for link in self._network.uplinks(site):
                found |= cut_off.get(link_root(link.id), frozenset())
        return found
