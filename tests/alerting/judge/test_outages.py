"""One cause makes one alarm: outages through the whole engine, on the small network."""

import pytest

from alerting.changes import ChangeKind, Severity
from foundation.clock import SECOND, SteppedClock
from foundation.messages import Observation, PollRequest, Reach, State, StateChange
from storage.records.database import Records
from tests.alerting.bench import Bench, tiles
from topology.network import Network


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    return Bench(network, records, clock)


def test_when_all_devices_answer_all_are_up_and_nothing_is_told(bench: Bench) -> None:
    assert set(bench.states().values()) == {State.UP}
    assert set(bench.states("agency").values()) == {State.UP}
    assert bench.told() == []
    assert bench.alerts() == {}


def test_a_dead_county_router_is_one_alert_with_all_its_agencies(bench: Bench) -> None:
    bench.dead = {"county-a"}
    bench.run(20)
    assert list(bench.alerts()) == [("device-down", "county-a")]
    (change,) = bench.responder.changes
    assert change.kind is ChangeKind.RAISED
    assert change.cut_off is not None
    assert change.cut_off.agencies == {"agency-a1", "agency-a2", "agency-a3"}
    assert change.cut_off.counties == {"530627"}
    assert change.cut_off.private_networks == {"health"}
    assert change.severity is Severity.CRITICAL
    assert change.summary == "镇雄县核心路由器 county-a 失联，影响 3 家单位"
    assert change.labels["role"] == "county"
    states = bench.states()
    assert states["county-a"] is State.DOWN
    assert states["a1"] is states["a2"] is states["a3"] is State.UNREACHABLE
    assert states["county-b"] is State.UP
    assert bench.states("agency")["agency-a1"] is State.UNREACHABLE


def test_the_outage_starts_at_the_first_miss(bench: Bench) -> None:
    first_miss = bench.clock.now()
    bench.clock.advance(7 * SECOND)
    bench.dead = {"a1"}
    bench.see(bench.look("a1", missed_since=first_miss))
    bench.run(10)
    (change,) = bench.responder.changes
    assert change.started_at == first_miss
    up, down = bench.timeline("a1")[-2:]
    assert (up.state, up.end) == (State.UP, first_miss)
    assert (down.state, down.start, down.cause) == (State.DOWN, first_miss, "a1")


def test_a_miss_asks_for_looks_at_the_doors_only(bench: Bench) -> None:
    bench.dead = {"county-a"}
    bench.see(bench.look("county-a"))
    (request,) = bench.messages(PollRequest)
    assert isinstance(request, PollRequest)
    assert request.devices == {"agg-1", "county-b"}, "its access routers hang on it and can prove nothing"


def test_a_door_is_asked_once_however_many_hang_on_it(bench: Bench) -> None:
    bench.dead = {"a1", "a2", "a3"}
    bench.clock.advance(4 * SECOND)
    for device in ("a1", "a2", "a3"):
        bench.see(bench.look(device, missed_since=bench.clock.now() - 4 * SECOND))
        bench.clock.advance(200)
    requests = [one for one in bench.messages(PollRequest) if isinstance(one, PollRequest)]
    assert [request.devices for request in requests] == [{"county-a"}]
    bench.see(bench.look("county-a"))
    assert set(bench.alerts()) == {("device-down", "a1"), ("device-down", "a2"), ("device-down", "a3")}


def test_a_device_is_down_as_soon_as_a_live_door_answers(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.see(bench.look("a1"))
    assert bench.alerts() == {}
    bench.clock.advance(300)
    bench.see(bench.look("county-a"))
    assert list(bench.alerts()) == [("device-down", "a1")]
    (change,) = bench.responder.changes
    assert change.cut_off is not None
    assert change.cut_off.agencies == {"agency-a1"}
    assert change.severity is Severity.MINOR


def test_a_child_noticed_before_its_parent_raises_nothing(bench: Bench) -> None:
    bench.dead = {"county-a"}
    bench.see(bench.look("a1"))
    bench.tick(7)
    assert bench.alerts() == {}, "the child waits for its parent's look"
    bench.see(bench.look("county-a"))
    bench.clock.advance(300)
    bench.see(bench.look("agg-1"))
    assert list(bench.alerts()) == [("device-down", "county-a")]
    assert bench.states()["a1"] is State.UNREACHABLE


def test_when_the_hold_expires_without_evidence_the_device_is_down(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.see(bench.look("a1"))
    bench.tick(9)
    assert list(bench.alerts()) == [("device-down", "a1")]


def test_where_misses_are_confirmed_late_a_child_waits_longer_for_its_parent(bench: Bench) -> None:
    """Thousands miss at once, and the collector's re-checks take 20 s instead of 7 s."""
    bench.dead = {"county-a"}
    bench.see(bench.look("a1", missed_since=bench.clock.now() - 11 * SECOND))
    bench.tick(20)
    assert bench.alerts() == {}
    bench.see(bench.look("county-a", missed_since=bench.clock.now() - 20 * SECOND))
    bench.run(20)
    assert bench.told() == [("raised", "device-down", "county-a")]


def test_no_hold_lasts_longer_than_three_times_what_is_set(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.see(bench.look("a1", missed_since=bench.clock.now() - 60 * SECOND))
    bench.tick(23)
    assert bench.alerts() == {}
    bench.tick(2)
    assert list(bench.alerts()) == [("device-down", "a1")]


def test_a_child_blamed_too_early_is_suppressed_once_its_parent_is_known(bench: Bench) -> None:
    bench.dead = {"county-a"}
    bench.see(bench.look("a1"))
    bench.tick(9)
    assert bench.told() == [("raised", "device-down", "a1")]
    bench.run(20)
    assert ("suppressed", "device-down", "a1") in bench.told()
    assert bench.alerts()["device-down", "a1"].suppressed_by == "device:county-a"
    assert bench.states()["a1"] is State.UNREACHABLE
    bench.dead = set()
    bench.run(20)
    assert bench.alerts() == {}


def test_recovery_clears_and_lists_the_agencies_as_they_return(bench: Bench) -> None:
    bench.dead = {"county-a"}
    bench.run(20)
    bench.told()
    bench.dead = {"a1"}
    bench.sweep(["county-a", "a2", "a3"])
    assert bench.told() == [("cleared", "device-down", "county-a")]
    assert bench.states()["a2"] is State.UP


def test_a_child_still_missing_after_its_parent_came_back_gets_its_own_alarm(bench: Bench) -> None:
    bench.dead = {"county-a"}
    bench.run(20)
    bench.dead = {"a1"}
    bench.heard.take()
    bench.sweep(without={"a1"})
    back = bench.clock.now()
    (request,) = bench.messages(PollRequest)
    assert isinstance(request, PollRequest)
    assert "a1" in request.devices
    bench.run(15)
    assert ("device-down", "a1") not in bench.alerts(), "routing takes a while to converge"
    bench.run(10)
    assert list(bench.alerts()) == [("device-down", "a1")]
    assert bench.alerts()["device-down", "a1"].started_at == back
    down = bench.timeline("a1")[-1]
    assert (down.state, down.start) == (State.DOWN, back)


def test_children_that_return_shortly_after_their_parent_raise_nothing(bench: Bench) -> None:
    bench.dead = {"county-a"}
    bench.run(30)
    bench.dead = {"a1", "a2", "a3"}
    bench.run(10)
    bench.dead = set()
    bench.told()
    bench.run(60)
    assert bench.told() == []
    assert bench.states()["a1"] is State.UP


def test_a_redundant_path_keeps_a_county_reachable(bench: Bench) -> None:
    bench.dead = {"agg-2"}
    bench.run(20)
    assert list(bench.alerts()) == [("device-down", "agg-2")]
    assert bench.states()["county-b"] is State.UP
    (change,) = bench.responder.changes
    assert change.cut_off is not None
    assert change.cut_off.agencies == frozenset()


def test_the_second_of_two_paths_to_fail_takes_the_victims(bench: Bench) -> None:
    bench.dead = {"agg-2"}
    bench.run(20)
    bench.dead = {"agg-2", "county-a"}
    bench.run(20)
    alerts = bench.alerts()
    assert set(alerts) == {("device-down", "agg-2"), ("device-down", "county-a")}
    assert {"b1", "b2", "county-b"} <= alerts["device-down", "agg-2"].lost
    assert {"b1", "b2", "county-b"} <= alerts["device-down", "county-a"].lost
    assert bench.states()["county-b"] is State.UNREACHABLE


def test_both_cores_dead_are_two_roots_and_all_else_is_unreachable(bench: Bench) -> None:
    """The collector's own gateway answers, so that it is not blind."""
    bench.gateway = True
    bench.dead = {"core-1", "core-2"}
    bench.run(20)
    assert set(bench.alerts()) == {("device-down", "core-1"), ("device-down", "core-2")}
    states = bench.states()
    assert {states[device] for device in bench.network.devices if not device.startswith("core")} == {State.UNREACHABLE}


def test_a_device_that_was_down_before_its_parent_failed_keeps_its_own_alarm(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.run(60)
    bench.dead = {"a1", "county-a"}
    bench.run(30)
    alerts = bench.alerts()
    assert set(alerts) == {("device-down", "a1"), ("device-down", "county-a")}
    assert alerts["device-down", "a1"].suppressed_by == ""
    assert bench.states()["a1"] is State.DOWN
    assert alerts["device-down", "county-a"].lost == {"a2", "a3"}


def test_devices_that_answer_behind_a_dead_core_are_not_taken_for_lost(bench: Bench) -> None:
    """The cores' own agents fail while traffic still flows: suppression fails towards alarming."""
    for _ in range(4):
        now = bench.clock.now()
        misses = [Observation(core, now, Reach.MISSED, missed_since=now) for core in ("core-1", "core-2")]
        bench.see(*misses, *(bench.look(device) for device in bench.network.devices if not device.startswith("core")))
        bench.clock.advance(5 * SECOND)
    assert set(bench.alerts()) == {("device-down", "core-1"), ("device-down", "core-2")}
    assert bench.alerts()["device-down", "core-1"].lost == frozenset()
    bench.dead = {"a1"}
    for _ in range(4):
        bench.sweep(without={"core-1", "core-2"})
        bench.clock.advance(5 * SECOND)
    assert ("device-down", "a1") in bench.alerts()


def test_state_changes_are_published_after_the_commit(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.run(15)
    changes = {(one.kind, one.id, one.state) for one in bench.messages(StateChange) if isinstance(one, StateChange)}
    assert changes == {
        ("device", "a1", State.DOWN),
        ("agency", "agency-a1", State.DOWN),
        ("link", "a1:county-a", State.UNREACHABLE),
        ("private_network", "health", State.DEGRADED),
    }


def test_every_timeline_tiles_the_time_without_gap(bench: Bench) -> None:
    for dead in ({"county-a"}, set(), {"a1", "agg-1"}, {"core-1", "core-2"}, set()):
        bench.dead = set(dead)
        bench.run(25)
    now = bench.clock.now()
    for device in bench.network.devices:
        assert tiles(bench.timeline(device), now), device
    for agency in bench.network.agencies:
        assert tiles(bench.timeline(agency, "agency"), now), agency
