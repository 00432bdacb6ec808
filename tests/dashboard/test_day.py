"""The day's availability: sums that are exact, whatever the order and number of changes."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.live.day import SLOTS, DayLedger
from foundation.calendar import parse
from foundation.clock import DAY, HOUR, MINUTE
from foundation.messages import State

START = parse("2026-11-24 00:00:00")
SLOT = DAY // SLOTS


def ledger(*groups: int) -> DayLedger:
    return DayLedger(groups, max(groups) + 1, START, START + DAY)


def test_a_day_without_outage_is_whole() -> None:
    whole, _ = ledger(0, 0).figures(START + HOUR)
    assert whole.availability == 1.0
    assert whole.strip == "00" + "." * 46


def test_before_anything_was_due_there_is_no_figure() -> None:
    whole, _ = ledger(0).figures(START)
    assert whole.availability is None
    assert whole.strip == "." * SLOTS


def test_an_outage_that_still_lasts_counts_up_to_now() -> None:
    day = ledger(0)
    day.enter(0, State.DOWN, START + HOUR)
    assert day.figures(START + 2 * HOUR)[0].availability == 0.5
    assert day.figures(START + 4 * HOUR)[0].availability == 0.25


def test_an_outage_from_yesterday_counts_from_midnight() -> None:
    day = ledger(0, 0)
    day.enter(0, State.DOWN, START - HOUR)
    assert day.figures(START + HOUR)[0].availability == 0.5


def test_a_backdated_outage_counts_from_the_first_miss() -> None:
    day = ledger(0)
    day.enter(0, State.UP, START)
    day.enter(0, State.DOWN, START + HOUR - 10 * MINUTE)
    assert day.figures(START + HOUR)[0].availability == 50 / 60


def test_unobserved_time_is_neither_up_nor_down() -> None:
    day = ledger(0)
    day.enter(0, State.UNKNOWN, START)
    whole, _ = day.figures(START + HOUR)
    assert whole.availability is None
    assert whole.strip == "--" + "." * 46


def test_groups_are_counted_apart_and_the_whole_weighs_them_by_agencies() -> None:
    day = ledger(0, 1, 1, 1)
    day.enter(0, State.DOWN, START)
    whole, groups = day.figures(START + HOUR)
    assert [figure.availability for figure in groups] == [0.0, 1.0]
    assert whole.availability == 0.75


def test_a_short_loss_is_amber_and_a_large_one_red() -> None:
    day = DayLedger([0] * 200, 1, START, START + DAY)
    day.enter(0, State.DOWN, START)
    day.enter(0, State.UP, START + MINUTE)
    for agency in range(3):
        day.enter(agency, State.DOWN, START + SLOT)
        day.enter(agency, State.UP, START + 2 * SLOT)
    assert day.figures(START + 3 * SLOT)[0].strip.startswith("120.")


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(list(State)), st.integers(0, DAY)), max_size=40),
    st.integers(1, DAY),
)
def test_the_figure_is_what_counting_each_millisecond_would_give(
    changes: list[tuple[int, State, int]], until: int
) -> None:
    changes = sorted((c for c in changes if c[2] <= until), key=lambda change: change[2])
    day = ledger(0, 0, 1, 1)
    spans: dict[int, list[tuple[State, int]]] = {agency: [(State.UP, 0)] for agency in range(4)}
    for agency, state, offset in changes:
        day.enter(agency, state, START + offset)
        spans[agency].append((state, offset))
    lost = undue = 0
    for entries in spans.values():
        for (state, begin), (_, end) in zip(entries, [*entries[1:], (State.UP, until)], strict=True):
            lost += (end - begin) if state in {State.DOWN, State.UNREACHABLE} else 0
            undue += (end - begin) if state in {State.MAINTENANCE, State.UNKNOWN} else 0
    due = 4 * until - undue
    expected = (due - lost) / due if due else None
    assert day.figures(START + until)[0].availability == expected
