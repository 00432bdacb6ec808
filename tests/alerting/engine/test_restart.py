"""Starts, stops, dead collectors: what was not watched is unknown, and nothing is told twice or cleared blindly."""

from pathlib import Path

import pytest

from alerting.maintenance.targets import TargetKind
from foundation.clock import HOUR, MINUTE, SECOND, SteppedClock
from foundation.messages import State
from storage.records.database import Records
from tests.alerting.bench import Bench, hot, tiles
from tests.alerting.windows import planned
from tests.alerting.written import written
from topology.network import Network

UPLINKS = """
id: uplink-redundancy-lost
kind: redundancy-lost
scope: {include: [{role: aggregation}]}
"""
LINK = """
id: link-down
kind: link-down
"""


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    return Bench(network, records, clock)


def test_at_the_first_start_everything_is_unknown(network: Network, records: Records, clock: SteppedClock) -> None:
    bench = Bench(network, records, clock, settled=False)
    assert set(bench.states().values()) == {State.UNKNOWN}
    assert set(bench.states("agency").values()) == {State.UNKNOWN}
    assert len(bench.states()) == len(network.devices)


def test_the_time_the_platform_was_off_is_unknown(bench: Bench) -> None:
    last = bench.clock.now()
    bench.engine.finish()
    bench.clock.advance(2 * HOUR)
    again = bench.again()
    again.clock.advance(3 * SECOND)
    back = again.clock.now()
    again.run(30)
    up, unknown, after = again.timeline("a1")[-3:]
    assert (up.state, up.end) == (State.UP, last)
    assert (unknown.state, unknown.start, unknown.end) == (State.UNKNOWN, last, back)
    assert (after.state, after.start) == (State.UP, back)
    assert tiles(again.timeline("agency-a1", "agency"), again.clock.now())


def test_after_a_crash_the_last_heartbeat_ends_what_was_known(bench: Bench) -> None:
    bench.run(20)
    crashed = bench.clock.now()
    bench.clock.advance(HOUR)
    again = bench.again()
    up, unknown = again.timeline("a1")[-2:]
    assert up.state is State.UP
    assert crashed - 15 * SECOND <= unknown.start <= crashed
    assert unknown.state is State.UNKNOWN


def test_a_crash_right_after_an_outage_was_judged_keeps_what_was_judged(bench: Bench) -> None:
    bench.dead = {"county-a"}
    died = bench.clock.now()
    bench.clock.advance(3 * SECOND)
    bench.see(*(bench.look(device, missed_since=died) for device in bench.network.devices))
    judged = bench.clock.now()
    bench.clock.advance(HOUR)
    again = bench.again()
    down, unknown = again.timeline("county-a")[-2:]
    assert (down.state, down.start, down.end) == (State.DOWN, died, judged)
    assert (unknown.state, unknown.start) == (State.UNKNOWN, judged)


def test_an_open_alert_is_not_told_again_after_a_restart(bench: Bench) -> None:
    bench.dead = {"county-a"}
    bench.run(20)
    again = bench.again(settled=True)
    assert again.told() == []
    assert list(again.alerts()) == [("device-down", "county-a")]
    assert again.states()["county-a"] is State.DOWN
    assert again.states()["a1"] is State.UNREACHABLE


@pytest.mark.slow
def test_nothing_clears_before_the_settle_interval_is_over(bench: Bench) -> None:
    bench.dead = {"county-a"}
    bench.run(20)
    bench.dead = set()
    again = bench.again()
    again.sweep()
    again.clock.advance(5 * SECOND)
    again.sweep()
    assert again.told() == []
    again.run(15)
    assert again.told() == [("cleared", "device-down", "county-a")]


def test_nothing_is_raised_before_the_settle_interval_is_over(bench: Bench) -> None:
    bench.dead = {"county-a"}
    again = bench.again()
    again.run(15)
    assert again.told() == []
    again.run(10)
    assert again.told() == [("raised", "device-down", "county-a")]


def test_an_alert_on_a_device_that_is_not_observed_stays_open(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.run(20)
    bench.dead = set()
    again = bench.again()
    again.run(60, without={"a1"})
    assert list(again.alerts()) == [("device-down", "a1")]
    assert again.states()["a1"] is State.UNKNOWN
    again.sweep(["a1"])
    assert again.alerts() == {}


def test_a_threshold_alert_survives_a_restart_and_clears_by_data(bench: Bench) -> None:
    for _ in range(6):
        bench.see(bench.look("a1", health=hot()))
        bench.clock.advance(MINUTE)
    again = bench.again(settled=True)
    assert list(again.alerts()) == [("cpu-high", "a1")]
    for _ in range(4):
        again.see(again.look("a1", health=hot(value=12.0)))
        again.clock.advance(MINUTE)
    assert again.told() == [("cleared", "cpu-high", "a1")]


def test_a_link_alert_survives_a_restart_until_its_ends_have_spoken(bench: Bench) -> None:
    bench.cut = {"county-b:agg-2"}
    bench.run(20)
    again = bench.again()
    again.run(40, without={"agg-2"})
    assert again.told() == []
    again.cut = set()
    again.run(10)
    assert again.told() == [("cleared", "link-down", "county-b:agg-2")]


def test_an_alert_of_a_rule_that_is_gone_is_closed(bench: Bench) -> None:
    from alerting.rules.loader import RuleSet

    bench.silent = {"a1"}
    bench.run(60)
    assert ("snmp-silent", "a1") in bench.alerts()
    bench.rules = RuleSet({key: rule for key, rule in bench.rules.rules.items() if key != "snmp-silent"})
    again = bench.again(settled=True)
    assert again.alerts() == {}


def test_a_device_that_nobody_looks_at_becomes_unknown_from_its_last_look_on(bench: Bench) -> None:
    last = bench.clock.now()
    bench.sweep()
    bench.clock.advance(5 * SECOND)
    bench.run(40, without={"a1"})
    unknown = bench.timeline("a1")[-1]
    assert (unknown.state, unknown.start) == (State.UNKNOWN, last)
    assert bench.states("agency")["agency-a1"] is State.UNKNOWN
    assert bench.states()["a2"] is State.UP
    assert bench.told() == []


@pytest.mark.slow
def test_when_the_collector_is_dead_everything_is_unknown_and_alerts_stay(bench: Bench) -> None:
    bench.dead = {"county-a"}
    bench.run(30)
    bench.tick(60)
    assert set(bench.states().values()) == {State.UNKNOWN}
    assert [key for key, alert in bench.alerts().items() if not alert.suppressed_by] == [("device-down", "county-a")]
    bench.run(15)
    assert bench.states()["county-a"] is State.DOWN
    assert bench.states()["a1"] is State.UNREACHABLE
    assert bench.states()["core-1"] is State.UP
    assert tiles(bench.timeline("county-a"), bench.clock.now())
    down, unknown, again = bench.timeline("county-a")[-3:]
    assert [down.state, unknown.state, again.state] == [State.DOWN, State.UNKNOWN, State.DOWN]


@pytest.mark.slow
def test_a_device_that_is_down_stays_down_while_it_is_rarely_looked_at(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.run(20)
    bench.run(300, every=10, without={"a1"})
    assert bench.states()["a1"] is State.DOWN


@pytest.mark.slow
def test_a_restart_inside_a_maintenance_window_keeps_it(bench: Bench) -> None:
    now = bench.clock.now()
    planned(bench.records, bench.network, now, TargetKind.DEVICE, "a1", now, now + HOUR)
    bench.dead = {"a1"}
    bench.run(30)
    bench.clock.advance(5 * MINUTE)
    again = bench.again(settled=True)
    assert again.states()["a1"] is State.MAINTENANCE
    assert again.alerts()["device-down", "a1"].suppressed_by == "maintenance:1"
    again.clock.advance(HOUR)
    again.run(20)
    assert again.told() == [("raised", "device-down", "a1")]
    assert again.alerts()["device-down", "a1"].started_at == now + HOUR


def test_a_clock_that_is_set_back_silences_nothing(network: Network, records: Records, clock: SteppedClock) -> None:
    ahead = SteppedClock(clock.now() + 6 * HOUR)
    bench = Bench(network, records, ahead)
    bench.clock = clock
    bench.engine._clock = clock
    bench.run(10)
    bench.dead = {"a1"}
    bench.run(20)
    assert ("device-down", "a1") in bench.alerts()
    bench.dead = set()
    bench.run(10)
    assert bench.alerts() == {}


def test_an_alert_says_as_much_after_a_restart_as_before(
    network: Network, records: Records, clock: SteppedClock, tmp_path: Path
) -> None:
    bench = Bench(network, records, clock, rules=written(tmp_path, UPLINKS))
    bench.cut = {"agg-1:core-2"}
    bench.run(30)
    again = bench.again()
    again.cut = set()
    again.run(60)
    told = [
        (change.kind.value, change.details) for one in (bench, again) for change in one.responder.changes
        if change.rule == "uplink-redundancy-lost"
    ]  # fmt: skip
    assert told == [("raised", {"links": "agg-1:core-2"}), ("cleared", {"links": "agg-1:core-2"})]


@pytest.mark.slow
def test_what_explained_an_alert_still_explains_it_after_a_restart(
    network: Network, records: Records, clock: SteppedClock, tmp_path: Path
) -> None:
    bench = Bench(network, records, clock, rules=written(tmp_path, UPLINKS, LINK))
    bench.cut = {"agg-1:core-2"}
    bench.run(30)
    again = bench.again(settled=True)
    now = again.clock.now()
    # Planned work that begins and ends has all that is wrong there explained again.
    planned(again.records, again.network, now, TargetKind.DEVICE, "agg-1", now, now + MINUTE)
    again.run(120)
    assert again.alerts()["uplink-redundancy-lost", "agg-1"].suppressed_by == "link:agg-1:core-2"
    assert ("raised", "uplink-redundancy-lost", "agg-1") not in again.told()
