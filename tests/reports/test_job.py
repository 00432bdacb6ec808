"""The monthly job: last month's report, once."""

from pathlib import Path

from foundation import calendar
from foundation.clock import DAY, SteppedClock
from reports.job import report_last_month
from reports.settings import ReportSettings
from storage.records.database import Records
from tests.reports.rooms import store
from tests.reports.timelines import unknown, up
from topology.network import Network

START, _ = calendar.month_bounds("2026-11")


def test_last_months_report_is_written_once(records: Records, network: Network, tmp_path: Path) -> None:
    store(records, "agency", {"agency-a1": [up(START, None)]})
    clock = SteppedClock(calendar.parse("2026-12-01 01:30"))
    paths = report_last_month(records, network, ReportSettings(), tmp_path, clock)
    assert [path.name for path in paths] == ["yunwei-2026-11.xlsx", "yunwei-2026-11.html", "yunwei-2026-11-en.html"]
    assert {path.parent for path in paths} == {tmp_path / "reports"}
    paths[1].write_bytes(b"as it was sent")
    clock.advance(3 * DAY)
    assert report_last_month(records, network, ReportSettings(), tmp_path, clock) == paths
    assert paths[1].read_bytes() == b"as it was sent"


def test_a_report_of_which_a_file_is_missing_is_made_again(records: Records, network: Network, tmp_path: Path) -> None:
    store(records, "agency", {"agency-a1": [up(START, None)]})
    clock = SteppedClock(calendar.parse("2026-12-01 01:30"))
    paths = report_last_month(records, network, ReportSettings(), tmp_path, clock)
    before = paths[0].read_bytes()
    paths[0].unlink()
    report_last_month(records, network, ReportSettings(), tmp_path, clock)
    assert paths[0].read_bytes() == before


def test_a_month_before_the_installation_has_no_report(records: Records, network: Network, tmp_path: Path) -> None:
    store(records, "agency", {"agency-a1": [unknown(START, START + 40 * DAY)]})
    clock = SteppedClock(calendar.parse("2026-12-01 01:30"))
    assert report_last_month(records, network, ReportSettings(), tmp_path, clock) == []
    assert list(tmp_path.glob("reports/*")) == []


def test_in_january_last_month_is_december(records: Records, network: Network, tmp_path: Path) -> None:
    store(records, "agency", {"agency-a1": [up(START, None)]})
    clock = SteppedClock(calendar.parse("2027-01-01 00:00"))
    paths = report_last_month(records, network, ReportSettings(directory="out"), tmp_path, clock)
    assert paths[0] == tmp_path / "out" / "yunwei-2026-12.xlsx"
