"""The timelines of what consists of parts: sites of routers and uplinks, private networks of member agencies.

What the parts' timelines enter in one turn is taken in the order of its beginning, so that a whole's timeline is what
its parts' timelines say, moment by moment. Each part's change costs only the wholes that it is part of.
"""

from collections.abc import Iterable
from operator import attrgetter
from typing import Final

from alerting.timeline.network_rule import Members, network_state
from alerting.timeline.site_rule import Part, site_cause, site_state
from alerting.timeline.sites import sites
from alerting.timeline.track import AGENCY, DEVICE, LINK, IntervalEffect, OpenInterval
from alerting.timeline.tracks import Tracks
from foundation.clock import Instant
from topology.network import Network

_START: Final = attrgetter("start")


class Wholes:
    """Follows sites and private networks from what their parts enter."""

    def __init__(self, network: Network, tracks: Tracks) -> None:
        self._network = network
        self._tracks = tracks
        self._sites = sites(network)
        self._sites_of: dict[tuple[str, str], list[str]] = {}
        for site in self._sites.values():
            for part in (*((DEVICE, one) for one in site.routers), *((LINK, one) for one in site.uplinks)):
                self._sites_of.setdefault(part, []).append(site.division)
        self._parts: dict[tuple[str, str], Part] = {}
        self._agencies: dict[str, Part] = {}
        self._members = {one: Members() for one in network.private_networks}

    def seed(self, now: Instant) -> list[IntervalEffect]:
        """Take every part as it stands, once after a start: a whole is known from when on all of its parts are."""
        tracks = self._tracks
        for kind, object_id in self._sites_of:
            self._parts[kind, object_id] = _part(tracks.of(kind).current(object_id))
        effects: list[IntervalEffect | None] = []
        for site in self._sites.values():
            at = max(tracks.devices.current(router).start for router in site.routers)
            effects.append(self._site(site.division, min(at, now), "all routers known"))
        for one, private in self._network.private_networks.items():
            known = {agency: tracks.agencies.current(agency) for agency in private.members}
            for agency, current in known.items():
                part = self._agencies[agency] = _part(current)
                self._members[one].add(part.state, part.cause)
            if known:
                at = max(current.start for current in known.values())
                effects.append(self._private_network(one, min(at, now), "all members known"))
        return [effect for effect in effects if effect is not None]

    def turn(self, entered: Iterable[IntervalEffect]) -> list[IntervalEffect]:
        """Take what timelines of devices, agencies and links have entered; what those of the wholes enter."""
        effects: list[IntervalEffect | None] = []
        for effect in sorted(entered, key=_START):
            part, evidence = Part(effect.state, effect.cause), f"{effect.kind}:{effect.id}"
            if effect.kind == AGENCY:
                before = self._agencies.get(effect.id)
                self._agencies[effect.id] = part
                for one in self._network.networks_of(effect.id):
                    if before is not None:
                        self._members[one].remove(before.state, before.cause)
                    self._members[one].add(part.state, part.cause)
                    effects.append(self._private_network(one, effect.start, evidence))
            elif (key := (effect.kind, effect.id)) in self._sites_of:
                self._parts[key] = part
                for division in self._sites_of[key]:
                    effects.append(self._site(division, effect.start, evidence))
        return [effect for effect in effects if effect is not None]

    def _site(self, division: str, at: Instant, evidence: str) -> IntervalEffect | None:
        site, track = self._sites[division], self._tracks.sites
        routers = [self._parts[DEVICE, router] for router in site.routers]
        uplinks = [self._parts[LINK, link] for link in site.uplinks]
        state = site_state(routers, uplinks)
        known = track.current(division).cause
        # A site that serves may have lost an uplink; one that does not is explained by its routers.
        parts = [*routers, *uplinks] if state.is_served else routers
        cause = site_cause(parts, known) if state.is_lost or state.is_served else ""
        return track.enter(division, state, at, cause=cause, evidence=evidence)

    def _private_network(self, one: str, at: Instant, evidence: str) -> IntervalEffect | None:
        members, track = self._members[one], self._tracks.private_networks
        state = network_state(members.counts)
        current = track.current(one)
        if state is current.state and not state.is_lost and not state.is_served:
            return None
        return track.enter(one, state, at, cause=members.cause(current.cause), evidence=evidence)


def _part(current: OpenInterval) -> Part:
    return Part(current.state, current.cause)
