"""A report's files are whole or not there, and a refusal is one sentence."""

import errno
import os
import re
from pathlib import Path

import pytest

from foundation import calendar
from foundation.problems import OperatorError
from reports.compose import compose
from reports.report import MonthReport
from reports.settings import Targets
from reports.writers import write_month
from reports.writers.files import write_files
from reports.writers.html import render_html
from tests.networks import small_network
from tests.reports.provinces import made_up


def report(now: str) -> MonthReport:
    """November 2026 of the small network."""
    network = small_network()
    return compose(made_up(network, "2026-11", calendar.parse(now), failures=3), network, Targets())


@pytest.mark.slow
def test_a_report_is_written_in_all_its_forms(tmp_path: Path) -> None:
    whole = report("2026-12-01 01:30")
    paths = write_month(whole, tmp_path / "new" / "reports")
    assert [path.name for path in paths] == ["yunwei-2026-11.xlsx", "yunwei-2026-11.html", "yunwei-2026-11-en.html"]
    assert sorted((tmp_path / "new" / "reports").iterdir()) == sorted(paths)
    assert all(path.stat().st_mode & 0o777 == 0o640 for path in paths)
    assert paths[1].read_bytes() == render_html(whole, "zh")


@pytest.mark.slow
def test_a_provisional_report_never_takes_the_final_ones_name(tmp_path: Path) -> None:
    paths = write_month(report("2026-11-24 14:30"), tmp_path)
    assert [path.name for path in paths] == [
        "yunwei-2026-11-provisional.xlsx", "yunwei-2026-11-provisional.html", "yunwei-2026-11-provisional-en.html"
    ]  # fmt: skip
    assert b'href="yunwei-2026-11-provisional-en.html"' in paths[1].read_bytes()
    assert b'href="yunwei-2026-11-provisional.html"' in paths[2].read_bytes()


def test_a_file_of_the_same_name_is_replaced(tmp_path: Path) -> None:
    write_files(tmp_path, {"a": b"old", "b": b"old"})
    assert write_files(tmp_path, {"a": b"new"}) == [tmp_path / "a"]
    assert [(tmp_path / name).read_bytes() for name in "ab"] == [b"new", b"old"]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.ENOSPC, "is full. Free some space"),
        (errno.EDQUOT, "is full. Free some space"),
        (errno.EROFS, "permission denied. Name a directory"),
        (errno.EACCES, "permission denied. Name a directory"),
        (errno.EIO, "Input/output error"),
    ],
)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_refuses_is_one_sentence_and_leaves_the_old_report_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, sentence: str, step: str
) -> None:
    old = tmp_path / "yunwei-2026-11.xlsx"
    old.write_bytes(b"old")

    def refuse(*_given: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, step, refuse)
    with pytest.raises(OperatorError, match=re.escape(sentence)):
        write_files(tmp_path, {old.name: b"new"})
    assert list(tmp_path.iterdir()) == [old]
    assert old.read_bytes() == b"old"


def test_a_file_in_the_directorys_place_is_told(tmp_path: Path) -> None:
    place = tmp_path / "reports"
    place.write_text("a file", encoding="utf-8")
    with pytest.raises(OperatorError, match="it is not a directory"):
        write_files(place, {"a": b""})
    with pytest.raises(OperatorError, match="it is not a directory"):
        write_files(place / "below", {"a": b""})
