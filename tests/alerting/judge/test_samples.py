"""Thresholds, silent agents, restarts and degraded devices, through the whole engine."""

import pytest

from alerting.changes import ChangeKind, Severity
from foundation.clock import MINUTE, SECOND, SteppedClock
from foundation.messages import DegradedChange, Reach, State
from storage.records.database import Records
from tests.alerting.bench import Bench, hot
from topology.network import Network


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    return Bench(network, records, clock)


def sample(bench: Bench, minutes: float, value: float, device: str = "county-a", kind: str = "cpu") -> None:
    """One sample, then time to the next."""
    bench.see(bench.look(device, health=hot(kind=kind, value=value)))
    bench.clock.advance(round(minutes * MINUTE))


def test_a_threshold_fires_once_it_has_held_long_enough(bench: Bench) -> None:
    first = bench.clock.now()
    for _ in range(5):
        sample(bench, 1, 95.0)
        assert bench.alerts() == {}
    sample(bench, 0, 91.5)
    alert = bench.alerts()["cpu-high", "county-a"]
    assert alert.started_at == first
    assert (alert.value, alert.limit) == (91.5, 85.0)
    assert alert.severity is Severity.MINOR, "the county's own severity"
    assert alert.labels["metric"] == "cpu"
    assert alert.summary == "county-a CPU 利用率 91.5 %，超过 85 %"


def test_a_dip_below_the_limit_starts_the_count_anew(bench: Bench) -> None:
    for value in (95.0, 95.0, 95.0, 95.0, 80.0, 95.0, 95.0):
        sample(bench, 1, value)
    assert bench.alerts() == {}


def test_between_clear_and_limit_an_open_alert_stays(bench: Bench) -> None:
    for value in (95.0,) * 6 + (80.0,) * 5:
        sample(bench, 1, value)
    assert ("cpu-high", "county-a") in bench.alerts()


def test_it_clears_after_lasting_calm_below_the_clear_value(bench: Bench) -> None:
    for value in (95.0,) * 6 + (60.0, 60.0):
        sample(bench, 1, value)
    assert ("cpu-high", "county-a") in bench.alerts()
    sample(bench, 1, 60.0)
    assert bench.alerts() == {}
    assert bench.told() == [("raised", "cpu-high", "county-a"), ("cleared", "cpu-high", "county-a")]


@pytest.mark.slow
def test_no_data_neither_raises_nor_clears(bench: Bench) -> None:
    for value in (95.0,) * 6:
        sample(bench, 1, value)
    for _ in range(30):
        bench.see(bench.look("county-a"))
        bench.clock.advance(MINUTE)
    assert ("cpu-high", "county-a") in bench.alerts()


def test_samples_with_a_long_gap_between_are_not_consecutive(bench: Bench) -> None:
    sample(bench, 8, 95.0)
    sample(bench, 1, 95.0)
    assert bench.alerts() == {}


def test_the_worst_interface_direction_counts_and_the_interface_is_the_object(bench: Bench) -> None:
    for _ in range(6):
        ports = bench.ports("county-a", in_util=50.0, out_util=90.0)[:1]
        bench.see(bench.look("county-a", interfaces=ports))
        bench.clock.advance(MINUTE)
    (alert,) = bench.alerts().values()
    assert (alert.rule, alert.object_id, alert.value) == ("interface-utilisation", "county-a/up1", 90.0)
    assert alert.labels["metric"] == "out_util"
    assert alert.object_kind == "interface"


def test_one_processor_of_two_above_the_limit_is_enough(bench: Bench) -> None:
    for _ in range(6):
        bench.see(bench.look("county-a", health=hot(value=20.0) + hot("cpu2", value=97.0)))
        bench.clock.advance(MINUTE)
    assert bench.alerts()["cpu-high", "county-a"].value == 97.0


def test_a_slow_answer_is_judged_too(bench: Bench) -> None:
    for _ in range(5):
        bench.see(bench.look("a1", rtt_ms=800.0))
        bench.clock.advance(MINUTE)
    assert ("response-slow", "a1") in bench.alerts()


def test_seeing_it_again_is_counted_but_told_once(bench: Bench) -> None:
    for _ in range(10):
        sample(bench, 1, 95.0)
    bench.tick(10)
    alert = bench.alerts()["cpu-high", "county-a"]
    assert alert.count > 3
    assert alert.last_seen > alert.raised_at if alert.raised_at is not None else False
    assert [one for one in bench.told() if one[0] != "sight"] == [("raised", "cpu-high", "county-a")]


def test_a_device_with_a_firing_alert_is_degraded_until_it_clears(bench: Bench) -> None:
    for value in (95.0,) * 6:
        sample(bench, 1, value)
    told = [one for one in bench.messages(DegradedChange) if isinstance(one, DegradedChange)]
    assert [(one.device, one.degraded) for one in told] == [("county-a", True)]
    for _ in range(4):
        sample(bench, 1, 10.0)
    told = [one for one in bench.messages(DegradedChange) if isinstance(one, DegradedChange)]
    assert [(one.device, one.degraded) for one in told] == [("county-a", False)]


@pytest.mark.slow
def test_a_silent_agent_is_up_and_told_after_a_while(bench: Bench) -> None:
    bench.silent = {"county-a"}
    first = bench.clock.now()
    bench.see(bench.look("county-a", missed_since=first))
    assert bench.alerts() == {}
    bench.clock.advance(30 * SECOND)
    bench.see(bench.look("county-a", missed_since=first))
    assert list(bench.alerts()) == [("snmp-silent", "county-a")]
    assert bench.alerts()["snmp-silent", "county-a"].started_at == first
    assert bench.states()["county-a"] is State.DEGRADED
    bench.silent = set()
    bench.see(bench.look("county-a"))
    assert bench.alerts() == {}


def test_a_silent_device_that_dies_is_one_alarm_and_no_second(bench: Bench) -> None:
    bench.silent = {"a1"}
    bench.run(60)
    bench.silent, bench.dead = set(), {"a1"}
    bench.run(30)
    alerts = bench.alerts()
    assert alerts["device-down", "a1"].suppressed_by == ""
    assert alerts["snmp-silent", "a1"].suppressed_by == "device:a1"


def test_a_silent_device_counts_as_a_living_door(bench: Bench) -> None:
    bench.silent, bench.dead = {"county-a"}, {"a1"}
    bench.run(15)
    assert ("device-down", "a1") in bench.alerts()


def test_a_restart_is_told_once_and_clears_by_running(bench: Bench) -> None:
    bench.see(bench.look("county-a", restarted=True, uptime_s=42.0))
    alert = bench.alerts()["device-restart", "county-a"]
    assert alert.started_at == bench.clock.now() - 42 * SECOND
    bench.run(300, every=30)
    assert ("device-restart", "county-a") in bench.alerts()
    bench.run(330, every=30)
    assert bench.alerts() == {}
    assert bench.told(ChangeKind.RAISED) == [("raised", "device-restart", "county-a")]


@pytest.mark.slow
def test_a_device_that_comes_back_from_an_outage_by_starting_anew_raises_no_second_alert(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.run(60)
    assert ("device-down", "a1") in bench.alerts()
    bench.dead = set()
    bench.clock.advance(5 * SECOND)
    bench.see(bench.look("a1"))
    bench.see(bench.look("a1", restarted=True, uptime_s=20.0))
    bench.run(30)
    assert bench.alerts() == {}
    assert [change[1] for change in bench.told(ChangeKind.RAISED)] == ["device-down"]


def test_a_late_observation_is_not_judged(bench: Bench) -> None:
    old = bench.look("a1")
    bench.clock.advance(SECOND)
    bench.see(bench.look("a1"))
    old.reach = Reach.MISSED
    bench.see(old)
    bench.tick(10)
    assert bench.alerts() == {}


def test_a_device_that_is_not_in_the_network_is_ignored(bench: Bench) -> None:
    stranger = bench.look("a1")
    stranger.device = "stranger"
    bench.see(stranger)
    assert bench.alerts() == {}
