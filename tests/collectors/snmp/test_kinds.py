"""The vocabulary of readings is one, on both sides of the bus."""

from alerting.rules.kinds import HEALTH_WORDS
from collectors.snmp.kinds import KINDS


def test_what_collects_and_what_judges_know_the_same_kinds() -> None:
    # Neither room may import the other.
    assert set(KINDS) == set(HEALTH_WORDS)
