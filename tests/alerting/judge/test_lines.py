"""A dead device takes its lines with it: their other ends tell that they are down, and the device is the one cause."""

import pytest

from foundation.clock import SECOND, SteppedClock
from foundation.messages import IfStatus, InterfaceReading, Observation, PollRequest, Reach, State
from storage.records.database import Records
from tests.alerting.bench import Bench
from topology.network import Network


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    """Devices whose death shows at the ports of their neighbours."""
    made = Bench(network, records, clock)
    made.tells_dead = True
    return made


def firing(bench: Bench) -> set[tuple[str, str]]:
    return {key for key, alert in bench.alerts().items() if not alert.suppressed_by}


def suppressed(bench: Bench) -> dict[str, str]:
    return {object_id: alert.suppressed_by for (_, object_id), alert in bench.alerts().items() if alert.suppressed_by}


def raised(bench: Bench) -> list[tuple[str, str]]:
    return [(rule, object_id) for kind, rule, object_id in bench.told() if kind == "raised"]


def told_by_ports(bench: Bench, device: str, *lost: str) -> Observation:
    """A device's full look that tells some of its ports to be down."""
    ports = tuple(
        InterfaceReading(one.name, IfStatus.UP, IfStatus.DOWN if one.name in lost else IfStatus.UP)
        for one in bench.ports(device)
    )
    return Observation(device, bench.clock.now(), Reach.ANSWERED, complete=True, interfaces=ports)


def test_a_dead_core_is_one_alert_and_its_lines_are_explained_by_it(bench: Bench) -> None:
    bench.dead = {"core-1"}
    bench.run(30)
    assert firing(bench) == {("device-down", "core-1")}
    assert suppressed(bench) == {"agg-1:core-1": "device:core-1", "agg-2:core-1": "device:core-1"}
    assert raised(bench) == [("device-down", "core-1")]


def test_a_dead_router_with_several_lines_is_the_cause_though_no_path_leads_to_it(bench: Bench) -> None:
    bench.dead = {"agg-2"}
    bench.run(30)
    assert raised(bench) == [("device-down", "agg-2")]
    assert bench.states()["agg-2"] is State.DOWN
    assert set(suppressed(bench).values()) == {"device:agg-2"}


def test_lines_told_before_the_devices_miss_is_confirmed_wait_for_it(bench: Bench) -> None:
    bench.heard.take()
    bench.dead = {"agg-2"}
    bench.clock.advance(SECOND)
    bench.see(bench.look("core-1"))
    bench.see(bench.look("core-2"))
    (asked, *_) = bench.messages(PollRequest)
    assert isinstance(asked, PollRequest)
    assert asked.devices == {"agg-2"}, "the end that has not spoken since"
    bench.tick(6)
    assert bench.alerts() == {}
    bench.see(bench.look("agg-2", missed_since=bench.clock.now() - 6 * SECOND))
    bench.run(10)
    assert raised(bench) == [("device-down", "agg-2")]


def test_a_line_whose_other_end_answers_is_told_at_once(bench: Bench) -> None:
    bench.cut = {"county-b:agg-2"}
    bench.clock.advance(SECOND)
    bench.see(told_by_ports(bench, "agg-2", "down1"))
    assert bench.alerts() == {}
    bench.clock.advance(300)
    bench.see(Observation("county-b", bench.clock.now(), Reach.ANSWERED))
    assert firing(bench) == {("link-down", "county-b:agg-2")}


def test_a_line_is_told_without_evidence_once_the_hold_is_over(bench: Bench) -> None:
    bench.clock.advance(SECOND)
    bench.see(told_by_ports(bench, "agg-2", "down1"))
    bench.tick(7)
    assert bench.alerts() == {}
    bench.tick(2)
    assert firing(bench) == {("link-down", "county-b:agg-2")}


def test_a_line_cut_while_the_device_still_answers_keeps_its_own_alarm_when_the_device_dies(bench: Bench) -> None:
    bench.cut = {"agg-2:core-1"}
    bench.run(30)
    assert raised(bench) == [("link-down", "agg-2:core-1")]
    bench.dead = {"agg-2"}
    bench.run(30)
    assert raised(bench) == [("device-down", "agg-2")]
    assert firing(bench) == {("link-down", "agg-2:core-1"), ("device-down", "agg-2")}
    assert suppressed(bench)["agg-2:core-2"] == "device:agg-2"


def test_both_uplinks_cut_one_after_the_other_are_two_lines_and_no_dead_device(bench: Bench) -> None:
    bench.cut = {"county-b:county-a"}
    bench.run(20)
    bench.cut = {"county-b:county-a", "county-b:agg-2"}
    bench.run(30)
    assert firing(bench) == {("link-down", "county-b:county-a"), ("link-down", "county-b:agg-2")}
    assert bench.states()["county-b"] is State.UNREACHABLE


def test_of_a_single_line_nobody_can_tell_so_the_line_is_the_cause(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.run(30)
    assert firing(bench) == {("link-down", "a1:county-a")}
    assert bench.states()["a1"] is State.UNREACHABLE


def test_a_device_behind_a_port_that_stays_up_is_down_itself(bench: Bench) -> None:
    bench.tells_dead = False
    bench.dead = {"a1"}
    bench.run(30)
    assert firing(bench) == {("device-down", "a1")}


def test_a_device_that_returns_brings_its_lines_back_without_a_word_about_them(bench: Bench) -> None:
    bench.dead = {"core-1"}
    bench.run(30)
    bench.told()
    bench.dead = set()
    bench.sweep(["core-1"])
    bench.tick(5)
    assert bench.told() == [("cleared", "device-down", "core-1")], "its neighbours were not looked at yet"
    bench.run(60)
    assert raised(bench) == []
    assert bench.alerts() == {}


def test_a_line_that_stays_down_after_its_device_returned_gets_its_own_alarm(bench: Bench) -> None:
    bench.dead = {"core-1"}
    bench.run(30)
    bench.dead, bench.cut = set(), {"agg-1:core-1"}
    bench.run(15)
    assert firing(bench) == set(), "its ports may still come up"
    bench.run(15)
    assert firing(bench) == {("link-down", "agg-1:core-1")}


@pytest.mark.slow
def test_a_device_that_starts_over_and_over_never_blames_its_lines(bench: Bench) -> None:
    bench.dead = {"core-1"}
    bench.run(30)
    for _ in range(5):
        bench.dead = set()
        bench.sweep(["core-1"])
        bench.clock.advance(5 * SECOND)
        bench.dead = {"core-1"}
        bench.run(30)
    assert {rule for _, rule, _ in bench.told()} == {"device-down", "link-down", "uplink-redundancy-lost"}
    assert {object_id for rule, object_id in bench.alerts() if not bench.alerts()[rule, object_id].suppressed_by} == {
        "core-1"
    }
    assert not [one for one in bench.history() if one.rule != "device-down" and one.raised_at is not None]


@pytest.mark.slow
def test_after_a_restart_the_dead_device_is_still_the_cause_of_its_lines(bench: Bench) -> None:
    bench.dead = {"agg-2"}
    bench.run(90)
    rows = len(bench.history())
    again = bench.again(settled=True)
    again.run(60)
    assert firing(again) == {("device-down", "agg-2")}
    assert raised(again) == []
    assert len(again.history()) == rows


def test_after_a_restart_two_lines_cut_one_after_the_other_are_still_two_lines(bench: Bench) -> None:
    bench.cut = {"county-b:county-a"}
    bench.run(20)
    bench.cut = {"county-b:county-a", "county-b:agg-2"}
    bench.run(60)
    again = bench.again(settled=True)
    again.run(60)
    assert firing(again) == {("link-down", "county-b:county-a"), ("link-down", "county-b:agg-2")}
    assert raised(again) == []


def test_a_core_and_all_that_hangs_on_the_other_one_die_together(bench: Bench) -> None:
    bench.gateway = True
    bench.dead = {"core-1", "core-2"}
    bench.run(40)
    assert firing(bench) == {("device-down", "core-1"), ("device-down", "core-2")}
    assert bench.states()["county-b"] is State.UNREACHABLE
