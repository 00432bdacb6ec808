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


def test_inside_the_window_an_outage_is_maintenance_and_service_is_service(bench: Bench) -> None:
    start = bench.clock.now() + MINUTE
    window(bench, TargetKind.DEVICE, "a1", start, start + 10 * MINUTE)
    bench.run(90)
    assert bench.states()["a1"] is State.UP
    died = bench.clock.now()
    bench.dead = {"a1"}
    bench.run(60)
    assert bench.states()["a1"] is State.MAINTENANCE
    assert bench.states("agency")["agency-a1"] is State.MAINTENANCE
    bench.dead = set()
    bench.run(30)
    assert bench.states()["a1"] is State.UP
    outage = next(one for one in bench.timeline("a1") if one.state is State.MAINTENANCE)
    assert died <= outage.start < died + 10_000, "it began with the first miss, not with the window"
    assert State.DOWN not in {one.state for one in bench.timeline("a1")}
    assert tiles(bench.timeline("a1"), bench.clock.now())


def test_an_outage_that_began_before_the_window_is_planned_from_the_window_on(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.run(30)
    start = bench.clock.now()
    window(bench, TargetKind.DEVICE, "a1", start, start + MINUTE)
    bench.run(30)
    states = [(one.state, one.start) for one in bench.timeline("a1")][-2:]
    assert states[0][0] is State.DOWN
    assert states[1] == (State.MAINTENANCE, start)


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
    bench.dead = {"county-a", "a1", "a2", "a3", "b1"}
    bench.run(60)
    states = bench.states()
    assert {device for device, state in states.items() if state is State.MAINTENANCE} == {"county-a", "a1", "a2", "a3"}


def test_what_planned_work_cuts_off_is_planned_too_and_pages_nobody(bench: Bench) -> None:
    now = bench.clock.now()
    window(bench, TargetKind.DEVICE, "county-a", now, now + HOUR)
    bench.run(10)
    bench.dead = {"county-a"}
    bench.run(30)
    assert bench.told() == [("suppressed", "device-down", "county-a")]
    assert bench.states()["a1"] is State.MAINTENANCE
    assert bench.timeline("a1")[-1].cause == "county-a"


def test_when_the_window_ends_what_is_still_cut_off_is_unreachable_again(bench: Bench) -> None:
    now = bench.clock.now()
    window(bench, TargetKind.DEVICE, "county-a", now, now + 2 * MINUTE)
    bench.run(10)
    bench.dead = {"county-a"}
    bench.run(180)
    assert bench.states()["county-a"] is State.DOWN
    assert bench.states()["a1"] is State.UNREACHABLE
    last = bench.timeline("a1")[-1]
    assert (last.start, last.cause) == (now + 2 * MINUTE, "county-a")
    assert tiles(bench.timeline("a1"), bench.clock.now())


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
    bench.dead = {"a1"}
    bench.run(60)
    over = bench.clock.now()
    with bench.records.transaction() as session:
        end(session, number, "张三", over)
    bench.heard.take()
    bench.run(10)
    changes = [one for one in bench.messages(StateChange) if isinstance(one, StateChange) and one.kind == "device"]
    assert [(one.id, one.state, one.at) for one in changes] == [("a1", State.DOWN, over)]


def test_of_two_windows_the_one_that_ends_last_counts(bench: Bench) -> None:
    now = bench.clock.now()
    window(bench, TargetKind.DEVICE, "a1", now, now + MINUTE)
    second = window(bench, TargetKind.AGENCY, "agency-a1", now, now + HOUR)
    bench.run(10)
    bench.dead = {"a1"}
    bench.run(120)
    assert bench.alerts()["device-down", "a1"].suppressed_by == f"maintenance:{second}"
    assert bench.states()["a1"] is State.MAINTENANCE
