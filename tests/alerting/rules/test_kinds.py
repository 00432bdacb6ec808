"""The words for what sensors measure."""

from typing import get_args

from alerting.rules.kinds import HEALTH_WORDS, HealthKind, kind_words
from collectors.snmp.kinds import KINDS


def test_every_kind_that_is_observed_has_words_and_no_other() -> None:
    assert set(HEALTH_WORDS) == set(KINDS) == set(get_args(HealthKind))
    assert all(chinese and english for chinese, english in HEALTH_WORDS.values())


def test_a_kind_that_is_not_known_is_called_by_its_name() -> None:
    assert kind_words("smoke") == ("smoke", "smoke")
