"""Logs: a sentence for people with its context, or one JSON object a line."""

import json
import logging
from collections.abc import Iterator

import pytest

from yunwei.logs import LogSettings, configure_logging


@pytest.fixture(autouse=True)
def _keep_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def test_text_is_the_time_in_yunnan_the_sentence_and_its_context(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(LogSettings())
    logging.getLogger("collectors.poller").warning("The look at device %s hung.", "x-1", extra={"device": "x-1"})
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(" WARNING collectors.poller: The look at device x-1 hung. [device=x-1]")


def test_json_is_one_object_a_line_with_chinese_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(LogSettings(format="json"))
    try:
        raise ValueError("坏了")
    except ValueError:
        logging.getLogger("alerting").exception("它坏了。", extra={"incident": 7})
    (line,) = capsys.readouterr().err.splitlines()
    entry = json.loads(line)
    assert (entry["level"], entry["room"], entry["message"], entry["incident"]) == ("error", "alerting", "它坏了。", 7)
    assert entry["at"].endswith("+08:00")
    assert "ValueError: 坏了" in entry["traceback"]
    assert "它坏了" in line


def test_the_level_is_kept_and_libraries_speak_from_warnings_on(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(LogSettings(level="info"))
    logging.getLogger("alerting").debug("detail")
    logging.getLogger("apscheduler.scheduler").info("a job was added")
    assert capsys.readouterr().err == ""


def test_configured_anew_by_a_reload_each_line_is_written_once(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(LogSettings())
    configure_logging(LogSettings(level="debug"))
    logging.getLogger("alerting").debug("detail")
    assert len(capsys.readouterr().err.splitlines()) == 1
