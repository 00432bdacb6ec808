"""Evidence that comes in awkward orders: what is told, and what is not."""

import pytest

from foundation.clock import SECOND, SteppedClock
from foundation.messages import Observation, Reach, State
from storage.records.database import Records
from tests.alerting.bench import Bench
from topology.network import Network


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    return Bench(network, records, clock)


def test_a_break_that_ends_while_it_is_held_is_on_record_but_raises_no_alarm(bench: Bench) -> None:
    """A confirmed miss of a few seconds is a flash (闪断): the ledger counts it, nobody is paged."""
    bench.dead = {"a1"}
    first_miss = bench.clock.now()
    bench.see(bench.look("a1"))
    bench.clock.advance(2 * SECOND)
    bench.dead = set()
    back = bench.clock.now()
    bench.see(bench.look("a1"))
    bench.run(20)
    assert bench.told() == []
    found = [(one.state, one.start, one.cause) for one in bench.timeline("a1")[-2:]]
    assert found == [(State.DOWN, first_miss, "a1"), (State.UP, back, "")]


def test_a_break_behind_a_missing_parent_is_on_record_as_unreachable(bench: Bench) -> None:
    bench.dead = {"county-a"}
    first_miss = bench.clock.now()
    bench.see(bench.look("county-a"), bench.look("a1"))
    bench.clock.advance(SECOND)
    bench.dead = set()
    bench.see(bench.look("a1"), bench.look("county-a"))
    assert [(one.state, one.start, one.cause) for one in bench.timeline("a1")[-1:]] == [
        (State.UNREACHABLE, first_miss, "county-a")
    ]


def test_a_parent_that_missed_by_mistake_gives_its_child_back_its_own_alarm(bench: Bench) -> None:
    """The child waits behind a parent that is held too; the parent answers, the child does not."""
    bench.dead = {"a1"}
    now = bench.clock.now()
    bench.see(bench.look("a1"), Observation("county-a", now, Reach.MISSED, missed_since=now))
    bench.clock.advance(SECOND)
    bench.see(bench.look("county-a"))
    bench.run(40)
    assert set(bench.alerts()) == {("device-down", "a1")}


def test_an_agency_that_moves_from_a_dead_parent_to_a_cut_line_changes_its_cause_only(bench: Bench) -> None:
    bench.dead = {"county-a"}
    bench.run(20)
    bench.dead, bench.cut = set(), {"a1:county-a"}
    bench.run(20)
    assert set(bench.alerts()) == {("link-down", "a1:county-a")}
    first, second = bench.timeline("a1")[-2:]
    assert (first.state, first.cause) == (State.UNREACHABLE, "county-a")
    assert (second.state, second.cause) == (State.UNREACHABLE, "a1:county-a")


@pytest.mark.slow
def test_three_hundred_turns_of_a_lasting_outage_write_nothing_new(bench: Bench) -> None:
    bench.dead = {"county-a"}
    bench.run(120)
    bench.told()
    rows = len(bench.history())
    bench.run(120)
    assert bench.told() == []
    assert len(bench.history()) == rows
    assert bench.alerts()["device-down", "county-a"].count > 1


def test_independent_failures_are_independent_alerts(bench: Bench) -> None:
    bench.dead = {"a1", "b2", "p1"}
    bench.run(20)
    assert set(bench.alerts()) == {("device-down", device) for device in bench.dead}


@pytest.mark.slow
def test_a_prefecture_losing_its_aggregation_routers_one_after_the_other(bench: Bench) -> None:
    bench.dead = {"agg-1"}
    bench.run(30)
    assert bench.states()["county-a"] is State.UP, "by way of county-b"
    bench.told()
    bench.dead = {"agg-1", "agg-2"}
    bench.run(30)
    told = bench.told()
    assert ("raised", "device-down", "agg-2") in told
    assert ("updated", "device-down", "agg-1") in told, "its list of victims is kept current"
    assert {rule for rule, _ in bench.alerts()} == {"device-down"}
    assert bench.alerts()["device-down", "agg-1"].lost >= {"county-a", "county-b", "a1", "b1"}
    bench.dead = {"agg-1"}
    bench.run(60)
    assert ("cleared", "device-down", "agg-2") in bench.told()
    assert bench.alerts()["device-down", "agg-1"].lost == {"p1"}
