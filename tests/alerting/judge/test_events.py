"""Events that devices tell of themselves (traps, syslog lines), through the whole engine."""

from pathlib import Path

import pytest

from alerting.changes import ObjectKind
from foundation.clock import MINUTE, SECOND, SteppedClock
from foundation.messages import Event, EventSource
from storage.records.database import Records
from tests.alerting.bench import Bench
from tests.alerting.written import written
from topology.network import Network

LOGIN = """
id: login-failed
kind: event
source: syslog
text: "/login failed/"
least: 3
within: 5 min
clear_after: 30 min
summary: "{device} {count} {source}: {text}"
"""
TUNNEL = """
id: tunnel-down
kind: event
source: trap
event: tunnelDown
clear_event: tunnelUp
by: tunnel
summary: "{entity} {event}"
"""
CONFIG = """
id: config-changed
kind: event
event: ["/^CFGMAN/", configChanged]
"""


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock, tmp_path: Path) -> Bench:
    return Bench(network, records, clock, rules=written(tmp_path, LOGIN, TUNNEL, CONFIG))


def line(bench: Bench, text: str, device: str = "county-a") -> None:
    """A syslog line."""
    bench.bus.publish(Event(device, EventSource.SYSLOG, "SHELL/5/LOGIN", text, bench.clock.now()))
    bench.engine.turn()


def trap(bench: Bench, kind: str, device: str = "county-a", **fields: str) -> None:
    """A trap."""
    bench.bus.publish(Event(device, EventSource.TRAP, kind, "", bench.clock.now(), fields))
    bench.engine.turn()


def pass_minutes(bench: Bench, minutes: int) -> None:
    """Time in which the devices answer and nothing is told."""
    bench.run(minutes * 60, every=30)


def test_so_many_within_the_time_are_one_alarm(bench: Bench) -> None:
    for _ in range(2):
        line(bench, "user admin login failed from 10.1.1.1")
        bench.clock.advance(MINUTE)
    assert bench.alerts() == {}
    line(bench, "user root login failed from 10.1.1.1")
    alert = bench.alerts()["login-failed", "county-a"]
    assert alert.object_kind is ObjectKind.DEVICE
    assert alert.started_at == bench.clock.now() - 2 * MINUTE
    assert alert.summary == "county-a 3 syslog: user root login failed from 10.1.1.1"


@pytest.mark.slow
def test_as_many_over_a_longer_time_are_none(bench: Bench) -> None:
    for _ in range(6):
        line(bench, "login failed")
        pass_minutes(bench, 3)
    assert bench.alerts() == {}


@pytest.mark.slow
def test_it_is_over_once_none_has_come_for_long_enough(bench: Bench) -> None:
    for _ in range(3):
        line(bench, "login failed")
    pass_minutes(bench, 20)
    line(bench, "login failed")
    pass_minutes(bench, 20)
    assert len(bench.alerts()) == 1, "the fourth one began the quiet time anew"
    pass_minutes(bench, 12)
    assert bench.alerts() == {}


def test_events_of_another_source_or_text_are_not_counted(bench: Bench) -> None:
    for _ in range(5):
        line(bench, "user admin logged in")
        trap(bench, "SHELL/5/LOGIN", text="login failed")
    assert bench.alerts() == {}


def test_each_value_of_the_named_field_is_a_trouble_of_its_own(bench: Bench) -> None:
    trap(bench, "tunnelDown", tunnel="t1")
    trap(bench, "tunnelDown", tunnel="t2")
    trap(bench, "tunnelDown")
    alerts = bench.alerts()
    assert set(alerts) == {("tunnel-down", "county-a/event/t1"), ("tunnel-down", "county-a/event/t2")}
    assert alerts["tunnel-down", "county-a/event/t1"].summary == "t1 tunnelDown"
    trap(bench, "tunnelUp", tunnel="t1")
    assert set(bench.alerts()) == {("tunnel-down", "county-a/event/t2")}


@pytest.mark.slow
def test_one_that_only_an_event_clears_stays_for_ever(bench: Bench) -> None:
    trap(bench, "tunnelDown", tunnel="t1")
    pass_minutes(bench, 180)
    assert len(bench.alerts()) == 1


@pytest.mark.slow
def test_any_of_several_patterns_will_do_and_an_hour_of_quiet_ends_it(bench: Bench) -> None:
    trap(bench, "configChanged")
    trap(bench, "CFGMAN_saved", device="core-1")
    assert set(bench.alerts()) == {("config-changed", "county-a"), ("config-changed", "core-1")}
    pass_minutes(bench, 61)
    assert bench.alerts() == {}


def test_an_event_of_a_device_that_is_not_in_the_network_is_ignored(bench: Bench) -> None:
    trap(bench, "configChanged", device="stranger")
    assert bench.alerts() == {}


def test_events_before_judging_has_settled_are_judged_then(
    network: Network, records: Records, clock: SteppedClock, tmp_path: Path
) -> None:
    bench = Bench(network, records, clock, rules=written(tmp_path, TUNNEL), settled=False)
    trap(bench, "tunnelDown", tunnel="t1")
    assert bench.alerts() == {}
    bench.run(30)
    assert ("tunnel-down", "county-a/event/t1") in bench.alerts()


def test_an_open_alarm_is_cleared_by_its_event_after_a_restart_of_the_platform(bench: Bench) -> None:
    trap(bench, "tunnelDown", tunnel="t1")
    later = bench.again(settled=True)
    assert later.told() == []
    trap(later, "tunnelUp", tunnel="t1")
    assert later.told() == [("cleared", "tunnel-down", "county-a/event/t1")]


@pytest.mark.slow
def test_an_event_whose_own_time_lies_ahead_is_taken_as_just_now(bench: Bench) -> None:
    ahead = bench.clock.now() + 90 * MINUTE
    bench.bus.publish(Event("county-a", EventSource.TRAP, "configChanged", "", ahead))
    bench.engine.turn()
    assert len(bench.alerts()) == 1
    pass_minutes(bench, 200)
    assert bench.alerts() == {}
    bench.clock.advance(SECOND)
