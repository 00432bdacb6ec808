"""A restart while much is open: what recovers is told once, what goes on is told to nobody again."""

import pytest

from alerting.incidents.queries import recent_incidents
from alerting.notify.queries import MessageView, recent_messages
from foundation.clock import MINUTE, SECOND, SteppedClock
from storage.records.database import Records
from tests.alerting.acting_bench import act_on_changes
from tests.alerting.bench import Bench, hot
from tests.networks import wide_network

pytestmark = pytest.mark.slow

ALONE = {f"c{county}-{place}" for county in range(6) for place in (0, 7)}
"""Two agencies of each county: too few of any for a common cause."""
HOT = {"c1-1", "c2-1", "c3-1"}
SILENT = {"c0-2", "c4-2"}


@pytest.fixture
def bench(records: Records, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> Bench:
    network = wide_network()
    act_on_changes(network, monkeypatch)
    return Bench(network, records, clock)


def heat(bench: Bench, value: float) -> None:
    """Six minutes in which some run hot, or cool, while all are looked at."""
    for _ in range(6 * 6):
        bench.sweep(without=HOT)
        bench.see(*(bench.look(device, health=hot(value=value)) for device in sorted(HOT)))
        bench.clock.advance(10 * SECOND)


def messages(bench: Bench) -> list[MessageView]:
    with bench.records.reading() as session:
        return recent_messages(session, 10_000)


def incident_states(bench: Bench) -> dict[str, str]:
    with bench.records.reading() as session:
        return {found.device: found.state for found in recent_incidents(session, 1_000)}


@pytest.fixture
def troubled(bench: Bench) -> Bench:
    """Many alerts of several kinds are open, and were told."""
    for device in sorted(ALONE):
        # Each fails at a moment of its own.
        bench.dead.add(device)
        bench.run(20)
    bench.silent = set(SILENT)
    heat(bench, 95.0)
    assert incident_states(bench) == dict.fromkeys(ALONE | HOT | SILENT, "open")
    return bench


def test_when_all_has_healed_while_the_platform_was_off_each_trouble_is_told_over_once(troubled: Bench) -> None:
    before = messages(troubled)
    troubled.clock.advance(5 * MINUTE)
    troubled.dead, troubled.silent = set(), set()
    again = troubled.again()
    again.run(10, without=HOT)
    assert len(messages(again)) == len(before), "told before judging had settled"
    heat(again, 20.0)
    assert again.alerts() == {}
    assert incident_states(again) == dict.fromkeys(ALONE | HOT | SILENT, "recovered")
    again.run(10 * 60, every=15)
    told: dict[tuple[int | None, str, str], int] = {}
    for message in messages(again)[: len(messages(again)) - len(before)]:
        place = (message.incident, message.channel, message.recipient)
        told[place] = told.get(place, 0) + 1
    assert {incident for incident, _, _ in told} == {message.incident for message in before}
    assert set(told.values()) == {1}


def test_when_all_goes_on_after_a_restart_nobody_is_called_again(troubled: Bench) -> None:
    before, opened = messages(troubled), incident_states(troubled)
    again = troubled.again()
    heat(again, 95.0)
    assert incident_states(again) == opened
    assert len(messages(again)) == len(before)
    assert len(again.history()) == len(ALONE | HOT | SILENT)


def test_a_second_restart_in_the_middle_of_the_recovery_tells_nothing_twice(troubled: Bench) -> None:
    troubled.dead, troubled.silent = set(), set()
    again = troubled.again()
    again.run(20, without=HOT)
    told = len(messages(again))
    third = again.again()
    third.run(20, without=HOT)
    assert len(messages(third)) == told
    heat(third, 20.0)
    assert incident_states(third) == dict.fromkeys(ALONE | HOT | SILENT, "recovered")
