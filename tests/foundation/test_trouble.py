"""A trouble is told when it begins and when it is over, however often it is met."""

import logging

import pytest

from foundation.trouble import Trouble


def test_a_trouble_that_lasts_is_told_twice_in_all(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    trouble = Trouble(logging.getLogger("test"), "It fails: %s", "It works again.")
    trouble.passed()
    for _ in range(5):
        trouble.failed(ValueError("no room."))
    assert trouble.lasts
    trouble.passed()
    trouble.passed()
    assert not trouble.lasts
    said = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert said == [("ERROR", "It fails: no room."), ("INFO", "It works again.")]


def test_the_next_trouble_is_told_again(caplog: pytest.LogCaptureFixture) -> None:
    trouble = Trouble(logging.getLogger("test"), "It fails: %s", "It works again.")
    trouble.failed(ValueError("once"))
    trouble.passed()
    trouble.failed(ValueError("twice"))
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR] == [
        "It fails: once",
        "It fails: twice",
    ]
