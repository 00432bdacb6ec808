"""Watches every area: lets outages wait for each other while they may prove to be one, and keeps the groups."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from alerting.commoncause.areas import Area, areas_of, carrier_of
from alerting.commoncause.gathering import can_form, cluster, is_common, needed
from alerting.commoncause.group import Fate, Group
from alerting.rules.grouped import CommonCauseRule
from foundation.clock import Instant
from topology.network import Network

_PAUSE: Final = 500
"""Milliseconds between two looks at areas whose outages wait, and at groups."""

AreaKey = tuple[str, str]
"""An area's rule and its id."""


class Sights(Protocol):
    """What is known of sites."""

    def out_since(self, site: str) -> Instant | None:
        """Since when a site is out by itself, as judged; None for any other."""
        ...

    def answers(self, site: str, since: Instant) -> bool:
        """Whether a site does not miss, and answered a look that began at `since` or later."""
        ...

    def is_open(self, site: str, since: Instant) -> bool:
        """Whether a site's fate since then is not known: it misses without a verdict, or was not looked at again."""
        ...


@dataclass(slots=True)
class Turned:
    """What one turn brought."""

    grouped: list[Group] = field(default_factory=list)
    """Groups that are new, or whose members or fate may have changed."""
    ended: list[tuple[Group, Fate]] = field(default_factory=list)
    sites: set[str] = field(default_factory=set)
    """Sites whose own alarms are to be judged again: they wait no longer, or are explained by something else."""


class CommonCauses:
    """The groups of one network, and the outages that wait."""

    def __init__(self, network: Network, rules: Sequence[CommonCauseRule], sights: Sights) -> None:
        self._network = network
        self._sights = sights
        self._areas: dict[AreaKey, Area] = {(area.rule.id, area.id): area for area in areas_of(network, rules)}
        self._rank = {key: number for number, key in enumerate(self._areas)}
        self._of_site: dict[str, list[AreaKey]] = {}
        for key, area in self._areas.items():
            for site in area.sites:
                self._of_site.setdefault(site, []).append(key)
        self._groups: dict[AreaKey, Group] = {}
        self._group_of: dict[str, Group] = {}
        self._waiting: dict[str, Instant] = {}
        """Sites whose alarms wait, with the first sign of their outage."""
        self._gathering: dict[AreaKey, Instant] = {}
        """Areas in which something waits, with the earliest first sign."""
        self._released: set[str] = set()
        """Sites that are out, have waited, and wait no more."""
        self._apart: set[str] = set()
        """Sites left over from a group that was split, or taken out of one, until they are back."""
        self._parted: set[str] = set()
        """Sites that were taken out since the last turn."""
        self._dirty: set[AreaKey] = set()
        self._looked_at: Instant = 0

    def group_of(self, site: str) -> Group | None:
        """The group that explains a site's outage."""
        return self._group_of.get(site)

    def group(self, rule: str, area: str) -> Group | None:
        """An area's group."""
        return self._groups.get((rule, area))

    def is_waiting(self, site: str) -> bool:
        """Whether a site's alarms wait."""
        return site in self._waiting

    def resume(self, rule: str, area: str, sites: Iterable[str], began: Instant, now: Instant) -> None:
        """Take up a group that an earlier run found."""
        found = self._areas.get((rule, area))
        members = {site: began for site in sites if found is not None and site in found.sites}
        if found is not None and members:
            self._keep(Group(found, members, last_return=now))

    def part(self, site: str) -> None:
        """A person knows that a site failed by itself: until it is back no group takes it, and nothing waits for it."""
        if site not in self._of_site:
            return
        self._apart.add(site)
        self._parted.add(site)
        self._waiting.pop(site, None)
        group = self._group_of.pop(site, None)
        if group is not None:
            group.leave(site)
            self._dirty.add((group.area.rule.id, group.area.id))

    def hold(self, site: str, since: Instant, now: Instant) -> bool:
        """Whether the alarm of a site, or of its line, that failed at `since` is to wait for others like it."""
        if site in self._waiting:
            return True
        keys = self._of_site.get(site, ())
        if not keys or site in self._group_of or site in self._released or site in self._apart:
            return False
        if self._sights.answers(site, since):
            return False
        waits = False
        for key in keys:
            if key not in self._groups and (key in self._gathering or self._may_form(self._areas[key], since, now)):
                self._gathering[key] = min(since, self._gathering.get(key, since))
                waits = True
        if waits:
            self._waiting[site] = since
        else:
            self._released.add(site)
        return waits

    def turn(self, changed: Iterable[str], now: Instant) -> Turned:
        """Let time pass; `changed` are devices that returned or whose verdict changed."""
        turned = Turned(sites=self._parted)
        self._parted = set()
        for site in changed:
            keys = self._of_site.get(site)
            if keys is not None:
                self._changed(site, turned)
                self._dirty.update(key for key in keys if key in self._groups)
        dirty, self._dirty = self._dirty, set()
        due = set(dirty)
        if not 0 <= now - self._looked_at < _PAUSE:
            self._looked_at = now
            due |= self._groups.keys()
            self._gather(now, turned)
        for key in sorted(due & self._groups.keys(), key=self._rank.__getitem__):
            self._tend(key, now, turned, dirty=key in dirty)
        return turned

    def _changed(self, site: str, turned: Turned) -> None:
        """A site that is no longer out by itself waits for nothing; what it is now is judged elsewhere."""
        if self._sights.out_since(site) is None:
            self._released.discard(site)
            if self._waiting.pop(site, None) is not None:
                turned.sites.add(site)
            if self._sights.answers(site, 0):
                self._apart.discard(site)

    def _gather(self, now: Instant, turned: Turned) -> None:
        everywhere: dict[str, Instant] | None = None
        for key in sorted(self._gathering, key=self._rank.__getitem__):
            area, first = self._areas[key], self._gathering[key]
            out, undecided, up = self._count(area, first)
            together = cluster(out, area.rule.within)
            expired = not 0 <= now - first < area.rule.gather
            if not expired and undecided and can_form(area.rule, len(together), undecided, up):
                continue
            if len(together) >= needed(area.rule, up):
                if any(self._is_tried_before(site, key) for site in together):
                    continue
                everywhere = self._everywhere() if everywhere is None else everywhere
                if self._is_common(area, together, up, everywhere):
                    group = Group(area, together, last_return=now)
                    self._keep(group)
                    turned.grouped.append(group)
                    turned.sites |= together.keys()
                    self._released -= together.keys()
                    for site in together:
                        self._waiting.pop(site, None)
            del self._gathering[key]
        for site, since in list(self._waiting.items()):
            is_out = self._sights.out_since(site) is not None
            clear = not is_out and not self._sights.is_open(site, since)
            if clear or self._gathering.keys().isdisjoint(self._of_site[site]):
                del self._waiting[site]
                turned.sites.add(site)
                if is_out:
                    self._released.add(site)

    def _tend(self, key: AreaKey, now: Instant, turned: Turned, *, dirty: bool) -> None:
        """Bring a group up to date."""
        group = self._groups[key]
        before, away = set(group.members), group.away
        out, _, _ = self._count(group.area, 0, mine=group)
        group.see(out, {site for site in group.members if self._sights.answers(site, 0)}, now)
        for site in group.members.keys() - before:
            self._group_of[site] = group
            self._released.discard(site)
            self._waiting.pop(site, None)
            turned.sites.add(site)
        fate = group.fate(now)
        if fate is Fate.LASTS:
            if dirty or group.away != away:
                turned.grouped.append(group)
            return
        del self._groups[key]
        for site in group.members:
            del self._group_of[site]
        if fate is Fate.SPLIT:
            self._apart.update(group.away)
            turned.sites.update(group.away)
        turned.ended.append((group, fate))

    def _keep(self, group: Group) -> None:
        self._groups[group.area.rule.id, group.area.id] = group
        for site in group.members:
            self._group_of[site] = group

    def _may_form(self, area: Area, since: Instant, now: Instant) -> bool:
        if not 0 <= now - since < area.rule.gather:
            return False
        out, undecided, up = self._count(area, since)
        return can_form(area.rule, len(cluster(out, area.rule.within)), undecided, up)

    def _count(self, area: Area, first: Instant, *, mine: Group | None = None) -> tuple[dict[str, Instant], int, int]:
        """Of an area's sites that belong to no other group: those out by themselves, lately or at all for a group of
        its own; how many are undecided since `first`; and how many were up shortly before it."""
        sights, oldest = self._sights, 0 if mine is not None else first - area.rule.within
        out: dict[str, Instant] = {}
        undecided = up = 0
        for site in area.sites:
            if self._group_of.get(site) not in (None, mine) or site in self._apart:
                continue
            since = sights.out_since(site)
            if since is not None:
                if since >= oldest:
                    out[site] = since
                    up += 1
                continue
            up += 1
            undecided += sights.is_open(site, first)
        return out, undecided, up

    def _is_tried_before(self, site: str, key: AreaKey) -> bool:
        """Whether an area that comes before this one may still take the site."""
        rank = self._rank[key]
        return any(other in self._gathering and self._rank[other] < rank for other in self._of_site[site])

    def _everywhere(self) -> dict[str, Instant]:
        """All sites that are out by themselves and belong to no group."""
        found: dict[str, Instant] = {}
        for site in self._of_site:
            if site not in self._group_of and (since := self._sights.out_since(site)) is not None:
                found[site] = since
        return found

    def _is_common(
        self, area: Area, together: Mapping[str, Instant], up: int, everywhere: Mapping[str, Instant]
    ) -> bool:
        """Weigh an area against the sites that its cause would spare: the rest of the province; for a carrier, the
        lines of others to the same counties, of which there must be several."""
        rule = area.rule
        first, last = min(together.values()), max(together.values())
        if rule.by == "carrier":
            counties = {self._network.devices[site].county for site in together}
            spared = [
                site
                for site in self._of_site
                if self._network.devices[site].county in counties and carrier_of(self._network, site) != area.carrier
            ]
            if len(counties) < 2 or not spared:
                return False
        else:
            inside = set(area.sites)
            spared = [site for site in self._of_site if site not in inside]
        failed = sum(
            1
            for site in spared
            if (since := everywhere.get(site)) is not None and last - rule.within <= since <= first + rule.within
        )
        return is_common(rule, len(together), up, elsewhere=failed, elsewhere_up=len(spared))
