"""Looks whether a metric store works: who it is, writing, reading, its clock, how long it keeps what it gets."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

from foundation.clock import DAY, SECOND, Clock, Instant
from storage.metrics.store import (
    FIELDS,
    TAGS,
    Columns,
    Measurement,
    MetricBatch,
    MetricStore,
    MetricStoreError,
    SeriesQuery,
)

PROBE: Final = "yunwei-store-check"
"""The device under whose name the check writes."""
PATIENCE: Final = 10.0
"""Seconds within which what was written must be seen."""
PAUSE: Final = 0.2
LARGEST_DIFFERENCE: Final = 30 * SECOND
"""Clocks further apart than this make graphs end early, and retention drop too much."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    """`server`, `write`, `read`, `written twice`, `clock`, `retention …`."""
    is_well: bool
    text: str
    """A sentence or a figure."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How long a resolution is kept: as the settings want it, and as the store does (None: it does not say)."""

    what: str
    wanted: int | None
    is_kept: int | None
    remedy: str
    """What to type where the two differ; where it is not made, what makes it."""
    is_made: bool = True
    """Whether the server has it at all: what roll-ups lie in is made when there are some."""


class Inspection:
    """What a kind of store tells of itself; each store that has more to tell has its own."""

    def server(self) -> str:
        """Name and version."""
        return "embedded"

    def date(self) -> str | None:
        """The server's own clock, as HTTP's `Date` header has it."""
        return None

    def kept(self) -> list[Kept]:
        """How long it keeps what it gets."""
        return []


def check_store(store: MetricStore, inspection: Inspection, clock: Clock) -> Iterator[Finding]:
    """Look at one thing after the other; the first that fails for good ends it."""
    try:
        yield Finding("server", True, inspection.server())
        yield from _written_and_read(store, clock)
        date = inspection.date()
        if date is not None:
            yield _clock(date, clock.now())
        yield from (_retention(kept) for kept in inspection.kept())
    except MetricStoreError as error:
        yield Finding("store", False, str(error))


def _written_and_read(store: MetricStore, clock: Clock) -> Iterator[Finding]:
    now = clock.now()
    started = clock.monotonic()
    store.write(_rows({now: 1.0, now + 1: 4.0}))
    yield Finding("write", True, f"{(clock.monotonic() - started) * 1000:.0f} ms")
    started = clock.monotonic()
    found = _seen(store, clock, now, lambda value: value is not None)
    if found is None:
        yield Finding("read", False, f"What was written is not to be seen within {PATIENCE:.0f} s.")
        return
    yield Finding("read", True, f"{(clock.monotonic() - started) * 1000:.0f} ms after the write")
    store.write(_rows({now: 1.0}))
    store.write(_rows({now: 1.0, now + 2: 4.0}))  # the last row shows that the ones before have arrived
    mean = _seen(store, clock, now, lambda value: value is not None and value > 2.5)
    is_once = mean is not None and abs(mean - 3.0) < 1e-6
    yield Finding(
        "written twice",
        is_once,
        "kept once"
        if is_once
        else "A row that is written twice counts twice. VictoriaMetrics: start it with -dedup.minScrapeInterval=1ms.",
    )


def _seen(store: MetricStore, clock: Clock, at: Instant, is_there: Callable[[float | None], bool]) -> float | None:
    """The mean of the probe's rows, once it is what it should be or patience is at its end."""
    deadline = clock.monotonic() + PATIENCE
    while True:
        query = SeriesQuery(Measurement.DEVICE, {"device": PROBE}, "rtt_ms", at, at + 3, 10 * DAY)
        value = store.series(query).values[0]
        if is_there(value) or clock.monotonic() > deadline:
            return value
        time.sleep(PAUSE)  # until another machine shows what it got: there is nothing to step


def _rows(values: dict[Instant, float]) -> MetricBatch:
    tags = {tag: [PROBE if tag == "device" else "check"] * len(values) for tag in TAGS[Measurement.DEVICE]}
    fields: dict[str, list[float | None]] = {field: [None] * len(values) for field in FIELDS[Measurement.DEVICE]}
    fields |= {"rtt_ms": list(values.values()), "loss": [0.0] * len(values)}
    return MetricBatch({Measurement.DEVICE: Columns(list(values), tags, fields)})


def _clock(date: str, now: Instant) -> Finding:
    try:
        there = round(parsedate_to_datetime(date).timestamp() * SECOND)
    except (TypeError, ValueError):
        return Finding("clock", False, f"The server tells no time: {date}")
    difference = there + SECOND // 2 - now  # whole seconds only
    if abs(difference) <= LARGEST_DIFFERENCE:
        return Finding("clock", True, f"{difference / SECOND:+.1f} s from ours (known to a second)")
    return Finding("clock", False, f"{difference / SECOND:+.0f} s from ours: let both follow the same time server.")


def _retention(kept: Kept) -> Finding:
    what = f"retention of {kept.what}"
    if not kept.is_made:
        return Finding(
            what,
            True,
            "It is not made yet: the running platform makes it when the first hour of metrics is over. "
            f"If its account may not create databases, make it yourself: {kept.remedy}",
        )
    if kept.is_kept is None:
        return Finding(what, True, "the server does not tell; see its own settings")
    text = "for ever" if kept.is_kept == 0 else f"{kept.is_kept / DAY:g} d"
    if kept.wanted is None or kept.is_kept == kept.wanted:
        return Finding(what, True, text)
    return Finding(what, False, f"{text}, and {kept.wanted / DAY:g} d in the settings. {kept.remedy}".strip())
