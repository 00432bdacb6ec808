"""Maintenance windows: planned work pages nobody, and what is still down afterwards does."""

import pytest

from alerting.changes import ChangeKind
from alerting.maintenance.planning import end
from alerting.maintenance.targets import TargetKind
from foundation.clock import HOUR, MINUTE, Instant, SteppedClock
from foundation.messages import State, StateChange
from storage.records.database import Records
from tests.alerting.bench import Bench, hot, tiles
from tests.alerting.windows import planned
from tests.networks import carried_by
from topology.network import Network


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    return Bench(network, records, clock)


def window(bench: Bench, kind: TargetKind, target: str, starts: Instant, ends: Instant | None) -> int:
    """Plan one, whatever is remarkable about it."""
    return planned(bench.records, bench.network, bench.clock.now(), kind, target, starts, ends)


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


def test_work_on_a_line_excuses_the_line_and_what_it_cuts_off_and_nothing_else(bench: Bench) -> None:
    now = bench.clock.now()
    number = window(bench, TargetKind.LINK, "a1:county-a", now, now + HOUR)
    bench.run(10)
    bench.cut = {"a1:county-a"}
    bench.run(30)
    assert bench.told() == [("suppressed", "link-down", "a1:county-a")]
    assert bench.states()["a1"] is State.MAINTENANCE
    bench.dead = {"a2"}
    bench.run(30)
    assert bench.told(ChangeKind.RAISED) == [("raised", "device-down", "a2")]
    assert bench.alerts()["link-down", "a1:county-a"].suppressed_by == f"maintenance:{number}"


@pytest.mark.slow
def test_a_device_whose_only_line_is_worked_on_is_excused_though_the_far_end_shows_nothing(bench: Bench) -> None:
    now = bench.clock.now()
    window(bench, TargetKind.LINK, "a1:county-a", now, now + 5 * MINUTE)
    bench.run(10)
    bench.dead = {"a1"}
    bench.run(30)
    assert bench.states()["a1"] is State.MAINTENANCE
    assert bench.told() == [("suppressed", "device-down", "a1")]
    bench.run(5 * 60)
    assert ("raised", "device-down", "a1") in bench.told()
    assert (bench.timeline("a1")[-1].state, bench.timeline("a1")[-1].start) == (State.DOWN, now + 5 * MINUTE)


def test_a_device_behind_planned_work_that_fails_by_itself_is_alarmed(bench: Bench) -> None:
    now = bench.clock.now()
    window(bench, TargetKind.DEVICE, "county-a", now, now + HOUR)
    bench.run(10)
    bench.dead = {"a1"}
    bench.run(30)
    assert bench.told() == [("raised", "device-down", "a1")]
    assert bench.states()["a1"] is State.DOWN


def test_what_has_another_way_is_not_excused_when_that_way_fails_too(bench: Bench) -> None:
    now = bench.clock.now()
    window(bench, TargetKind.DEVICE, "county-a", now, now + HOUR)
    bench.run(10)
    bench.dead = {"county-a"}
    bench.run(30)
    bench.told()
    bench.dead = {"county-a", "agg-2"}
    bench.run(60)
    assert bench.states()["county-b"] is State.UNREACHABLE, "one of its two ways failed, unplanned"
    assert ("raised", "device-down", "agg-2") in bench.told()
    assert bench.states()["a1"] is State.MAINTENANCE


def test_work_on_all_lines_of_a_carrier_excuses_those(bench: Bench) -> None:
    now = bench.clock.now()
    network = carried_by(bench.network, {"a1:county-a": "电信", "a2:county-a": "移动"})
    other = Bench(network, bench.records, bench.clock)
    window(other, TargetKind.TAG, "carrier=电信", now, now + HOUR)
    other.run(10)
    other.cut = {"a1:county-a", "a2:county-a"}
    other.run(30)
    told = other.told()
    assert ("suppressed", "link-down", "a1:county-a") in told
    assert ("raised", "link-down", "a2:county-a") in told


def test_an_open_ended_window_goes_on_until_it_is_ended(bench: Bench) -> None:
    now = bench.clock.now()
    number = window(bench, TargetKind.DEVICE, "a1", now, None)
    bench.dead = {"a1"}
    bench.run(30)
    bench.clock.advance(HOUR)
    bench.run(30)
    assert bench.told() == [("suppressed", "device-down", "a1")]
    over = bench.clock.now()
    with bench.records.transaction() as session:
        end(session, number, "张三", over)
    bench.run(10)
    (raised,) = bench.responder.changes
    assert (raised.kind, raised.started_at) == (ChangeKind.RAISED, over)


@pytest.mark.slow
def test_a_window_that_ended_while_the_platform_was_off_holds_nothing_back(bench: Bench) -> None:
    """Even where nothing new is heard of what it suppressed."""
    now = bench.clock.now()
    window(bench, TargetKind.DEVICE, "a1", now, now + 10 * MINUTE)
    bench.run(10)
    for _ in range(40):
        bench.see(bench.look("a1", health=hot("t1", "temperature", 95.0)))
        bench.clock.advance(15_000)
    suppressed = [alert for alert in bench.alerts().values() if alert.suppressed_by]
    assert [alert.object_id for alert in suppressed] == ["a1"]
    bench.clock.advance(HOUR)
    again = bench.again(settled=True)
    assert [alert.suppressed_by for alert in again.alerts().values()] == [""]
    assert [(kind, device) for kind, _, device in again.told()] == [("raised", "a1")]
