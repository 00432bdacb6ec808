"""The oldest and the newest row are found by asking for days, and reading one hour."""

from hypothesis import given
from hypothesis import strategies as st

from foundation.clock import DAY, HOUR, Instant
from storage.metrics.edges import MONTH, edge

END = 1_764_000_000_000
START = END - 300 * DAY
moments = st.sets(st.integers(START, END - 1), max_size=6)


@given(rows=moments, dropped=moments)
def test_oldest_and_newest_row_are_found_among_days_whose_rows_may_be_gone(
    rows: set[Instant], dropped: set[Instant]
) -> None:
    def has(start: Instant, end: Instant) -> bool:
        assert start % DAY == end % DAY == 0
        return any(start <= moment < end for moment in rows | dropped)

    def oldest(start: Instant, end: Instant) -> Instant | None:
        assert end - start == HOUR
        return min((moment for moment in rows if start <= moment < end), default=None)

    def newest(start: Instant, end: Instant) -> Instant | None:
        return max((moment for moment in rows if start <= moment < end), default=None)

    assert edge(has, oldest, START, END, newest=False) == min(rows, default=None)
    assert edge(has, newest, START, END, newest=True) == max(rows, default=None)


def test_a_long_time_without_rows_costs_a_question_a_month() -> None:
    asked: list[tuple[Instant, Instant]] = []

    def has(start: Instant, end: Instant) -> bool:
        asked.append((start, end))
        return False

    assert edge(has, lambda _start, _end: None, END - 100 * MONTH, END, newest=False) is None
    assert len(asked) <= 101
