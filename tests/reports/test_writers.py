"""What stands in the workbook and on the pages is what the ledger says."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from foundation import calendar
from foundation.clock import DAY, HOUR, MINUTE
from reports.compose import compose
from reports.report import MonthReport
from reports.rows import IncidentRow, Name, Standing
from reports.settings import Targets
from reports.shares import Share
from reports.words import ENGLISH
from reports.writers.html import render_html
from reports.writers.xlsx import render_xlsx
from tests.networks import small_network
from tests.reports.provinces import made_up

END = calendar.parse("2026-12-01 00:00")


def incident(number: int, title: str = "镇雄县路由器失联") -> IncidentRow:
    """One incident of the month."""
    start = END - number * DAY
    return IncidentRow(
        f"YN1124-{number:04}", Name(title, "Router down"), 3, Standing.RECOVERED, False,
        Name("昭通市", "Zhaotong City"), "530600", start, start + MINUTE, start + 2 * MINUTE, start + HOUR, None, 3,
    )  # fmt: skip


def report(now: str = "2026-12-01 01:30") -> MonthReport:
    """November 2026 of the small network."""
    network = small_network()
    given = made_up(network, "2026-11", calendar.parse(now), failures=25, incidents=[incident(1), incident(2)])
    return compose(given, network, Targets())


@pytest.fixture(scope="module")
def finished() -> MonthReport:
    """A whole month."""
    return report()


@pytest.fixture(scope="module")
def sheets(finished: MonthReport) -> dict[str, Worksheet]:
    """The whole month's workbook."""
    return workbook(finished)


def workbook(of: MonthReport) -> dict[str, Worksheet]:
    """The sheets by name."""
    book = load_workbook(BytesIO(render_xlsx(of)))
    return {sheet.title: sheet for sheet in book.worksheets}


def table(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows of a sheet with one table, by Chinese header."""
    header, _, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip((str(word) for word in header), row, strict=True)) for row in rows]


def milliseconds(cell: Any) -> int:
    """A cell's length of time: openpyxl reads [h]:mm:ss as a timedelta, and short ones as a time."""
    if isinstance(cell, timedelta):
        return cell // timedelta(milliseconds=1)
    if isinstance(cell, time):
        return (cell.hour * 3600 + cell.minute * 60 + cell.second) * 1000 + cell.microsecond // 1000
    return round(float(cell) * DAY)


# Workbook --------------------------------------------------------------------------------------------------------


def test_the_workbook_has_every_sheet_in_order(sheets: dict[str, Worksheet]) -> None:
    assert list(sheets) == [
        "概况",
        "州市",
        "县区",
        "骨干线路",
        "线路",
        "链路负载",
        "站点",
        "专网",
        "机构",
        "中断根源",
        "中断明细",
        "事件",
        "检修",
        "方法",
    ]


@pytest.mark.parametrize(
    ("sheet", "rows"),
    [
        ("机构", lambda of: of.agencies),
        ("县区", lambda of: of.counties),
        ("州市", lambda of: [of.province, *of.prefectures]),
        ("骨干线路", lambda of: [*of.prefecture_lines, *of.county_lines]),
        ("线路", lambda of: of.links),
        ("站点", lambda of: of.sites),
        ("专网", lambda of: of.private_networks),
    ],
)
def test_every_figure_in_the_workbook_is_the_ledgers(
    sheet: str, rows: Callable[[MonthReport], list[Any]], finished: MonthReport, sheets: dict[str, Worksheet]
) -> None:
    expected, found = rows(finished), table(sheets[sheet])
    assert len(found) == len(expected)
    for row, cells in zip(expected, found, strict=True):
        ledger = row.record.ledger
        for word, share in {"考核可用率": ledger.assessed, "原始可用率": ledger.raw, "责任可用率": ledger.own,
                            "监测完整率": ledger.completeness}.items():  # fmt: skip
            assert cells[word] == pytest.approx(share.ratio, abs=1e-12)
        for word, length in {
            "正常": ledger.up,
            "本级责任中断": ledger.down,
            "上级影响中断": ledger.unreachable,
            "计划检修": ledger.maintenance,
            "未知": ledger.unknown,
            "最长中断": row.record.longest,
        }.items():
            assert abs(milliseconds(cells[word]) - length) <= 1000, word  # fmt: skip
        assert (cells["中断"], cells["闪断"]) == (row.record.outages, row.record.flashes)


def test_a_share_of_nothing_is_an_empty_cell() -> None:
    assert Share(0, 0).ratio is None
    network = small_network()
    given = replace(made_up(network, "2026-11", END, failures=0), agencies={}, devices={})
    rows = table(workbook(compose(given, network, Targets()))["机构"])
    assert {row["考核可用率"] for row in rows} == {None}
    assert {row["结论"] for row in rows} == {"无数据 No data"}


def test_every_outage_and_incident_has_its_row(finished: MonthReport, sheets: dict[str, Worksheet]) -> None:
    outages = table(sheets["中断明细"])
    assert [row["机构编号"] for row in outages] == [row.agency for row in finished.outages]
    first, cells = finished.outages[0], outages[0]
    assert cells["开始"] == pytest.approx(
        calendar.local(first.outage.start).replace(tzinfo=None), abs=timedelta(seconds=1)
    )
    assert [row["编号"] for row in table(sheets["事件"])] == ["YN1124-0001", "YN1124-0002"]
    assert table(sheets["事件"])[0]["关闭"] is None


def test_sheets_are_frozen_filtered_and_ready_for_a4(sheets: dict[str, Worksheet]) -> None:
    agencies = sheets["机构"]
    assert agencies.freeze_panes == "C3"
    assert agencies.auto_filter.ref == "A2:S8"
    for sheet in sheets.values():
        assert sheet.page_setup.orientation == "landscape"
        assert str(sheet.page_setup.paperSize) == "9"
    assert agencies.print_title_rows == "$1:$2"
    assert [cell.value for cell in agencies[2]][:2] == ["Agency id", "Agency"]


def test_a_name_that_looks_like_a_formula_or_a_link_stays_text(finished: MonthReport) -> None:
    of = replace(finished, incidents=[incident(1, '=HYPERLINK("http://x")'), incident(2, "http://x")])
    cells = [row[1] for row in workbook(of)["事件"].iter_rows(min_row=3)]
    assert [cell.data_type for cell in cells] == ["s", "s"]
    assert cells[0].value == '=HYPERLINK("http://x")'
    assert cells[1].hyperlink is None


def test_the_method_stands_beside_the_numbers_in_both_languages(sheets: dict[str, Worksheet]) -> None:
    rows = table(sheets["方法"])
    assert any("从不按总时长相减" in row["说明"] for row in rows)
    assert any("never rounded up" in row["英文"] for row in rows)


# Pages -----------------------------------------------------------------------------------------------------------


class Balanced(HTMLParser):
    """Checks that every element that must be closed is, and gathers text and links."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.links: list[str] = []
        self.elements: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.links += [value or "" for key, value in attrs if key in ("href", "src")]
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)


def page(of: MonthReport, language: Any = "zh") -> Balanced:
    """The page, parsed."""
    parsed = Balanced()
    parsed.feed(render_html(of, language).decode("utf-8"))
    parsed.close()
    assert parsed.open == []
    return parsed


def test_the_page_shows_the_headline_figures_of_the_ledger(finished: MonthReport) -> None:
    text, ledger = " ".join(page(finished).text), finished.province.record.ledger
    for share in (ledger.assessed, ledger.raw, ledger.own):
        assert f"{share.text}%" in text
    assert "2026年11月" in text
    assert "暂定" not in text


@pytest.mark.slow
def test_a_running_month_is_marked_with_the_moment_it_reaches() -> None:
    running = report("2026-11-24 14:30")
    assert "本月未满，数据截至 2026-11-24 14:30" in " ".join(" ".join(page(running).text).split())
    assert "figures up to 2026-11-24 14:30" in " ".join(" ".join(page(running, "en").text).split())
    assert any("暂定" in str(row[0].value) for row in workbook(running)["概况"].iter_rows())


def test_the_english_page_has_no_chinese_left(finished: MonthReport) -> None:
    text = "".join(page(finished, "en").text).replace("中文", "").replace("云维", "")
    assert re.findall(r"[\u4e00-\u9fff]+", text) == []


def test_the_page_needs_nothing_but_itself_and_its_translation(finished: MonthReport) -> None:
    for language, other in (("zh", "yunwei-2026-11-en.html"), ("en", "yunwei-2026-11.html")):
        parsed = page(finished, language)
        assert parsed.links == [other]
        assert not {"script", "img", "iframe", "link", "object"} & set(parsed.elements)
    assert b"url(" not in render_html(finished, "zh")


def test_names_are_escaped(finished: MonthReport) -> None:
    of = replace(finished, incidents=[incident(1, '<script>alert("x")</script>&')])
    content = render_html(of, "zh").decode()
    assert "<script>" not in content
    assert "&lt;script&gt;" in content


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_month_without_any_outage_incident_or_observation_is_still_a_page(language: str) -> None:
    network = small_network()
    given = replace(made_up(network, "2026-11", END, failures=0), agencies={}, devices={}, previous_agencies={})
    text = " ".join(page(compose(given, network, Targets()), language).text)
    assert "—" in text
    assert "nan" not in text.lower().split()


def test_the_same_report_gives_the_same_bytes(finished: MonthReport) -> None:
    assert render_xlsx(report()) == render_xlsx(finished)
    assert render_html(report(), "zh") == render_html(finished, "zh")


def test_no_word_is_kept_that_nothing_uses() -> None:
    rooms = Path(__file__).parents[2] / "reports"
    sources = [
        path.read_text(encoding="utf-8")
        for pattern in ("templates/*.j2", "writers/*.py")
        for path in sorted(rooms.glob(pattern))
    ]
    assert [
        word for word in ENGLISH if not any(f'"{word}"' in source or f"'{word}'" in source for source in sources)
    ] == []
