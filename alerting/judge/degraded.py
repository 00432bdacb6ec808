"""Devices that are up while an alert fires on them: their timelines and the screens show it."""

from alerting.judge.book import AlertBook
from alerting.judge.journal import Journal
from alerting.judge.states import States
from alerting.judge.watched import Watched
from foundation.clock import Instant
from foundation.messages import DegradedChange, State


def tell_degraded(watched: Watched, states: States, book: AlertBook, journal: Journal, now: Instant) -> None:
    """Enter that a device is degraded, or no more, and by what. `watched`: one that was judged, or on which alerts
    began or ceased to fire."""
    device = watched.id
    degraded = states.judged(device) is State.UP and book.fires_on(device)
    firing = book.firing_on(device) if degraded else []
    states.degrade(device, now, firing[0].condition.key.rule if firing else "")
    if degraded is not watched.degraded:
        watched.degraded = degraded
        journal.messages.append(DegradedChange(device, degraded, now))
