"""From the records back into memory: where every object stood, and which alerts are open, when the platform starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from alerting.alerts.effects import AlertKey
from alerting.alerts.flapping import MEMORY, Penalty
from alerting.alerts.queries import AlertView, open_alerts, penalties
from alerting.changes import ObjectKind
from alerting.judge.book import OpenAlert
from alerting.judge.condition import Condition
from alerting.timeline.heartbeat import alive_until, beat
from alerting.timeline.queries import current_states
from alerting.timeline.track import IntervalEffect, OpenInterval, Track
from alerting.timeline.tracks import Tracks, known_objects
from alerting.timeline.writer import write_intervals
from foundation.clock import Instant
from foundation.messages import StateChange
from topology.network import Network

STOPPED: Final = "platform not running"


@dataclass(frozen=True, slots=True)
class Restored:
    """What the records knew."""

    tracks: Tracks
    alerts: list[OpenAlert]
    penalties: Mapping[AlertKey, Penalty]
    """How often conditions came and went lately."""
    messages: list[StateChange]
    """The states that ended with the time in which nothing watched."""


def restore(session: Session, network: Network, now: Instant) -> Restored:
    """Load open states and alerts, in one transaction that closes the time in which the platform was off.

    What was known ends at the last sign of life; from there every object is unknown until it is observed. Objects new
    to the network begin unknown; the timelines of those that left it end.
    """
    alive = alive_until(session)
    watched_until = now if alive is None else min(alive, now)
    effects: list[IntervalEffect] = []
    tracks: list[Track] = []
    known = known_objects(network)
    for kind, ids in known.items():
        current = current_states(session, kind)
        track = Track(kind, {one.id: OpenInterval(one.state, one.start, one.cause) for one in current.values()})
        effects += track.retire(ids, watched_until)
        effects += track.break_at(watched_until, now, STOPPED)
        effects += track.begin(ids, now, "new in the network")
        tracks.append(track)
    write_intervals(session, effects)
    beat(session, now)
    messages = [StateChange(one.kind, one.id, one.state, one.start) for one in effects if one.id in known[one.kind]]
    alerts = [_restored(view, network) for view in open_alerts(session)]
    return Restored(Tracks(*tracks), alerts, penalties(session, now - MEMORY), messages)


def _restored(view: AlertView, network: Network) -> OpenAlert:
    lost = view.lost & network.devices.keys()
    own = {view.device} & network.devices.keys() if view.object_kind is ObjectKind.DEVICE else set()
    condition = Condition(
        key=AlertKey(view.object_kind, view.object_id, view.rule),
        device=view.device,
        division=view.division,
        severity=view.severity,
        started_at=view.started_at,
        summary=view.summary,
        summary_en=view.summary_en,
        labels=view.labels,
        details=view.details,
        anchors=_anchors(view, network),
        value=view.value,
        limit=view.limit,
        cut_off=network.impact_of(lost | own, without=own) if view.is_outage else None,
    )
    return OpenAlert(condition, view.state, view.suppressed_by, view.raised_at is not None)


def _anchors(view: AlertView, network: Network) -> tuple[str, ...]:
    """As judging sets them: an alert about an area, a centre or the platform degrades no device."""
    if view.object_kind in (ObjectKind.AREA, ObjectKind.CENTRE, ObjectKind.PLATFORM):
        return ()
    link = network.links.get(view.object_id) if view.object_kind is ObjectKind.LINK else None
    return (view.device,) if link is None else (link.upper, link.lower)
