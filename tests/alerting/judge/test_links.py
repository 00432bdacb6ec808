"""Links: one alert a link whoever tells it; the root when it cuts devices off, redundancy lost when it does not."""

import pytest

from alerting.changes import Severity
from foundation.clock import SECOND, SteppedClock
from foundation.messages import IfStatus, InterfaceReading, Observation, Reach, State
from storage.records.database import Records
from tests.alerting.bench import Bench
from topology.network import Network


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    return Bench(network, records, clock)


def test_a_cut_line_is_the_root_and_the_device_behind_it_unreachable(bench: Bench) -> None:
    bench.cut = {"a1:county-a"}
    bench.run(20)
    alerts = bench.alerts()
    assert list(alerts) == [("link-down", "a1:county-a")]
    assert alerts["link-down", "a1:county-a"].lost == {"a1"}
    (raised,) = bench.responder.changes
    assert raised.cut_off is not None
    assert raised.cut_off.agencies == {"agency-a1"}
    assert raised.device == "county-a", "the upper end"
    assert raised.division == "530627"
    assert raised.summary == "镇雄县核心路由器 county-a 至 机构a1接入路由器 a1 链路中断，影响 1 家单位"
    state = bench.timeline("a1")[-1]
    assert (state.state, state.cause) == (State.UNREACHABLE, "a1:county-a")


def test_a_link_down_with_redundancy_left_cuts_nobody_off(bench: Bench) -> None:
    bench.cut = {"county-b:agg-2"}
    bench.run(20)
    (raised,) = bench.responder.changes
    assert (raised.rule, raised.object_id) == ("link-down", "county-b:agg-2")
    assert raised.cut_off is not None
    assert raised.cut_off.agencies == frozenset()
    assert raised.severity is Severity.MAJOR
    states = bench.states()
    assert {device for device, state in states.items() if state is State.DEGRADED} == {"county-b", "agg-2"}
    assert all(state.is_served for state in states.values())


def test_when_all_links_of_a_county_are_cut_each_link_lists_the_victims(bench: Bench) -> None:
    bench.cut = {"county-b:county-a"}
    bench.run(20)
    bench.cut = {"county-b:agg-2", "county-b:county-a"}
    bench.run(20)
    alerts = bench.alerts()
    assert set(alerts) == {("link-down", "county-b:agg-2"), ("link-down", "county-b:county-a")}
    for alert in alerts.values():
        assert alert.lost == {"county-b", "b1", "b2"}
        assert alert.severity is Severity.CRITICAL, "a whole county is cut off"


def test_both_ends_telling_it_is_one_alert(bench: Bench) -> None:
    bench.cut = {"agg-2:agg-1"}
    bench.run(60)
    (only,) = bench.history()
    assert only.object_id == "agg-2:agg-1"
    assert bench.told() == [("raised", "link-down", "agg-2:agg-1")]


@pytest.mark.slow
def test_the_link_clears_when_no_end_says_down_any_more(bench: Bench) -> None:
    bench.cut = {"county-b:agg-2"}
    bench.run(20)
    bench.cut = set()
    bench.sweep(["agg-2"])
    assert list(bench.alerts()) == [("link-down", "county-b:agg-2")], "the other end still says down"
    bench.sweep(["county-b"])
    assert bench.alerts() == {}


def test_the_links_alert_follows_who_returns(bench: Bench) -> None:
    bench.cut = {"county-b:agg-2"}
    bench.run(20)
    bench.cut = {"county-b:agg-2", "county-b:county-a"}
    bench.run(20)
    bench.told()
    bench.cut = {"county-b:agg-2"}
    bench.run(10)
    assert ("updated", "link-down", "county-b:agg-2") in bench.told()
    assert bench.alerts()["link-down", "county-b:agg-2"].lost == frozenset()


def test_the_outage_of_a_link_starts_when_its_victim_missed(bench: Bench) -> None:
    bench.cut = {"a1:county-a"}
    first_miss = bench.clock.now()
    bench.clock.advance(6 * SECOND)
    bench.see(bench.look("a1", missed_since=first_miss))
    bench.clock.advance(SECOND)
    bench.see(bench.look("county-a"))
    assert bench.alerts()["link-down", "a1:county-a"].started_at == first_miss


def test_a_port_without_a_declared_link_raises_nothing(bench: Bench) -> None:
    port = InterfaceReading("lan9", IfStatus.UP, IfStatus.DOWN)
    bench.see(Observation("a1", bench.clock.now(), Reach.ANSWERED, complete=True, interfaces=(port,)))
    bench.run(20)
    assert bench.alerts() == {}


@pytest.mark.parametrize("status", [IfStatus.UNKNOWN, IfStatus.DORMANT])
def test_a_status_that_says_nothing_raises_nothing(bench: Bench, status: IfStatus) -> None:
    port = InterfaceReading("up1", IfStatus.UP, status)
    bench.see(Observation("a1", bench.clock.now(), Reach.ANSWERED, complete=True, interfaces=(port,)))
    assert bench.alerts() == {}


@pytest.mark.slow
def test_an_old_word_about_a_link_does_not_silence_a_device(bench: Bench) -> None:
    """The upper end stopped telling about its ports; its last word explains nothing after a while: alarm."""
    bench.cut = {"a1:county-a"}
    bench.run(10)
    assert set(bench.alerts()) == {("link-down", "a1:county-a")}
    for _ in range(60):
        now = bench.clock.now()
        bench.see(Observation("county-a", now, Reach.ANSWERED), Observation("a1", now, Reach.MISSED, missed_since=now))
        bench.clock.advance(5 * SECOND)
    assert ("device-down", "a1") in bench.alerts()
    assert bench.states()["a1"] is State.DOWN


def test_a_line_told_down_by_one_end_while_the_device_behind_it_answers_cuts_nobody_off(bench: Bench) -> None:
    now = bench.clock.now()
    down = tuple(
        InterfaceReading(one.name, 1, IfStatus.DOWN if one.name == "to-a1" else IfStatus.UP)
        for one in bench.ports("county-a")
    )
    bench.see(Observation("county-a", now, Reach.ANSWERED, complete=True, interfaces=down))
    bench.tick(9)
    assert bench.alerts()["link-down", "a1:county-a"].lost == {"a1"}, "nothing was heard from it since"
    bench.clock.advance(SECOND)
    bench.see(Observation("a1", bench.clock.now(), Reach.ANSWERED))
    assert bench.alerts()["link-down", "a1:county-a"].lost == frozenset()
    assert bench.states()["a1"] is State.DEGRADED
