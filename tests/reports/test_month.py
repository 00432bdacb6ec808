"""A month built from the real tables."""

import pytest

from foundation import calendar
from foundation.clock import DAY, HOUR, MINUTE, SECOND
from foundation.problems import OperatorError
from reports.availability import Ledger
from reports.month import build_month
from reports.rows import Standing
from reports.settings import Targets
from storage.records.database import Records
from tests.reports.rooms import incident, store
from tests.reports.timelines import down, unknown, up
from topology.network import Network

START, END = calendar.month_bounds("2026-11")


def test_a_month_is_read_from_the_timeline_with_its_open_outage(records: Records, network: Network) -> None:
    store(
        records,
        "agency",
        {
            "agency-a1": [up(START - DAY, START + DAY), down(START + DAY, None, "a1")],
            "agency-b1": [up(START - 40 * DAY, None)],
        },
    )
    store(records, "device", {"county-a": [unknown(START - DAY, START), up(START, None)]})
    report = build_month(records, network, "2026-11", END + HOUR)
    rows = {row.id: row.record.ledger for row in report.agencies}
    assert rows["agency-a1"] == Ledger(up=DAY, down=29 * DAY)
    assert rows["agency-b1"] == Ledger(up=30 * DAY)
    assert rows["agency-a2"] == Ledger(unknown=30 * DAY)
    assert report.county_lines[0].record.ledger == Ledger(up=30 * DAY)
    assert report.province.previous == Ledger(up=32 * DAY, unknown=6 * 31 * DAY - 32 * DAY)
    assert not report.provisional
    assert len(report.days) == 30


def test_a_running_month_ends_now_and_is_provisional(records: Records, network: Network) -> None:
    store(records, "agency", {"agency-a1": [up(START, None)]})
    now = START + 10 * DAY + 7 * HOUR
    report = build_month(records, network, "2026-11", now)
    assert report.provisional
    assert report.end == now
    assert report.agencies[0].record.ledger.total == 10 * DAY + 7 * HOUR
    assert report.agencies[0].record.ledger.completeness.text == "100.000"
    assert len(report.days) == 11


def test_a_month_reads_the_same_whenever_it_is_made(records: Records, network: Network) -> None:
    """What happens after the month's end is no part of it: not the end of an outage, nor the closing of a ticket."""
    at = END - HOUR
    store(records, "agency", {"agency-a1": [up(START, at), down(at, END + HOUR, "a1"), up(END + HOUR, None)]})
    with records.transaction() as session:
        session.add(incident(1, at, recovered_at=END + HOUR, first_acknowledged_at=at + MINUTE, closed_at=END + DAY))
    report = build_month(records, network, "2026-11", END + 5 * DAY)
    assert report.outages[0].outage.recovered is False
    assert report.outages[0].outage.lost == HOUR
    (row,) = report.incidents
    assert (row.standing, row.recovered_at, row.closed_at) == (Standing.ACKNOWLEDGED, None, None)


def test_incidents_carried_over_are_told_and_means_are_of_what_happened(records: Records, network: Network) -> None:
    with records.transaction() as session:
        session.add_all(
            [
                incident(1, START - DAY),
                incident(2, START + DAY, first_acknowledged_at=START + DAY + 80 * SECOND, fault_class=1),
                incident(3, START + 2 * DAY, recovered_at=START + 2 * DAY + HOUR, division="530000"),
                incident(4, START - 2 * DAY, recovered_at=START - DAY),
                incident(5, END),
            ]
        )
    report = build_month(records, network, "2026-11", END + HOUR)
    assert [row.number[-4:] for row in report.incidents] == ["0001", "0002", "0003"]
    figures = report.incident_figures
    assert (figures.carried_over, figures.unrecovered) == (1, 2)
    assert (figures.mean_to_acknowledge, figures.mean_to_restore) == (60 * SECOND, HOUR)
    assert figures.by_class == {1: 1, 2: 0, 3: 2, 4: 0}
    assert figures.by_prefecture == {"530600": {1: 1, 2: 0, 3: 1, 4: 0}, "": {1: 0, 2: 0, 3: 1, 4: 0}}


def test_an_empty_database_gives_a_report_without_figures(records: Records, network: Network) -> None:
    report = build_month(records, network, "2026-11", END)
    assert report.province.record.ledger.assessed.text == "—"
    assert report.incident_figures.mean_to_restore is None


def test_targets_are_the_settings_own(records: Records, network: Network) -> None:
    store(records, "agency", {"agency-a1": [up(START, END - HOUR), down(END - HOUR, END)]})
    strict = Targets.model_validate({"agency": 99.9})
    assert build_month(records, network, "2026-11", END).agencies[0].met is True
    assert build_month(records, network, "2026-11", END, strict).agencies[0].met is False


def test_a_month_that_has_not_begun_is_refused(records: Records, network: Network) -> None:
    with pytest.raises(OperatorError, match="2026-11 has not begun"):
        build_month(records, network, "2026-11", START)


@pytest.mark.parametrize("text", ["2026-13", "november", "", "2026-11-01"])
def test_what_is_no_month_is_refused(records: Records, network: Network, text: str) -> None:
    with pytest.raises(OperatorError, match="Write it like 2026-11"):
        build_month(records, network, text, END)
