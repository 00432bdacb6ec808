"""Means of stored metrics for all objects at once: one question for a field and a time."""

from collections.abc import Mapping
from typing import Final, Protocol

from foundation.clock import Instant
from storage.metrics.store import Aggregate, Measurement, Ranked, RankQuery

MOST_OBJECTS: Final = 200_000
"""Objects of one question: an interface of each of 50,000 devices four times over."""

Place = tuple[str, str]
"""A device, and one of its interfaces; an empty text for the device itself."""


class Ranks(Protocol):
    """What the past is asked of: a metric store, or who asks one."""

    def rank(self, query: RankQuery) -> list[Ranked]:
        """The highest first. Raises MetricStoreError."""
        ...


class Past:
    """Asks the store, and asks nothing twice in one run."""

    def __init__(self, store: Ranks) -> None:
        self._store = store
        self._known: dict[tuple[Measurement, str, Instant, Instant], Mapping[Place, float]] = {}

    def means(self, measurement: Measurement, column: str, start: Instant, end: Instant) -> Mapping[Place, float]:
        """The mean over [start, end) of every object that has values there. Raises MetricStoreError."""
        asked = (measurement, column, start, end)
        if asked not in self._known:
            query = RankQuery(measurement, column, start, end, Aggregate.MEAN, limit=MOST_OBJECTS)
            found: dict[Place, float] = {}
            for one in self._store.rank(query):
                # A device that changed its site has two series in a time that holds both: the higher one counts.
                found.setdefault((one.tags["device"], one.tags.get("ifname", "")), one.value)
            self._known[asked] = found
        return self._known[asked]
