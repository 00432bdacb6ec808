"""What each open wall says of itself once a minute; only the latest word of a bounded number of walls is kept."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

from foundation.clock import MINUTE, Instant

KEPT: Final = 64
GONE_AFTER: Final = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class Display:
    """One wall's own health."""

    id: str
    at: Instant
    source: str
    build: str
    open_s: int
    """Seconds since the page was loaded."""
    frames: int
    """Events received."""
    reconnects: int
    nodes: int
    """DOM nodes: a number that grows is a leak."""
    errors: int
    """Script errors since the page was loaded."""


class Displays:
    """The walls heard of lately, safe across threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest: OrderedDict[str, Display] = OrderedDict()

    def report(self, display: Display) -> None:
        """Keep a wall's word; beyond the bound the one silent for longest is forgotten."""
        with self._lock:
            self._latest[display.id] = display
            self._latest.move_to_end(display.id)
            while len(self._latest) > KEPT:
                self._latest.popitem(last=False)

    def present(self, now: Instant) -> list[Display]:
        """Walls that spoke within the last five minutes, the latest first."""
        with self._lock:
            return [d for d in reversed(self._latest.values()) if now - d.at < GONE_AFTER]


def parse(body: Any, at: Instant, source: str) -> Display:
    """A wall's report from its JSON. Raises ValueError when it is none."""
    if not isinstance(body, dict):
        raise ValueError("a report is an object")  # noqa: TRY004 - wrong data, not a wrong call
    texts = {key: body.get(key) for key in ("id", "build")}
    numbers = {key: body.get(key) for key in ("open_s", "frames", "reconnects", "nodes", "errors")}
    for key, text in texts.items():
        if not isinstance(text, str) or not 0 < len(text) <= 64:
            raise ValueError(f"{key} is a text of 1 to 64 characters")
    for key, number in numbers.items():
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 2**53:
            raise ValueError(f"{key} is a whole number")
    return Display(at=at, source=source, **texts, **numbers)  # type: ignore[arg-type]
