"""The forms of a monthly report. Each form is one function from the report to bytes; writing is atomic and the same for
all of them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from reports.report import MonthReport
from reports.writers.files import write_files
from reports.writers.html import render_html
from reports.writers.xlsx import render_xlsx

FORMS: Final[Mapping[str, Callable[[MonthReport], bytes]]] = {
    ".xlsx": render_xlsx,
    ".html": lambda report: render_html(report, "zh"),
    "-en.html": lambda report: render_html(report, "en"),
}
"""What a file's name ends with, and what is in it. A new form is a new line."""


def file_names(month: str, *, provisional: bool) -> list[str]:
    """The files of a month's report: `yunwei-2026-11.xlsx`, or `yunwei-2026-11-provisional.xlsx` while it runs."""
    return [stem(month, provisional=provisional) + ending for ending in FORMS]


def stem(month: str, *, provisional: bool) -> str:
    """What the names of a report's files begin with."""
    return f"yunwei-{month}-provisional" if provisional else f"yunwei-{month}"


def write_month(report: MonthReport, directory: Path) -> list[Path]:
    """Write the report in all its forms; the directory is created where it is missing.

    Each file is whole or not there; one of the same name is replaced. The same report gives the same bytes.

    Raises OperatorError when the directory can't be written to, or the disk is full.
    """
    names = file_names(report.month, provisional=report.provisional)
    contents = [render(report) for render in FORMS.values()]
    return write_files(directory, dict(zip(names, contents, strict=True)))
