"""What faults do: who answers, which ports are down, where traffic goes, what sensors say, and that all ends."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.calendar import parse
from foundation.clock import DAY, HOUR, MINUTE, SECOND
from foundation.messages import IfStatus
from foundation.problems import OperatorError
from simulator.curve import Moment
from simulator.faults import FAULT, AnyFault
from simulator.province import Province
from simulator.routers import Port
from simulator.scenario import Scenario, TimedFault
from simulator.targets import TargetError
from tests.networks import small_network

NOW = parse("2026-11-24 14:30:00")


def province(scenario: Scenario | None = None) -> Province:
    return Province(small_network(), seed=1, now=NOW, scenario=scenario)


def fault(kind: str, target: str, **settings_: object) -> AnyFault:
    return FAULT.validate_python({"fault": kind, "target": target, **settings_})


def unreachable(place: Province) -> set[str]:
    return {agent.device for agent in place.agents.values() if not agent.alive}


def port(place: Province, device: str, name: str) -> Port:
    return next(found for found in place.plant.routers[device].ports if found.name == name)


def rate(place: Province, device: str, name: str, at: int, seconds: int = 10) -> tuple[float, float]:
    """Bits per second in and out over some seconds from `at`."""
    before, after = Moment(at), Moment(at + seconds * SECOND)
    found = port(place, device, name)
    return (
        (found.in_octets(after) - found.in_octets(before)) * 8 / seconds,
        (found.out_octets(after) - found.out_octets(before)) * 8 / seconds,
    )


def test_a_dead_county_router_silences_all_that_is_only_behind_it() -> None:
    place = province()
    place.inject(fault("device-dead", "county-a"), NOW)
    assert unreachable(place) == {"county-a", "a1", "a2", "a3"}


def test_a_dead_router_whose_children_have_another_way_silences_itself_alone() -> None:
    place = province()
    place.inject(fault("device-dead", "agg-2"), NOW)
    assert unreachable(place) == {"agg-2"}


def test_a_dead_device_leaves_its_neighbours_ports_up_but_nothing_passes() -> None:
    place = province()
    place.inject(fault("device-dead", "county-a"), NOW)
    assert port(place, "agg-1", "down1").oper is IfStatus.UP
    assert rate(place, "agg-1", "down1", NOW) == (0, 0)


def test_a_dead_device_may_take_its_neighbours_ports_with_it() -> None:
    place = province()
    place.inject(fault("device-dead", "county-a", ports="down"), NOW)
    assert port(place, "agg-1", "down1").oper is port(place, "a1", "up1").oper is IfStatus.DOWN
    assert port(place, "agg-1", "up1").oper is IfStatus.UP
    assert unreachable(place) == {"county-a", "a1", "a2", "a3"}


def test_a_cut_fibre_turns_the_ports_at_both_ends_down_and_the_backup_carries_the_traffic() -> None:
    place = province()
    idle = rate(place, "county-b", "up2", NOW - MINUTE)[0]
    place.inject(fault("fibre-cut", "county-b agg-2"), NOW)
    assert port(place, "county-b", "up1").oper is port(place, "agg-2", "down1").oper is IfStatus.DOWN
    assert port(place, "county-b", "up2").oper is IfStatus.UP
    assert unreachable(place) == set()
    assert rate(place, "county-b", "up2", NOW)[0] > 20 * idle
    assert rate(place, "county-b", "up1", NOW) == (0, 0)


def test_a_cut_fibre_without_another_way_silences_what_is_behind_it() -> None:
    place = province()
    place.inject(fault("fibre-cut", "county-a:agg-1"), NOW)
    place.inject(fault("link-down", "county-b:county-a"), NOW)
    assert unreachable(place) == {"county-a", "a1", "a2", "a3"}


@pytest.mark.parametrize(("by", "admin"), [("oper", IfStatus.UP), ("admin", IfStatus.DOWN)])
def test_an_interface_down_shows_at_its_own_end_only_and_blocks_the_line(by: str, admin: IfStatus) -> None:
    place = province()
    place.inject(fault("interface-down", "county-a/to-a1", by=by), NOW)
    here, there = port(place, "county-a", "to-a1"), port(place, "a1", "up1")
    assert (here.admin, here.oper, there.oper) == (admin, IfStatus.DOWN, IfStatus.UP)
    assert unreachable(place) == {"a1"}


def test_a_silent_agent_is_still_alive() -> None:
    place = province()
    place.inject(fault("agent-silent", "a1"), NOW)
    agent = place.agents["a1"]
    assert (agent.alive, agent.silent) == (True, True)


def test_a_county_power_cut_takes_every_device_of_the_county_and_they_boot_anew() -> None:
    place = province()
    begun = place.inject(fault("county-power-cut", "镇雄县", **{"for": "10 min"}), NOW)
    assert begun.target.devices == ("county-a", "a1", "a2", "a3", "p1")
    assert unreachable(place) == {"county-a", "a1", "a2", "a3", "p1"}
    place.advance(NOW + 10 * MINUTE)
    assert unreachable(place) == set()
    router = place.plant.routers["a1"]
    assert router.ticks(NOW + 10 * MINUTE + 5 * SECOND) == 500
    assert port(place, "a1", "up1").in_octets(Moment(NOW + 10 * MINUTE)) == 0


def test_a_restart_sets_the_clock_and_all_counters_to_zero_and_leaves_the_far_end_alone() -> None:
    place = province()
    far = port(place, "county-a", "to-a1").out_octets(Moment(NOW))
    place.inject(fault("restart", "a1"), NOW)
    assert place.plant.routers["a1"].ticks(NOW + SECOND) == 100
    assert port(place, "a1", "up1").in_octets(Moment(NOW)) == 0
    assert port(place, "county-a", "to-a1").out_octets(Moment(NOW)) == far > 0
    assert place.active == {}


def test_a_restart_with_an_outage_is_silent_first_and_boots_when_it_is_back() -> None:
    place = province()
    place.inject(fault("restart", "a1", outage="30 s"), NOW)
    assert unreachable(place) == {"a1"}
    place.advance(NOW + 31 * SECOND)
    assert unreachable(place) == set()
    assert place.plant.routers["a1"].ticks(NOW + 31 * SECOND) == 100


def test_a_shuffle_gives_every_port_another_index_and_keeps_names_and_counters() -> None:
    place = province()
    router = place.plant.routers["county-a"]
    before = {found.name: found.index for found in router.ports}
    octets = port(place, "county-a", "up1").in_octets(Moment(NOW))
    place.inject(fault("ifindex-shuffle", "county-a"), NOW)
    after = {found.name: found.index for found in router.ports}
    assert before.keys() == after.keys()
    assert all(before[name] != after[name] for name in before)
    assert len(set(after.values())) == len(after)
    assert port(place, "county-a", "up1").in_octets(Moment(NOW)) == octets
    assert router.since_boot(router.renumbered) == router.ticks(NOW) & 0xFFFFFFFF


def test_a_saturated_line_runs_at_its_limit_one_way_and_its_sender_discards() -> None:
    place = province()
    place.inject(fault("traffic-surge", "county-a:agg-1", percent=97), NOW)
    received, sent = rate(place, "county-a", "up1", NOW)
    assert received == pytest.approx(970e6, rel=1e-6)
    assert sent < 700e6
    upper = port(place, "agg-1", "down1")
    assert upper.out_discards(Moment(NOW + 10 * SECOND)) > 1000
    assert port(place, "county-a", "up1").out_discards(Moment(NOW + 10 * SECOND)) == 0


def test_errors_rise_at_one_interface_only_and_stop_with_the_fault() -> None:
    place = province()
    begun = place.inject(fault("errors", "county-a/up1", per_second=50), NOW)
    struck = port(place, "county-a", "up1")
    assert struck.in_errors(Moment(NOW + 10 * SECOND)) == 500
    assert struck.out_errors(Moment(NOW + 10 * SECOND)) == 0
    place.clear(begun.id, NOW + 20 * SECOND)
    assert struck.in_errors(Moment(NOW + HOUR)) == 1000


def test_sensors_follow_their_faults_and_come_back() -> None:
    place = province()
    vitals = place.plant.routers["a1"].vitals
    moment = Moment(NOW + MINUTE)
    usual = (vitals.cpu(moment, 0), vitals.memory(moment), vitals.temperature(moment))
    assert usual[0] < 70
    assert usual[1] < 80
    assert usual[2] < 55
    for kind, settings_ in (
        ("cpu-surge", {"percent": 96}),
        ("temperature", {"celsius": 80}),
        ("memory-leak", {"percent_per_minute": 30}),
    ):
        place.inject(fault(kind, "a1", **settings_), NOW)
    assert vitals.cpu(moment, 0) >= 94
    assert vitals.temperature(moment) == pytest.approx(80, abs=0.5)
    assert vitals.memory(moment) == pytest.approx(min(99.5, usual[1] + 30))
    assert vitals.memory(Moment(NOW + HOUR)) == 99.5
    place.clear(None, NOW + MINUTE)
    assert (vitals.cpu(moment, 0), vitals.memory(moment), vitals.temperature(moment)) == usual


def test_two_losses_on_one_device_add_up_as_chances_do() -> None:
    place = province()
    place.inject(fault("loss", "a1", percent=50), NOW)
    place.inject(fault("loss", "a1", percent=50), NOW)
    assert place.agents["a1"].loss == 0.75


def test_overlapping_faults_end_each_for_itself() -> None:
    place = province()
    first = place.inject(fault("device-dead", "a1"), NOW)
    second = place.inject(fault("device-dead", "a1", **{"for": "60 s"}), NOW)
    place.advance(NOW + 61 * SECOND)
    assert list(place.active) == [first.id]
    assert unreachable(place) == {"a1"}
    assert place.plant.routers["a1"].boot < NOW, "it is still dead: it has not booted"
    assert place.clear(second.id, NOW + 62 * SECOND) == []
    place.clear(first.id, NOW + 62 * SECOND)
    assert unreachable(place) == set()


@pytest.mark.parametrize(
    ("kind", "target", "sentence"),
    [
        ("device-dead", "conty-a", 'there is no device "conty-a". Did you mean "county-a"?'),
        ("link-down", "county-a:agg1", 'there is no link "county-a:agg1". Did you mean "county-a:agg-1"?'),
        ("fibre-cut", "a1 b1", 'no link ties "a1" to "b1".'),
        ("errors", "county-a", '"county-a" is no interface.'),
        ("errors", "county-a/to-a9", 'no link of "county-a" ends at an interface "to-a9".'),
        ("county-power-cut", "530629", 'there is no county "530629". Did you mean "53062'),
        ("county-power-cut", "530600", 'there is no county "530600".'),
    ],
)
def test_an_unknown_target_is_refused_with_what_may_have_been_meant(kind: str, target: str, sentence: str) -> None:
    place = province()
    with pytest.raises(TargetError) as refused:
        place.inject(fault(kind, target), NOW)
    assert str(refused.value).startswith(sentence)
    assert place.active == {}


def test_both_ends_of_every_line_agree_on_what_passed() -> None:
    place = province()
    for line in place.plant.lines.values():
        for sender, receiver in ((line.upper, line.lower), (line.lower, line.upper)):
            start, end = Moment(NOW), Moment(NOW + HOUR)
            sent = sender.out_octets(end) - sender.out_octets(start)
            received = receiver.in_octets(end) - receiver.in_octets(start)
            assert abs(sent - received) <= 1
            assert sent > 0


def test_a_routers_uplink_carries_what_its_agencies_take() -> None:
    place = province()
    below = sum(rate(place, "county-b", f"to-{name}", NOW, 60)[1] for name in ("b1", "b2"))
    assert rate(place, "county-b", "up1", NOW, 60)[0] == pytest.approx(below, rel=0.6)


def test_indexes_are_no_positions_and_are_the_same_in_every_run() -> None:
    first, second = province(), province()
    for device, router in first.plant.routers.items():
        indexes = [found.index for found in router.ports]
        assert indexes == [found.index for found in second.plant.routers[device].ports]
        assert all(index > position + 1 for position, index in enumerate(indexes))


faults = st.one_of(
    st.builds(
        fault,
        st.sampled_from(["device-dead", "agent-silent", "restart", "ifindex-shuffle", "cpu-surge", "memory-leak"]),
        st.sampled_from(["county-a", "a1", "agg-1", "core-1", "county-b"]),
    ),
    st.builds(
        fault,
        st.sampled_from(["link-down", "fibre-cut", "traffic-surge"]),
        st.sampled_from(["county-a:agg-1", "a1:county-a", "county-b:county-a", "agg-1:core-1"]),
    ),
    st.builds(
        fault, st.sampled_from(["interface-down", "errors"]), st.sampled_from(["county-a/up1", "county-a/to-a1"])
    ),
)
timed = st.lists(
    st.tuples(st.integers(0, 600), faults, st.integers(1, 300)).map(
        lambda drawn: TimedFault(
            drawn[0] * SECOND,
            drawn[1]
            if drawn[1].fault in {"restart", "ifindex-shuffle"}
            else drawn[1].model_copy(update={"lasts": drawn[2] * SECOND}),
        )
    ),
    max_size=8,
).map(lambda found: Scenario(tuple(sorted(found, key=lambda item: item.at))))


def snapshot(place: Province, now: int) -> list[object]:
    moment = Moment(now)
    return [
        (
            found.name,
            found.index,
            found.oper,
            found.in_octets(moment),
            found.out_octets(moment),
            found.in_errors(moment),
        )
        for router in place.plant.routers.values()
        for found in router.ports
    ] + [(agent.alive, agent.silent) for agent in place.agents.values()]


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(timed, st.lists(st.integers(0, 1000), max_size=12).map(sorted))
def test_what_is_seen_depends_on_the_time_and_the_faults_never_on_who_looked_before(
    scenario: Scenario, looks: list[int]
) -> None:
    watched, unwatched = province(scenario), province(scenario)
    for look in looks:
        watched.advance(NOW + look * SECOND)
        snapshot(watched, NOW + look * SECOND)
    end = NOW + 1000 * SECOND
    watched.advance(end)
    unwatched.advance(end)
    assert snapshot(watched, end) == snapshot(unwatched, end)
    assert watched.active == {}


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(timed)
def test_who_answers_is_who_the_network_says_can_be_reached_and_counters_only_fall_at_a_boot(
    scenario: Scenario,
) -> None:
    place = province(scenario)
    last: dict[tuple[str, str], tuple[int, int]] = {}
    for second in range(0, 960, 40):
        now = NOW + second * SECOND
        place.advance(now)
        reached = place.network.reachable(place.effects.dead_devices, place.effects.blocked_links)
        assert unreachable(place) == place.network.devices.keys() - reached
        for id_, router in place.plant.routers.items():
            for found in router.ports:
                boot, octets = last.get((id_, found.name), (router.boot, 0))
                current = found.in_octets(Moment(now))
                assert current >= octets or router.boot != boot
                last[id_, found.name] = (router.boot, current)


def test_a_machine_that_slept_through_many_rounds_passes_over_those_nobody_saw() -> None:
    scenario = Scenario((TimedFault(10 * SECOND, fault("agent-silent", "a1", **{"for": "20 s"})),), repeat=MINUTE)
    place = province(scenario)
    place.advance(NOW + 3 * DAY + 15 * SECOND)
    assert len(place.active) == 1
    assert next(iter(place.active.values())).id < 10
    assert place.due == NOW + 3 * DAY + 30 * SECOND


def test_a_clock_that_is_set_back_makes_no_counter_fall() -> None:
    place = province()
    late = NOW + HOUR
    assert place.advance(late) == late
    begun = place.inject(fault("fibre-cut", "county-a:agg-1"), NOW)
    assert begun.since == late
    assert place.advance(NOW + MINUTE) == late


def test_two_devices_at_one_loopback_address_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    network = small_network()
    twin = network.devices["a1"]
    object.__setattr__(twin, "address", network.devices["a2"].address.replace("10.", "127.", 1))
    with pytest.raises(OperatorError, match="would both answer at"):
        Province(network, seed=1, now=NOW)
    object.__setattr__(twin, "address", "192.168.1.1")
    with pytest.raises(OperatorError, match=r"Only 10\.a\.b\.c"):
        Province(network, seed=1, now=NOW)
