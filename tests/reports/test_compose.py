"""The month's rows: every sum is the sum of its parts, and every outage has one root and one party."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation import calendar
from foundation.clock import DAY, HOUR, MINUTE, SECOND
from reports.availability import Ledger, ledger
from reports.compose import compose
from reports.given import MonthInput
from reports.report import MonthReport
from reports.rows import Name, Party, TierKey
from reports.settings import Targets
from tests.networks import COUNTY_A, COUNTY_B, PREFECTURE, small_network
from tests.reports.provinces import made_up
from tests.reports.timelines import Span, down, maintenance, unknown, unreachable, up
from topology.model import Inventory
from topology.network import Network

START, END = calendar.month_bounds("2026-11")
NOW = END + 90 * MINUTE


def month(
    agencies: Mapping[str, Sequence[Span]],
    devices: Mapping[str, Sequence[Span]] | None = None,
    *,
    network: Network | None = None,
    previous: Mapping[str, Sequence[Span]] | None = None,
) -> MonthReport:
    """The report of November 2026 for the small network."""
    previous_start, _ = calendar.month_bounds("2026-10")
    found = MonthInput(
        "2026-11", START, END, False, NOW, agencies, devices or {}, previous_start, previous or {}, incidents=[]
    )
    return compose(found, network or small_network(), Targets())


def served(*breaks: Span) -> list[Span]:
    """In service all month, save for these."""
    return [up(START, END), *breaks]


def test_a_row_holds_the_ledger_of_its_own_timeline() -> None:
    spans = served(down(START + DAY, START + DAY + HOUR, "a1"))
    report = month({"agency-a1": spans})
    row = next(row for row in report.agencies if row.id == "agency-a1")
    assert row.record.ledger == ledger(spans, START, END)
    assert (row.record.outages, row.record.flashes, row.record.longest) == (1, 0, HOUR)
    assert row.met is True
    assert (row.county.zh, row.prefecture.zh) == ("镇雄县", "昭通市")


def test_an_agency_that_was_never_observed_is_judged_neither_way() -> None:
    report = month({"agency-a1": served()})
    assert [row.met for row in report.agencies if row.id == "agency-a2"] == [None]
    assert (report.province.attainment.objects, report.province.attainment.judged) == (6, 1)
    assert report.province.attainment.met == 1
    assert report.province.record.ledger.completeness.text == "16.666"


def test_agencies_count_where_they_stand_whoever_they_belong_to() -> None:
    """p1 is the prefecture's agency, and stands in county A."""
    report = month({})
    assert {row.code: row.attainment.objects for row in report.counties} == {COUNTY_A: 4, COUNTY_B: 2}
    assert {row.code: row.attainment.objects for row in report.prefectures} == {PREFECTURE: 6}


def test_a_dead_county_router_is_one_event_with_its_agencies() -> None:
    at, length = START + 3 * DAY, 2 * HOUR
    cut = {f"agency-a{n}": served(unreachable(at + n * SECOND, at + length, "county-a")) for n in (1, 2, 3)}
    report = month(cut, {"county-a": served(down(at, at + length, "county-a"))})
    (event,) = report.longest
    assert (event.root, event.name, event.party) == ("county-a", Name("county-a", "county-a"), Party.COUNTY)
    assert (event.start, event.end, event.agencies, event.recovered) == (at, at + length, 3, True)
    assert event.lost == 3 * length - 6 * SECOND
    assert len(report.outages) == 3
    assert {row.party for row in report.outages} == {Party.COUNTY}
    assert next(row for row in report.parties if row.party is Party.COUNTY).lost == event.lost
    assert report.prefectures[0].record.ledger.down == 0


def test_losses_of_one_root_that_touch_or_lie_within_each_other_are_one_event() -> None:
    at = START + DAY
    spans = {
        "agency-a1": served(unreachable(at, at + 5 * HOUR, "county-a")),
        "agency-a2": served(unreachable(at + HOUR, at + 2 * HOUR, "county-a")),
        "agency-a3": served(unreachable(at + 5 * HOUR, at + 6 * HOUR, "county-a")),
        "agency-b1": served(unreachable(at + 7 * HOUR, at + 8 * HOUR, "county-a")),
        "agency-b2": served(unreachable(at, at + HOUR, "county-b")),
    }
    rows = [(event.root, event.length, event.agencies, event.lost) for event in month(spans).longest]
    assert rows == [
        ("county-a", 6 * HOUR, 3, 7 * HOUR),
        ("county-b", HOUR, 1, HOUR),
        ("county-a", HOUR, 1, HOUR),
    ]


def test_a_router_that_fails_beside_its_partner_costs_no_agency_time() -> None:
    at = START + DAY
    report = month({}, {"agg-1": served(down(at, at + HOUR, "agg-1")), "agg-2": served()})
    (line,) = report.prefecture_lines
    assert line.devices == ("agg-1", "agg-2")
    assert line.record.ledger == Ledger(up=END - START)
    assert (report.longest[0].root, report.longest[0].agencies, report.longest[0].lost) == ("agg-1", 0, 0)


def test_both_routers_of_a_prefecture_lost_at_once_is_an_outage_of_its_line() -> None:
    at = START + DAY
    report = month(
        {},
        {"agg-1": served(down(at, at + 3 * HOUR, "agg-1")), "agg-2": served(down(at + HOUR, at + 2 * HOUR, "agg-2"))},
    )
    (line,) = report.prefecture_lines
    assert line.record.ledger.down == HOUR
    assert line.met is False


def test_tiers_count_their_objects_and_judge_by_their_own_targets() -> None:
    two_hours = [up(START, END), down(START, START + 2 * HOUR)]
    report = month({"agency-a1": two_hours}, {"county-a": two_hours, "core-1": served()})
    tiers = {row.key: row.attainment for row in report.tiers}
    assert [(tiers[key].objects, tiers[key].judged, tiers[key].met) for key in TierKey] == [
        (2, 1, 1),
        (1, 0, 0),
        (2, 1, 0),  # 2 h in a month miss 99.9 %
        (6, 1, 1),  # and meet 99.5 %
    ]


def test_flashes_are_counted_apart_and_repeated_roots_are_told() -> None:
    breaks = [down(START + n * DAY, START + n * DAY + 30 * SECOND, "a1") for n in range(1, 4)]
    report = month({"agency-a1": served(*breaks, down(START + 9 * DAY, START + 9 * DAY + HOUR, "a1"))})
    assert (report.province.record.outages, report.province.record.flashes) == (1, 3)
    (root,) = report.frequent
    assert (root.root, root.events, root.flashes, root.party) == ("a1", 4, 3, Party.AGENCY)
    assert root.lost == HOUR + 90 * SECOND
    assert [event.length for event in report.longest] == [HOUR]


def test_an_outage_without_a_named_root_is_its_own_routers() -> None:
    report = month({"agency-a1": served(down(START + DAY, START + DAY + HOUR))})
    assert report.longest[0].root == "a1"
    assert report.outages[0].party is Party.AGENCY


def test_a_leased_line_is_its_carriers_and_an_own_line_its_upper_ends() -> None:
    network = small_network()
    links = dict(network.links)
    links["a1:county-a"] = replace(links["a1:county-a"], carrier="电信")
    inventory = network.inventory
    leased = Network(
        Inventory(inventory.divisions, inventory.agencies, inventory.devices, links, inventory.private_networks)
    )
    cut = {"agency-a1": served(unreachable(START, START + HOUR, "a1:county-a"))}
    assert month(cut, network=leased).outages[0].party is Party.CARRIER
    assert month(cut, network=leased).outages[0].cause.zh == "电信线路 county-a – a1"
    assert month(cut).outages[0].party is Party.COUNTY
    gone = month({"agency-a1": served(unreachable(START, START + HOUR, "sold-router"))})
    assert gone.outages[0].party is Party.OPEN
    assert gone.outages[0].cause.zh == "sold-router"


def test_an_outage_still_open_is_told_so() -> None:
    report = month({"agency-a1": [up(START, END - HOUR), down(END - HOUR, None, "a1")]})
    assert report.longest[0].recovered is False
    assert report.outages[0].outage.recovered is False
    assert report.outages[0].outage.lost == HOUR


def test_a_platform_away_in_the_middle_of_an_outage_makes_it_neither_two_nor_recovered() -> None:
    at = START + DAY
    gap = [
        up(START, at),
        down(at, at + HOUR, "a1"),
        unknown(at + HOUR, at + 2 * HOUR),
        down(at + 2 * HOUR, at + 3 * HOUR, "a1"),
    ]
    report = month({"agency-a1": [*gap, up(at + 3 * HOUR, END)]})
    (event,) = report.longest
    assert (event.start, event.end, event.lost, event.recovered) == (at, at + 3 * HOUR, 2 * HOUR, True)
    assert month({"agency-a1": gap}).longest[0].recovered is False


def test_a_short_piece_at_the_months_first_moment_is_no_flash() -> None:
    report = month({"agency-a1": [down(START - HOUR, START + 5 * SECOND, "a1"), up(START + 5 * SECOND, END)]})
    (event,) = report.longest
    assert (event.begun_before, event.flash, event.length) == (True, False, 5 * SECOND)


def test_the_month_before_is_summed_for_the_same_agencies() -> None:
    before, _ = calendar.month_bounds("2026-10")
    report = month({}, previous={"agency-a1": [up(before, START - HOUR), down(START - HOUR, START)]})
    assert report.province.previous.down == report.prefectures[0].previous.down == HOUR
    assert report.province.previous.total == 6 * 31 * DAY


def test_what_is_no_longer_in_the_topology_is_counted_as_a_stranger_only() -> None:
    report = month({"agency-gone": served(down(START, END))}, {"router-gone": served(down(START, END))})
    assert report.strangers == 2
    assert report.province.record.ledger.due == 0
    assert report.longest == []


def test_planned_work_makes_no_event() -> None:
    report = month({"agency-a1": served(maintenance(START, START + HOUR), down(START, START + HOUR, "a1"))})
    assert report.longest == []
    assert report.province.record.ledger.maintenance == HOUR


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 40), st.sampled_from(["2026-11-13 09:41:07.123", "2026-12-01 01:30"]))
def test_every_total_is_the_sum_of_its_parts(seed: int, failures: int, now: str) -> None:
    report = compose(
        made_up(small_network(), "2026-11", calendar.parse(now), failures=failures, seed=seed),
        small_network(),
        Targets(),
    )
    total = report.province.record.ledger
    length = report.end - report.start
    assert total.total == 6 * length
    assert sum((row.record.ledger for row in report.agencies), Ledger()) == total
    assert sum((row.record.ledger for row in report.counties), Ledger()) == total
    assert sum((row.record.ledger for row in report.prefectures), Ledger()) == total
    assert sum(report.province.days, Ledger()) == total
    assert sum(report.prefectures[0].days, Ledger()) == total
    assert [day.total for day in report.province.days[:-1]] == [6 * DAY] * (len(report.days) - 1)
    assert sum(row.lost for row in report.parties) == total.lost
    assert sum(row.outage.lost for row in report.outages) == total.lost
    assert len(report.outages) == report.province.record.outages + report.province.record.flashes
    for row in report.tiers:
        assert 0 <= row.attainment.met <= row.attainment.judged <= row.attainment.objects


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_input_gives_the_same_report(seed: int) -> None:
    first, second = (
        compose(made_up(small_network(), "2026-11", NOW, failures=30, seed=seed), small_network(), Targets())
        for _ in range(2)
    )
    assert first == second
