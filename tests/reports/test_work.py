"""Planned work in the monthly report: what each window cost, and whether it was announced in advance."""

from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook

from alerting.maintenance.planning import end
from alerting.maintenance.targets import TargetKind
from alerting.timeline.tables import IntervalRow
from foundation import calendar
from foundation.clock import DAY, HOUR, MINUTE, Instant
from foundation.messages import State
from reports.compose import compose
from reports.reading import read_month
from reports.report import MonthReport
from reports.settings import Targets
from reports.writers.html import render_html
from reports.writers.xlsx import render_xlsx
from storage.records.database import Records
from tests.alerting.windows import planned
from topology.network import Network

START = calendar.parse("2026-11-01 00:00")
FINISHED = calendar.parse("2026-12-03 09:00")


def agency_time(records: Records, agency: str, *spans: tuple[State, Instant, Instant, str]) -> None:
    """An agency's month: state, from, until, evidence."""
    with records.transaction() as session:
        session.add_all(
            IntervalRow(
                kind="agency", object_id=agency, state=state.value, started_at=start, ended_at=until, cause="",
                evidence=evidence,
            )
            for state, start, until, evidence in spans
        )  # fmt: skip


def month(records: Records, network: Network, now: Instant = FINISHED) -> MonthReport:
    return compose(read_month(records, network, "2026-11", now), network, Targets())


@pytest.mark.slow
def test_planned_time_is_told_apart_by_whether_it_was_announced_in_advance(records: Records, network: Network) -> None:
    first, second = START + 2 * DAY, START + 5 * DAY
    planned(
        records, network, first - DAY, TargetKind.DIVISION, "530627", first, first + 2 * HOUR, announced=first - 2 * DAY
    )
    planned(records, network, second, TargetKind.DEVICE, "a1", second, second + HOUR)
    for agency, minutes in (("agency-a1", 30), ("agency-a2", 20)):
        agency_time(
            records, agency,
            (State.UP, START, first, "answered"),
            (State.MAINTENANCE, first, first + minutes * MINUTE, "maintenance:1"),
            (State.UP, first + minutes * MINUTE, second, "answered"),
            (State.MAINTENANCE, second, second + 5 * MINUTE, "maintenance:2"),
            (State.UP, second + 5 * MINUTE, calendar.parse("2026-12-01 00:00"), "answered"),
        )  # fmt: skip
    report = month(records, network)
    assert [(row.number, row.announced_in_advance, row.agencies, row.agency_time) for row in report.works] == [
        (1, True, 2, 50 * MINUTE),
        (2, False, 2, 10 * MINUTE),
    ]
    assert report.works[0].target.zh == "镇雄县"
    assert report.province.record.ledger.maintenance == 60 * MINUTE
    assert report.announced == 50 * MINUTE
    sheet = load_workbook(BytesIO(render_xlsx(report)))["检修"]
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[8] for row in rows[2:]] == ["是 yes", "否 no"]
    for language, words in (
        ("zh", ("其中未事先公告", "镇雄县")),
        ("en", ("of it not announced in advance", "Zhenxiong")),
    ):
        page = render_html(report, language).decode()  # type: ignore[arg-type]
        for word in words:
            assert word in page


def test_several_targets_stand_in_one_line_by_their_names(records: Records, network: Network) -> None:
    target = "device:a1; division:530627; tag:role=access"
    planned(records, network, START - DAY, TargetKind.SEVERAL, target, START + DAY, START + DAY + HOUR)
    (row,) = month(records, network).works
    assert (row.target.zh, row.target.en) == ("a1、镇雄县、role=access", "a1, Zhenxiong County, role=access")


def test_what_became_of_a_window_after_the_month_is_no_part_of_it(records: Records, network: Network) -> None:
    start = calendar.parse("2026-11-30 23:00")
    planned(records, network, start, TargetKind.DEVICE, "a1", start, None)
    before = month(records, network).works
    with records.transaction() as session:
        end(session, 1, "张三", FINISHED)
    assert month(records, network, FINISHED + DAY).works == before
    assert before[0].ended_at is None


def test_windows_of_other_months_and_cancelled_ones_are_not_listed(records: Records, network: Network) -> None:
    later = calendar.parse("2026-12-01 00:00")
    planned(records, network, START, TargetKind.DEVICE, "a1", START + DAY, START + DAY + HOUR)
    planned(records, network, START, TargetKind.DEVICE, "a2", later, later + HOUR)
    with records.transaction() as session:
        end(session, 1, "张三", START + HOUR)
    report = month(records, network)
    assert report.works == []
    assert "没有计划检修" in render_html(report, "zh").decode()


def test_planned_time_whose_window_nobody_knows_counts_as_not_announced(records: Records, network: Network) -> None:
    whole = calendar.parse("2026-12-01 00:00")
    agency_time(
        records, "agency-a1",
        (State.MAINTENANCE, START, START + HOUR, "maintenance:9"), (State.UP, START + HOUR, whole, "answered"),
    )  # fmt: skip
    report = month(records, network)
    assert (report.announced, report.province.record.ledger.maintenance) == (0, HOUR)
    assert replace(report, works=()).announced == 0
