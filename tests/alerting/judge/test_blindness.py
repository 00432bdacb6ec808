"""A blind collector: one alarm, all unknown, nothing blamed, nothing cleared, and no storm when it sees again."""

import pytest

from alerting.changes import ChangeKind, Severity
from alerting.rules.loader import RuleSet
from foundation.clock import SECOND, SteppedClock
from foundation.messages import Observation, PollRequest, Reach, State
from storage.records.database import Records
from tests.alerting.bench import Bench, default_rules, hot, tiles
from topology.network import Network

BLIND = ("collector-blind", "collector")


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    return Bench(network, records, clock)


def cut(bench: Bench) -> None:
    """The collector's own line is lost: nothing answers any more."""
    bench.dead = set(bench.network.devices)


def test_when_all_first_hops_are_gone_the_collector_is_blind_and_no_device_is_blamed(bench: Bench) -> None:
    cut(bench)
    bench.run(30)
    assert [one[1:] for one in bench.told()] == [BLIND]
    assert set(bench.alerts()) == {BLIND}
    alert = bench.alerts()[BLIND]
    assert alert.severity is Severity.CRITICAL
    assert alert.division == "530000"
    assert alert.summary == "采集机失明：全部核心路由器同时无应答，其后 12 台设备状态未知"
    assert alert.summary_en == (
        "The collector is blind: all core routers fell silent at once; the state of 12 devices behind it is unknown"
    )
    assert set(bench.states().values()) == {State.UNKNOWN}
    assert set(bench.states("agency").values()) == {State.UNKNOWN}


def test_unknown_begins_when_the_first_hops_fell_silent(bench: Bench) -> None:
    at = bench.clock.now()
    cut(bench)
    bench.run(30)
    unknown = bench.timeline("a1")[-1]
    assert (unknown.state, unknown.start) == (State.UNKNOWN, at)


def test_with_its_gateway_gone_it_is_blind_as_soon_as_nothing_answers(bench: Bench) -> None:
    bench.gateway = True
    bench.run(10)
    bench.gateway = False
    cut(bench)
    bench.run(10)
    assert set(bench.alerts()) == {BLIND}
    assert bench.alerts()[BLIND].summary.startswith("采集机失明：采集机的网关无应答")


def test_a_gateway_that_answers_proves_that_the_cores_have_failed(bench: Bench) -> None:
    bench.gateway = True
    bench.run(10)
    cut(bench)
    bench.run(30)
    assert BLIND not in bench.alerts()
    assert ("device-down", "core-1") in bench.alerts()
    assert ("device-down", "core-2") in bench.alerts()


def test_a_gateway_that_is_silent_while_devices_answer_blinds_nobody(bench: Bench) -> None:
    bench.gateway = True
    bench.run(10)
    bench.gateway = False
    bench.dead = {"a1"}
    bench.run(60)
    assert set(bench.alerts()) == {("device-down", "a1")}


def test_cores_that_fail_one_after_the_other_are_no_blindness(bench: Bench) -> None:
    bench.dead = {"core-1"}
    bench.run(120)
    bench.dead = {"core-1", "core-2"}
    bench.run(60)
    firing = {key for key, alert in bench.alerts().items() if not alert.suppressed_by}
    assert firing == {("device-down", "core-1"), ("device-down", "core-2")}


def test_while_it_may_prove_to_be_blind_no_verdict_falls(bench: Bench) -> None:
    """The devices are noticed one after the other, the first hops last of all."""
    cut(bench)
    devices = sorted(bench.network.devices, reverse=True)
    since = {device: bench.clock.now() + number * SECOND for number, device in enumerate(devices)}
    for _ in range(40):
        now = bench.clock.now()
        asked = {
            device for one in bench.messages(PollRequest) if isinstance(one, PollRequest) for device in one.devices
        }
        since.update({device: min(since[device], now) for device in asked})
        bench.see(
            *(
                Observation(device, now, Reach.MISSED, missed_since=at)
                for device, at in since.items()
                if now - at >= 6_000
            )
        )
        bench.clock.advance(SECOND)
    assert [one[1:] for one in bench.told()] == [BLIND]
    assert set(bench.states().values()) == {State.UNKNOWN}


@pytest.mark.slow
def test_nothing_is_cleared_while_it_is_blind_nor_when_it_sees_the_same_again(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.cut = {"b1:county-b"}
    for _ in range(70):
        bench.see(*(bench.look(device, health=hot() if device == "agg-1" else ()) for device in bench.network.devices))
        bench.clock.advance(10 * SECOND)
    before = set(bench.alerts())
    assert {("device-down", "a1"), ("link-down", "b1:county-b"), ("cpu-high", "agg-1")} <= before
    bench.told()
    cut(bench)
    bench.run(1_200)
    assert set(bench.alerts()) == {*before, BLIND}
    bench.dead = {"a1"}
    for _ in range(20):
        bench.see(*(bench.look(device, health=hot() if device == "agg-1" else ()) for device in bench.network.devices))
        bench.clock.advance(5 * SECOND)
    assert set(bench.alerts()) == before
    assert bench.told(ChangeKind.RAISED, ChangeKind.CLEARED) == [("raised", *BLIND), ("cleared", *BLIND)]
    assert bench.states()["a1"] is State.DOWN


@pytest.mark.slow
def test_it_sees_again_without_a_storm(bench: Bench) -> None:
    cut(bench)
    bench.run(600)
    bench.told()
    bench.heard.take()
    bench.dead = set()
    bench.sweep(["county-a"])
    (request,) = bench.messages(PollRequest)
    assert isinstance(request, PollRequest)
    assert request.devices == set(bench.network.devices), "all are looked at at once, however seldom they were of late"
    # What was missed before is no miss now: the others are seen one by one.
    for device in sorted(bench.network.devices):
        bench.sweep([device])
        bench.clock.advance(SECOND)
    bench.run(60)
    assert bench.told() == [("cleared", *BLIND)]
    assert set(bench.states().values()) == {State.UP}


@pytest.mark.slow
def test_what_failed_meanwhile_is_told_with_the_moment_from_which_it_was_seen(bench: Bench) -> None:
    began = bench.clock.now()
    cut(bench)
    bench.run(600)
    bench.dead = {"county-a"}
    back = bench.clock.now()
    bench.told()
    for _ in range(12):
        now = bench.clock.now()
        gone = bench.unreachable()
        bench.see(*(bench.look(one, missed_since=began if one in gone else None) for one in bench.network.devices))
        bench.clock.advance(5 * SECOND)
    assert bench.told() == [("cleared", *BLIND), ("raised", "device-down", "county-a")]
    alert = bench.alerts()["device-down", "county-a"]
    assert back <= alert.started_at <= back + 5 * SECOND
    states = [(one.state, one.start) for one in bench.timeline("county-a")][-2:]
    assert states == [(State.UNKNOWN, began), (State.DOWN, alert.started_at)]
    assert tiles(bench.timeline("county-a"), bench.clock.now())
    assert now > back


def test_a_restart_while_it_is_blind_goes_on_with_the_one_alarm(bench: Bench) -> None:
    cut(bench)
    bench.run(60)
    other = bench.again()
    other.run(60)
    assert other.told() == []
    assert set(other.alerts()) == {BLIND}
    other.dead = set()
    other.run(60)
    assert other.told() == [("cleared", *BLIND)]


def test_a_restart_after_which_it_sees_clears_the_alarm(bench: Bench) -> None:
    cut(bench)
    bench.run(60)
    bench.dead = set()
    other = bench.again()
    other.run(60)
    assert other.told() == [("cleared", *BLIND)]
    assert set(other.states().values()) == {State.UP}


def test_without_a_rule_that_would_tell_it_the_cores_are_judged_as_ever(
    network: Network, records: Records, clock: SteppedClock
) -> None:
    rules = RuleSet({key: rule for key, rule in default_rules().rules.items() if rule.kind != "collector-blind"})
    bench = Bench(network, records, clock, rules=rules)
    cut(bench)
    bench.run(60)
    assert {("device-down", "core-1"), ("device-down", "core-2")} <= set(bench.alerts())


def test_links_sites_and_private_networks_are_unknown_too(bench: Bench) -> None:
    cut(bench)
    bench.run(30)
    for kind in ("link", "site", "private_network"):
        assert set(bench.states(kind).values()) == {State.UNKNOWN}, kind
