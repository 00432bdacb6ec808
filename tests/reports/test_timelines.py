"""The rows of lines, sites and private networks: each from its own timeline, planned work intersected."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from foundation import calendar
from foundation.clock import DAY, HOUR, MINUTE
from foundation.messages import State
from reports.availability import Ledger, degraded, ledger
from reports.compose import compose
from reports.given import MonthInput
from reports.report import MonthReport
from reports.settings import Targets
from reports.writers.html import render_html
from reports.writers.xlsx import render_xlsx
from tests.networks import COUNTY_A, PROVINCE, small_network
from tests.reports.timelines import Span, down, maintenance, unreachable, up

START, END = calendar.month_bounds("2026-11")
MONTH = END - START
LINE = "county-a:agg-1"


def worn(start: int, end: int) -> Span:
    return Span(State.DEGRADED, start, end, "x")


def given_month() -> MonthInput:
    """A line with an own fault inside and outside of planned work, a degraded site, a network partly and wholly out."""
    at = START + DAY
    line = [
        up(START, at),
        down(at, at + HOUR, LINE),
        maintenance(at + HOUR, at + 3 * HOUR),
        unreachable(at + 3 * HOUR, at + 4 * HOUR, "agg-1"),
        worn(at + 4 * HOUR, at + 9 * HOUR),
        up(at + 9 * HOUR, END),
    ]
    site = [up(START, at), worn(at, at + 2 * HOUR), down(at + 2 * HOUR, at + 2 * HOUR + MINUTE), up(at + 3 * HOUR, END)]
    health = [
        up(START, at),
        worn(at, at + HOUR),
        unreachable(at + HOUR, at + 2 * HOUR, "core-1"),
        up(at + 2 * HOUR, END),
    ]
    agencies = {
        "agency-a1": [up(START, at), down(at, at + 2 * HOUR, "a1"), up(at + 2 * HOUR, END)],
        "agency-b1": [up(START, at + HOUR), unreachable(at + HOUR, at + 2 * HOUR, "core-1"), up(at + 2 * HOUR, END)],
    }
    previous, _ = calendar.month_bounds("2026-10")
    found = MonthInput("2026-11", START, END, False, END + HOUR, agencies, {}, previous, {}, incidents=[])
    return replace(found, links={LINE: line}, sites={COUNTY_A: site}, private_networks={"health": health})


def report() -> MonthReport:
    return compose(given_month(), small_network(), Targets())


def test_planned_work_on_a_line_is_intersected_and_degraded_time_is_service() -> None:
    row = next(row for row in report().links if row.id == LINE)
    lost = HOUR
    assert row.record.ledger == Ledger(MONTH - 4 * HOUR, lost, HOUR, 2 * HOUR, 0)
    assert row.record.ledger.total == MONTH
    assert row.degraded == 5 * HOUR
    assert row.met is False
    assert row.record.outages == 1, "planned time in its middle ends no outage"


def test_a_line_without_a_timeline_is_unknown_all_month() -> None:
    row = next(row for row in report().links if row.id == "a1:county-a")
    assert row.record.ledger.unknown == MONTH
    assert row.met is None


def test_every_site_has_a_row_and_its_degraded_time_beside_it() -> None:
    rows = {row.code: row for row in report().sites}
    assert list(rows) == ["530000", "530600", "530627", "530628"]
    assert rows[COUNTY_A].degraded == 2 * HOUR
    assert rows[COUNTY_A].record.ledger.down == MINUTE
    assert rows[PROVINCE].met is None


def test_a_private_network_is_its_members_as_one_and_wholly_out_only_when_all_are() -> None:
    (row,) = report().private_networks
    assert row.record.ledger.due == 2 * MONTH
    assert row.record.ledger.lost == 3 * HOUR
    assert (row.whole.lost, row.degraded) == (HOUR, HOUR)
    assert (row.attainment.objects, row.attainment.judged) == (2, 2)


def test_both_forms_show_them_and_the_same_input_gives_the_same_bytes() -> None:
    for language in ("zh", "en"):
        page = render_html(report(), language)
        assert page == render_html(report(), language)
        for text in ("county-a – agg-1", "卫生专网" if language == "zh" else "Health network"):
            assert text in page.decode()
    assert render_xlsx(report()) == render_xlsx(report())


@given(st.lists(st.tuples(st.sampled_from(State), st.integers(1, 50)), min_size=1, max_size=12), st.integers(0, 200))
def test_degraded_time_is_part_of_the_service_of_the_window(pieces: list[tuple[State, int]], cut: int) -> None:
    spans, at = [], 0
    for state, length in pieces:
        spans.append(Span(state, at, at + length))
        at += length
    found = degraded(spans, 0, cut)
    assert 0 <= found <= ledger(spans, 0, cut).up
    assert found + degraded(spans, cut, at + cut) == sum(length for state, length in pieces if state is State.DEGRADED)
