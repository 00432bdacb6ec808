"""The open intervals of everything that has a timeline, kind by kind."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from alerting.timeline.sites import sites
from alerting.timeline.track import AGENCY, DEVICE, LINK, PRIVATE_NETWORK, SITE, IntervalEffect, Track
from foundation.clock import Instant
from topology.network import Network


@dataclass(frozen=True, slots=True)
class Tracks:
    """One track a kind."""

    devices: Track
    agencies: Track
    links: Track
    sites: Track
    private_networks: Track

    def of(self, kind: str) -> Track:
        """The track of a kind. Raises KeyError for one that has no timeline."""
        return {track.kind: track for track in self.all()}[kind]

    def all(self) -> tuple[Track, ...]:
        """Every track, parts before what consists of them."""
        return (self.devices, self.agencies, self.links, self.sites, self.private_networks)


def known_objects(network: Network) -> Mapping[str, Collection[str]]:
    """The ids of everything that has a timeline, by kind."""
    return {
        DEVICE: network.devices,
        AGENCY: network.agencies,
        LINK: network.links,
        SITE: sites(network),
        PRIVATE_NETWORK: network.private_networks,
    }


def fresh_tracks(network: Network, now: Instant, evidence: str = "") -> tuple[Tracks, list[IntervalEffect]]:
    """Timelines that begin now, all unknown; what they enter."""
    effects: list[IntervalEffect] = []
    found: list[Track] = []
    for kind, ids in known_objects(network).items():
        track = Track(kind, {})
        effects += track.begin(ids, now, evidence)
        found.append(track)
    return Tracks(*found), effects
