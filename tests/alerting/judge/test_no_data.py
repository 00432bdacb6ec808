"""What is not seen any more: an alert stays open, says so, and calls nobody; no data never clears."""

import pytest

from alerting.alerts.states import AlertState
from foundation.clock import MINUTE, SECOND, SteppedClock
from foundation.messages import State
from storage.records.database import Records
from tests.alerting.bench import Bench, hot
from topology.network import Network


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    return Bench(network, records, clock)


def looks(bench: Bench, device: str, minutes: int, value: float | None) -> None:
    """Look at a device every half minute; without a value its processor tells nothing."""
    for _ in range(2 * minutes):
        health = () if value is None else hot(value=value)
        bench.see(bench.look(device, health=health))
        bench.clock.advance(30 * SECOND)


def state(bench: Bench, rule: str, object_id: str) -> AlertState:
    return bench.alerts()[rule, object_id].state


def test_an_alert_whose_device_is_no_longer_polled_has_no_data_and_stays_open(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.run(20)
    bench.told()
    bench.tick(60)
    assert state(bench, "device-down", "a1") is AlertState.NO_DATA
    assert [kind for kind, _, _ in bench.told()] == ["sight"]


def test_an_alert_that_still_holds_when_it_is_seen_again_goes_on_untold(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.run(20)
    bench.tick(60)
    bench.told()
    bench.run(20)
    assert state(bench, "device-down", "a1") is AlertState.FIRING
    assert [kind for kind, _, _ in bench.told()] == ["sight"]


def test_an_alert_that_is_over_when_it_is_seen_again_clears_by_that_data(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.run(20)
    bench.tick(60)
    bench.told()
    bench.dead = set()
    bench.run(20)
    assert bench.alerts() == {}
    assert [kind for kind, _, _ in bench.told()] == ["cleared"]


@pytest.mark.slow
def test_a_value_that_is_missing_for_long_clears_nothing(bench: Bench) -> None:
    looks(bench, "a1", 7, 95.0)
    assert state(bench, "cpu-high", "a1") is AlertState.FIRING
    looks(bench, "a1", 4, None)
    assert state(bench, "cpu-high", "a1") is AlertState.FIRING
    looks(bench, "a1", 3, None)
    assert state(bench, "cpu-high", "a1") is AlertState.NO_DATA
    looks(bench, "a1", 1, 95.0)
    assert state(bench, "cpu-high", "a1") is AlertState.FIRING
    looks(bench, "a1", 7, None)
    looks(bench, "a1", 4, 10.0)
    assert bench.alerts() == {}


@pytest.mark.slow
def test_after_a_restart_an_alert_whose_device_is_not_polled_has_no_data(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.run(20)
    again = bench.again()
    again.run(20, without={"a1"})
    assert state(again, "device-down", "a1") is AlertState.FIRING, "it may yet be looked at"
    again.run(40, without={"a1"})
    assert state(again, "device-down", "a1") is AlertState.NO_DATA
    third = again.again()
    third.run(60, without={"a1"})
    assert state(third, "device-down", "a1") is AlertState.NO_DATA
    assert third.told() == []


@pytest.mark.slow
def test_a_line_has_no_data_only_when_neither_end_is_looked_at(bench: Bench) -> None:
    bench.cut = {"county-b:agg-2"}
    bench.run(20)
    bench.run(60, without={"county-b"})
    assert state(bench, "link-down", "county-b:agg-2") is AlertState.FIRING
    bench.run(60, without={"county-b", "agg-2"})
    assert state(bench, "link-down", "county-b:agg-2") is AlertState.NO_DATA
    bench.run(20)
    assert state(bench, "link-down", "county-b:agg-2") is AlertState.FIRING


def test_what_is_explained_stays_explained_without_data(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.run(20)
    bench.dead = {"a1", "county-a"}
    bench.run(30)
    assert state(bench, "device-down", "a1") is AlertState.SUPPRESSED
    bench.tick(MINUTE // SECOND)
    assert state(bench, "device-down", "a1") is AlertState.SUPPRESSED


def test_what_becomes_known_by_an_old_look_is_unknown_again_after_the_same_time(bench: Bench) -> None:
    bench.run(100, without={"a1"})
    assert bench.states()["a1"] is State.UNKNOWN
    old = bench.clock.now()
    late = bench.look("a1")
    bench.run(20, without={"a1"})
    bench.see(late)
    assert bench.states()["a1"] is State.UP
    bench.run(10, without={"a1"})
    assert bench.states()["a1"] is State.UP
    bench.run(15, without={"a1"})
    assert bench.states()["a1"] is State.UNKNOWN
    assert bench.timeline("a1")[-1].start == old


@pytest.mark.slow
def test_of_devices_that_are_never_looked_at_again_each_is_unknown_in_its_own_time(bench: Bench) -> None:
    lasts = {}
    for device in ("a1", "a2", "a3"):
        lasts[device] = bench.clock.now()
        bench.run(10, without=set(lasts) - {device})
        lasts[device] = bench.clock.now() - 5 * SECOND
    for _ in range(60):
        bench.run(1, every=1, without=set(lasts))
        for device, last in lasts.items():
            stale = bench.clock.now() - SECOND - last > bench.settings.unknown_after
            assert (bench.states()[device] is State.UNKNOWN) is stale, device
