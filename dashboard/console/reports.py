"""The finished reports, to download."""

from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, abort, render_template, send_from_directory
from flask.typing import ResponseReturnValue
from flask_login import login_required

from dashboard.web.context import services

KINDS = {".xlsx", ".html", ".pdf", ".docx", ".csv", ".json"}


@dataclass(frozen=True, slots=True)
class ReportFile:
    """One file of the reports directory; `name` is its path inside."""

    name: str
    kind: str
    size: int
    written_at: int


def register(pages: Blueprint) -> None:
    """The list and the downloads."""
    pages.add_url_rule("/reports", "reports", login_required(_list))
    pages.add_url_rule("/reports/<path:name>", "reports_file", login_required(_file))


def report_files(directory: Path | None) -> list[ReportFile]:
    """Reports in the directory and one level below, the newest name first; none where there is no directory."""
    if directory is None or not directory.is_dir():
        return []
    found = [
        path
        for pattern in ("*", "*/*")
        for path in directory.glob(pattern)
        if path.is_file() and path.suffix in KINDS and not path.name.startswith(".")
    ]
    files = []
    for path in found:
        facts = path.stat()
        name = path.relative_to(directory).as_posix()
        files.append(ReportFile(name, path.suffix[1:].upper(), facts.st_size, int(facts.st_mtime * 1000)))
    return sorted(files, key=lambda file: file.name, reverse=True)


def _list() -> ResponseReturnValue:
    return render_template("console/reports.html", files=report_files(services().reports_directory))


def _file(name: str) -> ResponseReturnValue:
    directory = services().reports_directory
    if directory is None or Path(name).suffix not in KINDS:
        abort(404)
    # Refuses every path that leaves the directory. Always a download: a report is never run inside this origin.
    return send_from_directory(directory.resolve(), name, as_attachment=True)
