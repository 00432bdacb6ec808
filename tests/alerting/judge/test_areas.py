"""One cause beyond the topology makes one alarm: power cuts and cut trunks through the whole engine."""

import pytest

from alerting.changes import ChangeKind, Severity
from foundation.clock import MINUTE, SECOND, SteppedClock
from foundation.messages import Observation, PollRequest, Reach, State
from storage.records.database import Records
from tests.alerting.bench import Bench
from tests.networks import wide_network

POWER = ("power-or-fibre-cut", "530620")
SITES = tuple(f"c0-{place}" for place in range(12))


@pytest.fixture
def bench(records: Records, clock: SteppedClock) -> Bench:
    return Bench(wide_network(), records, clock)


def polled(bench: Bench, seconds: int) -> None:
    """Time passes as with a real collector: each device has its place within ten seconds, a miss is confirmed six
    seconds after it began, and what judging asks for is looked at in the next second."""
    order = {device: number % 10 for number, device in enumerate(sorted(bench.network.devices))}
    pending: dict[str, int] = getattr(bench, "pending", {})
    bench.__dict__["pending"] = pending
    for _ in range(seconds):
        now = bench.clock.now()
        asked = {
            device for one in bench.messages(PollRequest) if isinstance(one, PollRequest) for device in one.devices
        }
        gone = bench.unreachable()
        looks = []
        for device, place in order.items():
            if device not in gone:
                pending.pop(device, None)
                if now // SECOND % 10 == place or device in asked:
                    looks.append(bench.look(device))
            elif device not in pending:
                if now // SECOND % 10 == place:
                    pending[device] = now
            elif (now - pending[device]) % (6 * SECOND) == 0:
                looks.append(Observation(device, now, Reach.MISSED, missed_since=pending[device]))
        bench.see(*looks)
        bench.clock.advance(SECOND)


def firing(bench: Bench) -> set[tuple[str, str]]:
    return {key for key, alert in bench.alerts().items() if not alert.suppressed_by}


@pytest.mark.slow
def test_a_power_cut_of_a_county_is_one_alert_that_lists_all_its_agencies(bench: Bench) -> None:
    polled(bench, 20)
    bench.dead = set(SITES)
    polled(bench, 30)
    told = [change for change in bench.responder.changes if change.kind is ChangeKind.RAISED]
    (change,) = told
    assert (change.rule, change.object_id) == POWER
    assert change.cut_off is not None
    assert change.cut_off.agencies == {f"of-{site}" for site in SITES}
    assert change.severity is Severity.MAJOR
    assert change.summary == "第0县疑似停电或光缆中断：12 家单位中 12 家同时失联"
    assert change.summary_en == "Probable power or fibre cut in County 0: 12 of 12 agencies lost at once"
    assert change.device == "c0"
    assert firing(bench) == {POWER}
    alerts = bench.alerts()
    assert {alerts["device-down", site].suppressed_by for site in SITES} == {"area:530620"}
    assert {bench.states()[site] for site in SITES} == {State.DOWN}


@pytest.mark.slow
def test_it_is_told_within_thirty_seconds(bench: Bench) -> None:
    polled(bench, 20)
    began = bench.clock.now()
    bench.dead = set(SITES)
    polled(bench, 30)
    (change,) = [one for one in bench.responder.changes if one.kind is ChangeKind.RAISED]
    assert change.at - began <= 30 * SECOND


def test_a_lone_agency_is_told_as_soon_as_most_of_its_neighbours_have_answered(bench: Bench) -> None:
    polled(bench, 20)
    bench.dead = {"c0-4"}
    began = bench.clock.now()
    polled(bench, 20)
    (change,) = bench.responder.changes
    assert change.object_id == "c0-4"
    assert change.at - change.started_at <= 7 * SECOND, "its neighbours answered while its own miss was confirmed"
    assert change.started_at >= began


@pytest.mark.slow
def test_lines_that_are_cut_are_the_same_trouble_as_the_sites_behind_them(bench: Bench) -> None:
    """The county router tells at once that its ports are down; nobody is called twelve times for it."""
    polled(bench, 20)
    bench.cut = {f"{site}:c0" for site in SITES[:9]}
    bench.sweep(["c0"])
    polled(bench, 40)
    assert [one.rule for one in bench.responder.changes if one.kind is ChangeKind.RAISED] == ["power-or-fibre-cut"]
    (alert,) = [alert for alert in bench.alerts().values() if not alert.suppressed_by]
    assert alert.lost == set(SITES[:9])
    assert {by.suppressed_by for by in bench.alerts().values()} == {"", "area:530620"}


@pytest.mark.slow
def test_one_cut_line_is_told_once_its_site_is_known_to_be_out(bench: Bench) -> None:
    polled(bench, 20)
    bench.cut = {"c0-4:c0"}
    bench.sweep(["c0"])
    polled(bench, 20)
    assert firing(bench) == {("link-down", "c0-4:c0")}


@pytest.mark.slow
def test_a_failure_that_began_much_earlier_keeps_its_own_alarm(bench: Bench) -> None:
    bench.dead = {"c0-0"}
    bench.run(600)
    bench.dead = set(SITES)
    bench.run(60)
    assert firing(bench) == {("device-down", "c0-0"), POWER}
    assert bench.alerts()[POWER].lost == set(SITES[1:])


@pytest.mark.slow
def test_a_failure_that_begins_much_later_gets_its_own_alarm(bench: Bench) -> None:
    bench.dead = set(SITES[:9])
    bench.run(300)
    bench.dead = set(SITES[:10])
    bench.run(60)
    assert firing(bench) == {("device-down", "c0-9"), POWER}


@pytest.mark.slow
def test_a_failure_shortly_after_joins_them(bench: Bench) -> None:
    bench.dead = set(SITES[:9])
    bench.run(60)
    bench.told()
    bench.dead = set(SITES[:11])
    bench.run(60)
    assert firing(bench) == {POWER}
    assert bench.alerts()[POWER].lost == set(SITES[:11])
    assert not [one for one in bench.told() if one[0] == "raised"]


@pytest.mark.slow
def test_those_that_stay_away_when_most_are_back_get_their_own_alarms(bench: Bench) -> None:
    bench.dead = set(SITES)
    bench.run(120)
    bench.told()
    bench.dead = {"c0-3", "c0-7"}
    bench.run(120)
    assert firing(bench) == {POWER}, "the power comes back street by street"
    assert bench.alerts()[POWER].lost == {"c0-3", "c0-7"}
    bench.run(120)
    assert firing(bench) == {("device-down", "c0-3"), ("device-down", "c0-7")}
    told = bench.told()
    assert ("cleared", *POWER) in told
    assert [one for one in told if one[0] == "raised"] == [
        ("raised", "device-down", "c0-3"), ("raised", "device-down", "c0-7"),
    ]  # fmt: skip
    (ended,) = [alert for alert in bench.history() if alert.rule == "power-or-fibre-cut"]
    assert ended.summary.endswith("（其余 2 家未随之恢复，另行告警）")
    bench.run(300)
    assert firing(bench) == {("device-down", "c0-3"), ("device-down", "c0-7")}, "they are not gathered again"


@pytest.mark.slow
def test_when_all_are_back_it_is_over(bench: Bench) -> None:
    bench.dead = set(SITES)
    bench.run(120)
    bench.dead = set()
    bench.told()
    bench.run(30)
    assert bench.alerts() == {}
    assert ("cleared", *POWER) in bench.told()


@pytest.mark.slow
def test_a_site_that_fails_again_before_it_is_over_is_part_of_it(bench: Bench) -> None:
    bench.dead = set(SITES)
    bench.run(300)
    bench.dead = set(SITES[:8])
    bench.run(30)
    bench.told()
    bench.dead = set(SITES[:9])
    bench.run(60)
    assert not [one for one in bench.told() if one[0] == "raised"]
    assert bench.alerts()[POWER].lost == set(SITES[:9])


@pytest.mark.slow
def test_when_the_county_router_fails_too_it_explains_all(bench: Bench) -> None:
    """As when its own battery is empty: one alarm more, for what is new."""
    bench.dead = set(SITES)
    bench.run(120)
    bench.told()
    bench.dead = {*SITES, "c0"}
    bench.run(120)
    assert firing(bench) == {("device-down", "c0"), POWER}, "they were out before it was"
    bench.dead = set()
    bench.run(120)
    assert bench.alerts() == {}


@pytest.mark.slow
def test_a_county_router_that_is_found_to_have_failed_with_them_explains_all(bench: Bench) -> None:
    bench.dead = {*SITES, "c0"}
    for _ in range(5):
        bench.sweep(without={"c0", "agg"})
        bench.clock.advance(5 * SECOND)
    bench.run(60)
    assert firing(bench) == {("device-down", "c0")}


def test_planned_work_on_sites_makes_no_power_cut(bench: Bench) -> None:
    bench.dead = set(SITES[:4])
    bench.run(60)
    assert firing(bench) == {("device-down", site) for site in SITES[:4]}


@pytest.mark.slow
def test_a_carriers_failure_is_told_as_the_carriers_not_as_power_cuts(bench: Bench) -> None:
    bench.dead = {device for device in bench.network.devices if "-" in device and int(device.split("-")[1]) % 3 != 2}
    assert len(bench.dead) == 48
    polled(bench, 40)
    assert firing(bench) == {("carrier-trouble", "530600/电信")}
    alert = bench.alerts()["carrier-trouble", "530600/电信"]
    assert alert.lost == bench.dead
    assert alert.summary == "昭通市电信线路疑似大面积中断：48 条线路中 48 家单位同时失联，其他运营商线路正常"


def test_sites_that_fail_one_here_one_there_are_told_one_by_one(bench: Bench) -> None:
    bench.dead = {f"c{county}-{place}" for county in range(6) for place in (1, 4, 9)}
    polled(bench, 40)
    assert firing(bench) == {("device-down", site) for site in bench.dead}


@pytest.mark.slow
def test_after_a_restart_the_power_cut_goes_on(bench: Bench) -> None:
    bench.dead = set(SITES)
    bench.run(300)
    other = bench.again()
    other.run(60)
    assert firing(other) == {POWER}
    assert other.told() == []
    other.dead = {"c0-3"}
    other.run(300)
    assert firing(other) == {("device-down", "c0-3")}


@pytest.mark.slow
def test_a_restart_makes_no_power_cut_of_outages_that_began_one_by_one(bench: Bench) -> None:
    for place in range(9):
        bench.dead.add(SITES[place])
        bench.run(200, every=10)
    before = firing(bench)
    assert before == {("device-down", site) for site in SITES[:9]}
    other = bench.again()
    other.run(120)
    assert firing(other) == before


@pytest.mark.slow
def test_a_rolling_cut_takes_in_what_was_told_before_it_was_plain(bench: Bench) -> None:
    bench.dead = set(SITES[:3])
    bench.run(40)
    assert len(firing(bench)) == 3
    bench.dead = set(SITES[:11])
    bench.run(60)
    assert firing(bench) == {POWER}
    assert bench.alerts()[POWER].lost == set(SITES[:11])
    assert bench.clock.now() - bench.alerts()[POWER].started_at < 2 * MINUTE
