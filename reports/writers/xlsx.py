"""The report as a workbook: all figures, filterable, ready to print on A4."""

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from foundation import calendar
from foundation.clock import DAY
from reports.report import MonthReport
from reports.words import ENGLISH
from reports.writers.sheets import Figure, sheets
from reports.writers.tables import Column, Kind, Sheet, Table

_A4: Final = 9
_FONT: Final = "Microsoft YaHei"
_NUMBERS: Final[Mapping[Kind, str]] = {
    Kind.COUNT: "#,##0",
    Kind.SHARE: "0.000%",
    Kind.LENGTH: "[h]:mm:ss",
    Kind.MOMENT: "yyyy-mm-dd hh:mm:ss",
    Kind.PERCENT: '0.0##"%"',
    Kind.RATE: "#,##0.00",
    Kind.LOAD: '0.0"%"',
}


def render_xlsx(report: MonthReport) -> bytes:
    """The workbook. The same report gives the same bytes: its time of creation is the report's own."""
    buffer = io.BytesIO()
    # Text is always written as text, so that a name that begins with "=" is no formula.
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    workbook.set_properties(
        {
            "title": f"电子政务网络运维月报 {report.month}",
            "author": "Yunwei 云维",
            "created": _local(report.made_at),
        }
    )
    formats = _Formats(workbook)
    for sheet in sheets(report):
        _SheetWriter(workbook.add_worksheet(sheet.title.zh), formats).write(sheet, report)
    workbook.close()
    return buffer.getvalue()


def _local(moment: int) -> datetime:
    """Local time without its zone: spreadsheets know none."""
    return calendar.local(moment).replace(tzinfo=None)


class _Formats:
    """The few looks that cells have."""

    def __init__(self, workbook: Workbook) -> None:
        base = {"font_name": _FONT, "font_size": 10, "valign": "vcenter"}
        self.by_kind: dict[Kind, Format] = {
            kind: workbook.add_format({**base, "num_format": number}) for kind, number in _NUMBERS.items()
        }
        self.by_kind[Kind.TEXT] = workbook.add_format({**base, "text_wrap": False})
        self.wrapped = workbook.add_format({**base, "text_wrap": True, "valign": "top"})
        header = {**base, "bold": True, "bg_color": "#0F4C81", "font_color": "#FFFFFF", "text_wrap": True, "border": 1}
        self.header = workbook.add_format(header)
        self.header_english = workbook.add_format({**header, "bold": False, "bg_color": "#3F6F9C", "font_size": 9})
        self.caption = workbook.add_format({**base, "bold": True, "font_size": 13, "font_color": "#0F4C81"})
        self.title = workbook.add_format({**base, "bold": True, "font_size": 16})
        self.note = workbook.add_format({**base, "font_color": "#5B6775"})


class _SheetWriter:
    """Writes one sheet from top to bottom."""

    def __init__(self, sheet: Worksheet, formats: _Formats) -> None:
        self._sheet = sheet
        self._formats = formats
        self._row = 0

    def write(self, sheet: Sheet, report: MonthReport) -> None:
        """The whole sheet."""
        alone = len(sheet.tables) == 1
        if not alone:
            self._heading(sheet, report)
        for table in sheet.tables:
            self._table(table, alone=alone)
        if alone:
            for note in sheet.notes:
                self._sheet.write_string(self._row, 0, note, self._formats.note)
                self._row += 1
        self._widths(sheet)
        self._print_setup(sheet, report)

    def _heading(self, sheet: Sheet, report: MonthReport) -> None:
        title = f"{report.province.name.zh}电子政务网络运维月报 {report.month} · {sheet.title.zh}"
        self._sheet.write_string(0, 0, title, self._formats.title)
        for line, note in enumerate(sheet.notes, start=1):
            self._sheet.write_string(line, 0, note, self._formats.note)
        self._row = len(sheet.notes) + 2

    def _table(self, table: Table[Any], *, alone: bool) -> None:
        if table.caption and not alone:
            caption = f"{table.caption} {ENGLISH[table.caption]}"
            self._sheet.write_string(self._row, 0, caption, self._formats.caption)
            self._row += 1
        for position, column in enumerate(table.columns):
            self._sheet.write_string(self._row, position, column.word, self._formats.header)
            english = ENGLISH[column.word]
            self._sheet.write_string(self._row + 1, position, english, self._formats.header_english)
        first = self._row + 1
        self._row += 2
        for row in table.rows:
            for position, column in enumerate(table.columns):
                self._cell(position, column, row)
            self._row += 1
        if alone:
            self._sheet.freeze_panes(first + 1, _frozen_columns(table))
            self._sheet.autofilter(first, 0, max(first, self._row - 1), len(table.columns) - 1)
            self._sheet.repeat_rows(0, first)
        else:
            self._row += 1

    def _cell(self, position: int, column: Column[Any], row: Any) -> None:
        value, kind = column.value(row), column.kind
        if isinstance(value, Figure):
            value, kind = value.value, value.kind
        if value is None:
            return
        look = self._formats.by_kind[kind]
        sheet, line = self._sheet, self._row
        if kind is Kind.TEXT:
            sheet.write_string(line, position, value, self._formats.wrapped if column.width >= 100 else look)
        elif kind is Kind.SHARE:
            if value.ratio is not None:
                sheet.write_number(line, position, value.ratio, look)
        elif kind is Kind.LENGTH:
            sheet.write_number(line, position, value / DAY, look)
        elif kind is Kind.MOMENT:
            sheet.write_datetime(line, position, _local(value), look)
        elif kind is Kind.RATE:
            sheet.write_number(line, position, value / 1_000_000, look)
        else:
            sheet.write_number(line, position, float(value), look)

    def _widths(self, sheet: Sheet) -> None:
        widths: dict[int, float] = {}
        for table in sheet.tables:
            for position, column in enumerate(table.columns):
                widths[position] = max(widths.get(position, 0), column.width)
        for position, width in widths.items():
            self._sheet.set_column(position, position, width)

    def _print_setup(self, sheet: Sheet, report: MonthReport) -> None:
        self._sheet.set_landscape()
        self._sheet.set_paper(_A4)
        self._sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        self._sheet.fit_to_pages(1, 0)
        marked = "（暂定）" if report.provisional else ""
        self._sheet.set_header(f"&L电子政务网络运维月报 {report.month}{marked}&R{sheet.title.zh} {sheet.title.en}")
        self._sheet.set_footer("&L云维 Yunwei&R&P / &N")


def _frozen_columns(table: Table[Any]) -> int:
    """The names at the left stay in view beside many columns."""
    return 2 if len(table.columns) > 8 else 0
