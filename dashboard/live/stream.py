"""One wall's stream: a snapshot, then deltas computed from this stream's own version, and a beat each five seconds."""

import logging
import threading
from collections.abc import Iterator
from typing import Final, cast

from dashboard.live.frames import FrameWriter, event
from dashboard.live.state import LiveState
from foundation.clock import Clock
from foundation.problems import OperatorError

_log = logging.getLogger(__name__)

BEAT_S: Final = 5.0
SNAPSHOT_S: Final = 60.0
SETTLE_S: Final = 0.2
"""Changes within this time go out as one delta."""


class StreamLimit:
    """How many streams run: each holds a server thread, so they are counted and refused above a limit."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._running = 0

    @property
    def running(self) -> int:
        """Streams open now."""
        return self._running

    def enter(self) -> bool:
        """Take a place; False when none is free."""
        with self._lock:
            if self._running >= self.limit:
                return False
            self._running += 1
            return True

    def leave(self) -> None:
        """Give the place back."""
        with self._lock:
            self._running -= 1


def follow(
    live: LiveState, frames: FrameWriter, clock: Clock, language: str, *, settle: float = SETTLE_S
) -> Iterator[str]:
    """Events for one wall, until the platform stops or the reader goes away."""
    # Browsers wait this long before they reconnect by themselves; the wall's own watchdog is quicker.
    yield "retry: 15000\n\n"
    version, incidents_version, blind = -1, -1, False
    beat_due = snapshot_due = clock.monotonic()
    while not live.closed:
        _refresh(live)
        now = clock.monotonic()
        current_incidents, _, _ = live.incidents()
        news = live.version > version or current_incidents > incidents_version
        now_blind, _ = live.sight()
        if now >= snapshot_due or now_blind != blind or (blind and news):
            frame = frames.snapshot(language)
            version, incidents_version, blind = cast(int, frame["v"]), current_incidents, now_blind
            snapshot_due, beat_due = now + SNAPSHOT_S, now + BEAT_S
            yield event("snapshot", frame)
        elif news:
            frame = frames.delta(version, language, with_incidents=current_incidents > incidents_version)
            version, incidents_version = cast(int, frame["v"]), current_incidents
            yield event("delta", frame)
        if now >= beat_due:
            beat_due = now + BEAT_S
            yield event("beat", {"v": version, **frames.beat()})
        live.wait(version, incidents_version, min(beat_due, snapshot_due) - clock.monotonic(), settle=settle)


def _refresh(live: LiveState) -> None:
    try:
        live.refresh()
    except OperatorError as error:
        _log.warning("The wall goes on with what it knows: %s", error)
