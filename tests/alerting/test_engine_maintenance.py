"""Maintenance windows: planned work pages nobody, and what is still down afterwards does."""

import pytest

from alerting.maintenance.windows import NewWindow, TargetKind, end, plan
from foundation.clock import HOUR, MINUTE, Instant, SteppedClock
from foundation.messages import State, StateChange
from storage.records.database import Records
from tests.alerting.bench import Bench, tiles
from topology.network import Network


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    return Bench(network, records, clock)


def window(bench: Bench, kind: TargetKind, target: str, starts: Instant, ends: Instant) -> int:
    """Plan one."""
    with bench.records.transaction() as session:
        new = NewWindow(kind, target, starts, ends, "割接", "李主任")
        return plan(session, new, "张三", bench.clock.now(), network=bench.network)


def test_during_the_window_the_state_is_maintenance_whatever_the_device_does(bench: Bench) -> None:
    start = bench.clock.now() + MINUTE
    window(bench, TargetKind.DEVICE, "a1", start, start + MINUTE)
    bench.run(90)
    assert bench.states()["a1"] is State.MAINTENANCE
    assert bench.states("agency")["agency-a1"] is State.MAINTENANCE
    bench.dead = {"a1"}
    bench.run(15)
    bench.dead = set()
    bench.run(30)
    assert bench.states()["a1"] is State.UP
    found = [(one.state, one.start, one.end) for one in bench.timeline("a1")]
    assert (State.MAINTENANCE, start, start + MINUTE) in found
    assert tiles(bench.timeline("a1"), bench.clock.now())


def test_an_outage_inside_the_window_is_recorded_but_raises_no_alarm(bench: Bench) -> None:
    now = bench.clock.now()
    number = window(bench, TargetKind.AGENCY, "agency-a1", now, now + HOUR)
    bench.run(10)
    bench.dead = {"a1"}
    bench.run(30)
    assert bench.told() == [("suppressed", "device-down", "a1")]
    alert = bench.alerts()["device-down", "a1"]
    assert (alert.suppressed_by, alert.raised_at) == (f"maintenance:{number}", None)
    bench.dead = set()
    bench.run(15)
    assert bench.told() == [("cleared", "device-down", "a1")]


def test_a_device_still_down_at_the_end_is_alarmed_from_the_end_on(bench: Bench) -> None:
    now = bench.clock.now()
    window(bench, TargetKind.DEVICE, "a1", now, now + 10 * MINUTE)
    bench.run(10)
    bench.dead = {"a1"}
    bench.run(20)
    bench.told()
    bench.clock.advance(now + 10 * MINUTE - bench.clock.now())
    bench.sweep()
    (raised,) = bench.responder.changes
    assert (raised.kind.value, raised.started_at) == ("raised", now + 10 * MINUTE)
    state = bench.timeline("a1")[-2:]
    bench.clock.advance(1)
    last = bench.timeline("a1")[-1]
    assert (last.state, last.start) == (State.DOWN, now + 10 * MINUTE), state


def test_a_window_that_begins_while_the_device_is_down_suppresses_its_alert(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.run(20)
    first = bench.alerts()["device-down", "a1"].started_at
    now = bench.clock.now()
    window(bench, TargetKind.DEVICE, "a1", now, now + 2 * MINUTE)
    bench.told()
    bench.run(10)
    assert bench.told() == [("suppressed", "device-down", "a1")]
    bench.run(120)
    assert bench.told() == [("raised", "device-down", "a1")]
    assert bench.alerts()["device-down", "a1"].started_at == first, "it is the same occurrence"


def test_a_division_covers_its_own_devices_and_those_below(bench: Bench) -> None:
    now = bench.clock.now()
    window(bench, TargetKind.DIVISION, "530627", now, now + HOUR)
    bench.run(10)
    states = bench.states()
    assert {device for device, state in states.items() if state is State.MAINTENANCE} == {"county-a", "a1", "a2", "a3"}


def test_devices_behind_planned_work_are_unreachable_and_page_nobody(bench: Bench) -> None:
    now = bench.clock.now()
    window(bench, TargetKind.DEVICE, "county-a", now, now + HOUR)
    bench.run(10)
    bench.dead = {"county-a"}
    bench.run(30)
    assert bench.told() == [("suppressed", "device-down", "county-a")]
    assert bench.states()["a1"] is State.UNREACHABLE


def test_a_link_to_a_device_under_maintenance_is_suppressed(bench: Bench) -> None:
    now = bench.clock.now()
    window(bench, TargetKind.DEVICE, "a1", now, now + HOUR)
    bench.run(10)
    bench.cut = {"a1:county-a"}
    bench.run(10)
    assert bench.told() == [("suppressed", "link-down", "a1:county-a")]


def test_ending_a_window_early_ends_it_at_once(bench: Bench) -> None:
    now = bench.clock.now()
    number = window(bench, TargetKind.DEVICE, "a1", now, now + HOUR)
    bench.run(20)
    over = bench.clock.now()
    with bench.records.transaction() as session:
        end(session, number, "张三", over)
    bench.heard.take()
    bench.run(10)
    changes = [one for one in bench.messages(StateChange) if isinstance(one, StateChange) and one.kind == "device"]
    assert [(one.id, one.state, one.at) for one in changes] == [("a1", State.UP, over)]


def test_of_two_windows_the_one_that_ends_last_counts(bench: Bench) -> None:
    now = bench.clock.now()
    window(bench, TargetKind.DEVICE, "a1", now, now + MINUTE)
    second = window(bench, TargetKind.AGENCY, "agency-a1", now, now + HOUR)
    bench.run(10)
    bench.dead = {"a1"}
    bench.run(120)
    assert bench.alerts()["device-down", "a1"].suppressed_by == f"maintenance:{second}"
    assert bench.states()["a1"] is State.MAINTENANCE
