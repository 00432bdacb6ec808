"""The resolutions that metrics are kept in, and which of them answers for which stretch of time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from foundation.clock import DAY, HOUR, MINUTE, Instant
from storage.metrics.questions import BILLING_STEP, is_percentile_of_means
from storage.metrics.store import Aggregate, RankQuery, SeriesQuery


@dataclass(frozen=True, slots=True)
class RollUp:
    """One coarser resolution: each field's sum, count, lowest and highest value over `step`.

    Sum and count together give the exact mean of any longer time.
    """

    name: str
    step: int
    """Milliseconds."""


FIVE_MINUTES: Final = RollUp("five_minutes", 5 * MINUTE)
HOURLY: Final = RollUp("hourly", HOUR)
DAILY: Final = RollUp("daily", DAY)
"""Made of a day's hourly roll-ups once the day (of UTC) is over. It stands beside them and is kept as long as they are:
nothing is ever left in it alone, so history is copied without it and the target makes its own."""
ROLL_UPS: Final = (FIVE_MINUTES, HOURLY)
"""What takes the place of single rows that are past their retention; made once an hour is over."""
RAW: Final = "raw"
"""What the single rows are called where roll-ups are called by their names."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of the time asked for, and the roll-up that answers for it (None: the single rows)."""

    roll_up: RollUp | None
    start: Instant
    end: Instant


def exact_roll_ups(query: SeriesQuery | RankQuery) -> Sequence[RollUp]:
    """The roll-ups that give a question the same answer as the single rows do."""
    if query.aggregate is Aggregate.LAST:
        return ()
    if query.aggregate is Aggregate.P95:
        return [roll_up for roll_up in ROLL_UPS if roll_up.step == BILLING_STEP and is_percentile_of_means(query)]
    if isinstance(query, RankQuery):
        return (*ROLL_UPS, DAILY)
    return [roll_up for roll_up in (*ROLL_UPS, DAILY) if query.step % roll_up.step == 0]


def stretches(
    start: Instant,
    end: Instant,
    kept: Mapping[str, Instant],
    exact: Sequence[RollUp] = (),
    days: tuple[Instant, Instant] = (0, 0),
) -> list[Stretch]:
    """[start, end) cut by resolution.

    `kept` holds the first moment still kept of each resolution that was dropped; `exact` the roll-ups that give the
    same answer as single rows, for the whole steps of theirs that the time holds; `days` from when to when all days
    have their daily roll-up. Where single rows are dropped, the finest resolution that is left answers.
    """
    raw_from = kept.get(RAW, start)
    five_from = min(raw_from, kept.get(FIVE_MINUTES.name, start))
    coarsest_first = [roll_up for roll_up in reversed(ROLL_UPS) if roll_up in exact]
    hourly = [roll_up for roll_up in coarsest_first if roll_up is HOURLY]
    cuts = [
        Stretch(HOURLY, start, min(end, five_from)),
        *_cut(FIVE_MINUTES, max(start, five_from), min(end, raw_from), hourly),
        *_cut(None, max(start, raw_from), end, coarsest_first),
    ]
    found = joined(cuts)
    return joined(part for cut in found for part in _by_days(cut, days)) if DAILY in exact else found


def joined(cuts: Iterable[Stretch]) -> list[Stretch]:
    """The stretches that have a length, and those of the same resolution that follow one another as one."""
    found: list[Stretch] = []
    for cut in cuts:
        if cut.start >= cut.end:
            continue
        if found and found[-1].roll_up is cut.roll_up:
            found[-1] = Stretch(cut.roll_up, found[-1].start, cut.end)
        else:
            found.append(cut)
    return found


def _by_days(cut: Stretch, days: tuple[Instant, Instant]) -> Iterator[Stretch]:
    """A stretch of hours with the whole days in its middle that have been rolled up; any other as it is."""
    first, last = max(-(-cut.start // DAY) * DAY, days[0]), min(cut.end // DAY * DAY, days[1])
    if cut.roll_up is not HOURLY or first >= last:
        yield cut
        return
    yield Stretch(HOURLY, cut.start, first)
    yield Stretch(DAILY, first, last)
    yield Stretch(HOURLY, last, cut.end)


def _cut(finest: RollUp | None, start: Instant, end: Instant, coarser: Sequence[RollUp]) -> Iterator[Stretch]:
    """[start, end) with the whole steps of the coarsest in the middle, and what is left beside it by finer ones."""
    if not coarser:
        yield Stretch(finest, start, end)
        return
    coarsest, *others = coarser
    first, last = -(-start // coarsest.step) * coarsest.step, end // coarsest.step * coarsest.step
    if first >= last:
        yield from _cut(finest, start, end, others)
        return
    yield from _cut(finest, start, first, others)
    yield Stretch(coarsest, first, last)
    yield from _cut(finest, last, end, others)
