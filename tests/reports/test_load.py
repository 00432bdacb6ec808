"""The busiest lines of a month, from a real metric store; and what is said where it can't tell."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from foundation import calendar
from foundation.clock import DAY, HOUR, MINUTE, Instant
from reports.compose import compose
from reports.load import MonthLoad, Peak, Way
from reports.measuring import NO_VALUES, measure_load
from reports.report import MonthReport
from reports.settings import Targets
from reports.shares import Share
from reports.writers.html import render_html
from reports.writers.xlsx import render_xlsx
from storage.metrics.duckdb_store import DuckDbStore, Retention
from storage.metrics.resolutions import HOURLY
from storage.metrics.store import FIELDS, Columns, Measurement, MetricBatch, MetricStoreError
from tests.networks import carried_by, small_network
from tests.reports.provinces import made_up
from topology.network import Network

START, END = calendar.month_bounds("2026-11")
MEGA = 1_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckDbStore]:
    found = DuckDbStore(tmp_path / "metrics.duckdb")
    yield found
    found.close()


def rows(device: str, interface: str, values: dict[Instant, tuple[float, float]]) -> MetricBatch:
    """Traffic in and out, in Mbit/s."""
    count = len(values)
    fields: dict[str, list[float | None]] = {field: [None] * count for field in FIELDS[Measurement.INTERFACE]}
    fields["in_bps"] = [into * MEGA for into, _ in values.values()]
    fields["out_bps"] = [out * MEGA for _, out in values.values()]
    tags = {"device": device, "ifname": interface, "site": "530627", "tier": "county"}
    return MetricBatch(
        {Measurement.INTERFACE: Columns(list(values), {name: [text] * count for name, text in tags.items()}, fields)}
    )


def steady(into: float, out: float, start: Instant = START, end: Instant = END) -> dict[Instant, tuple[float, float]]:
    return dict.fromkeys(range(start, end, 5 * MINUTE), (into, out))


def seen(load: MonthLoad) -> list[tuple[str, Way, float, float]]:
    return [(row.link, row.way, round(row.mean_percent, 1), round(row.peak_percent, 1)) for row in load.rows]


@pytest.mark.slow
def test_a_line_stands_where_the_busy_hours_of_its_busier_direction_put_it(
    network: Network, store: DuckDbStore
) -> None:
    busy = steady(100, 50) | steady(300, 900, START + DAY, START + 4 * DAY)
    store.write(rows("a1", "up1", busy))
    store.write(rows("a2", "up1", steady(400, 20)))
    load = measure_load(network, store, START, END)
    # Three of thirty days are more than a twentieth: the 95th percentile is theirs.
    assert seen(load) == [("a1:county-a", Way.UP, 13.5, 90.0), ("a2:county-a", Way.DOWN, 40.0, 40.0)]
    assert (load.peak, load.notes) == (Peak.P95, ())
    assert {row.measured for row in load.rows if row.measured != Share(720, 720)} == set()
    assert load.rows[0].name.zh == "a1 – county-a"


@pytest.mark.slow
def test_the_upper_end_is_asked_where_the_lower_has_no_values_and_its_directions_are_turned(
    network: Network, store: DuckDbStore
) -> None:
    store.write(rows("county-a", "to-a1", steady(10, 70)))
    store.write(rows("county-a", "up1", steady(5, 1)))
    store.write(rows("agg-1", "down1", steady(900, 900)))
    store.write(rows("county-a", "Gi9/9", steady(999, 999)))
    assert seen(measure_load(network, store, START, END)) == [
        ("a1:county-a", Way.DOWN, 7.0, 7.0),
        ("county-a:agg-1", Way.DOWN, 0.5, 0.5),
    ]


@pytest.mark.slow
def test_the_capacity_is_the_lines_and_not_the_ports(network: Network, store: DuckDbStore) -> None:
    links = dict(network.links) | {"a1:county-a": replace(network.links["a1:county-a"], speed_mbps=10)}
    narrow = Network(replace(network.inventory, links=links))
    store.write(rows("a1", "up1", steady(8, 1)))
    (row,) = measure_load(narrow, store, START, END).rows
    assert (row.speed_mbps, row.peak_percent) == (10, 80.0)


@pytest.mark.slow
def test_ten_lines_are_listed(store: DuckDbStore) -> None:
    network = small_network()
    for number, link in enumerate(network.links.values()):
        store.write(rows(link.lower, link.lower_interface, steady(number + 1, 0, START, START + HOUR)))
    load = measure_load(network, store, START, END)
    assert len(network.links) > 10
    assert [row.peak for row in load.rows] == [(len(network.links) - place) * MEGA for place in range(10)]


def test_how_much_of_the_month_was_measured_is_said(network: Network, store: DuckDbStore) -> None:
    store.write(rows("a1", "up1", steady(10, 1, END - 6 * DAY)))
    load = measure_load(network, store, START, END)
    assert load.rows[0].measured == Share(6 * 24, 720)
    assert [note.zh for note in load.notes] == ["留存的测量值始于 2026-11-25 00:00:00，此前的时间不在负载之内。"]


@pytest.mark.slow
def test_without_any_value_the_report_says_so(network: Network, store: DuckDbStore) -> None:
    assert measure_load(network, store, START, END) == MonthLoad(notes=(NO_VALUES,))
    store.write(rows("county-a", "Gi9/9", steady(1, 1)))
    assert measure_load(network, store, START, END) == MonthLoad(notes=(NO_VALUES,))


def test_a_month_whose_values_are_all_past_their_retention_is_told(network: Network, store: DuckDbStore) -> None:
    store.write(rows("a1", "up1", steady(1, 1, END + DAY, END + DAY + HOUR)))
    load = measure_load(network, store, START, END)
    assert load.rows == ()
    assert "2026-12-02 00:00:00" in load.notes[0].en


@pytest.mark.slow
def test_once_5_minute_values_are_gone_the_highest_value_stands_for_the_95th_percentile(
    network: Network, tmp_path: Path
) -> None:
    store = DuckDbStore(tmp_path / "short.duckdb", Retention(2 * DAY, 3 * DAY, 400 * DAY))
    store.write(rows("a1", "up1", steady(100, 1, START, START + 2 * DAY) | {START + DAY: (950, 1)}))
    for later in (2 * HOUR, 3 * HOUR):
        store.maintain(END + 10 * DAY + later)
    assert any(span.roll_up == HOURLY for span in store.spans())
    load = measure_load(network, store, START, END)
    store.close()
    assert load.peak is Peak.HIGHEST
    assert seen(load) == [("a1:county-a", Way.DOWN, 10.1, 95.0)]
    assert [note.en.split(",")[0] for note in load.notes] == [
        "The 5-minute values of this period are past their retention"
    ]
    written(report_with(load), "最高值 (%)", "95.0%", "无法再算 95 百分位")


@pytest.mark.slow
def test_a_store_that_is_away_costs_the_load_and_not_the_report(
    network: Network, store: DuckDbStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise MetricStoreError("It sleeps.")

    monkeypatch.setattr(DuckDbStore, "rank", away)
    store.write(rows("a1", "up1", steady(1, 1)))
    load = measure_load(network, store, START, END)
    assert load.rows == ()
    written(report_with(load), "读不到指标库", "yunwei report month 2026-11")


def report_with(load: MonthLoad, targets: Targets | None = None) -> MonthReport:
    network = carried_by(small_network(), {"a1:county-a": "电信"})
    given = made_up(network, "2026-11", END + HOUR, failures=3)
    return compose(replace(given, load=load), network, targets or Targets())


def written(report: MonthReport, *words: str) -> None:
    """Both the page and the workbook say it."""
    page = render_html(report, "zh").decode()
    sheet = load_workbook(BytesIO(render_xlsx(report)))["链路负载"]
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    for word in words:
        assert word in page
        assert word.endswith("%") or any(word in cell for cell in cells), word


@pytest.mark.slow
def test_a_line_above_the_limit_is_to_be_widened_in_every_form(store: DuckDbStore) -> None:
    network = carried_by(small_network(), {"a1:county-a": "电信"})
    store.write(rows("a1", "up1", steady(701, 1)))
    store.write(rows("a2", "up1", steady(700, 1)))
    report = report_with(measure_load(network, store, START, END))
    written(report, "95 百分位 (%)", "电信", "扩容", "70.1%")
    header, _, first, second, *_ = load_workbook(BytesIO(render_xlsx(report)))["链路负载"].iter_rows(values_only=True)
    line = dict(zip(header, first, strict=True))
    assert (line["平均 (Mbit/s)"], line["95 百分位 (Mbit/s)"], line["95 百分位 (%)"]) == (701, 701, 70.1)
    assert (line["方向"], line["有测量值的时间"], line["建议"]) == ("下行 Down", 1, "扩容 widen")
    assert dict(zip(header, second, strict=True))["建议"] is None
    english = render_html(report, "en").decode()
    assert "Telecom" in english
    assert "电信" not in english
    wide = report_with(report.load, Targets.model_validate({"link_load": 80}))
    assert "▲" not in render_html(wide, "zh").decode()
