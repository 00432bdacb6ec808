"""Root cause against a brute-force oracle: the alarm set is exactly the roots, and nothing real is silent."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from alerting.reachability.decide import SEVERAL, Evidence, decide, device_root, link_root
from alerting.reachability.doors import find_doors, immediate_dominators
from alerting.reachability.hold import Hold, Looks, is_settled
from tests.alerting.reachability.graphs import Trouble, build, has_path, troubles
from tests.networks import small_network
from topology.network import Neighbour, Network


def missing_in(trouble: Trouble) -> dict[str, int]:
    """Every device that can't answer, all noticed at the same moment."""
    network = trouble.network
    return {
        device: 1_000
        for device in network.devices
        if device in trouble.dead or not has_path(network, device, trouble.dead, trouble.cut)
    }


def evidence(trouble: Trouble) -> Evidence:
    missing = missing_in(trouble)
    answered = dict.fromkeys(trouble.network.devices.keys() - missing.keys(), 900)
    return Evidence(missing, dict.fromkeys(trouble.cut, 1_000), answered, slack=1)


def is_explained(trouble: Trouble, device: str) -> bool:
    """Whether the topology leads to the device at all when nothing has failed."""
    return has_path(trouble.network, device, frozenset(), frozenset())


def bereft(trouble: Trouble, missing: set[str], device: str) -> set[str]:
    """The live neighbours whose lines to a device are cut."""
    return {
        step.device
        for step in trouble.network.neighbours(device)
        if step.device not in missing
        and step.link in trouble.cut
        and has_path(trouble.network, step.device, missing, trouble.cut)
    }


@pytest.mark.slow
@given(troubles())
@settings(max_examples=120, deadline=None)
def test_the_alarm_set_is_exactly_the_roots(trouble: Trouble) -> None:
    known = evidence(trouble)
    decision = decide(trouble.network, known)
    missing = set(known.missing)
    roots = {
        device
        for device in missing
        if has_path(trouble.network, device, missing, trouble.cut)
        or not is_explained(trouble, device)
        or len(bereft(trouble, missing, device)) >= SEVERAL
    }
    assert decision.down == roots


@pytest.mark.slow
@given(troubles())
@settings(max_examples=120, deadline=None)
def test_every_missing_device_is_down_or_explained_by_a_real_failure_next_to_its_region(trouble: Trouble) -> None:
    known = evidence(trouble)
    decision = decide(trouble.network, known)
    for device in known.missing:
        assert (device in decision.down) != (device in decision.dark), device
    for device, roots in decision.dark.items():
        assert roots, f"{device} is silent for no reason"
        for root in roots:
            assert root.id in decision.down if root.kind == "device" else root.id in trouble.cut


@pytest.mark.slow
@given(troubles())
@settings(max_examples=60, deadline=None)
def test_a_device_that_is_dead_behind_living_doors_is_always_alarmed(trouble: Trouble) -> None:
    decision = decide(trouble.network, evidence(trouble))
    for device in trouble.dead:
        if has_path(trouble.network, device, trouble.dead, trouble.cut):
            assert device in decision.down


@pytest.mark.slow
@given(troubles())
@settings(max_examples=60, deadline=None)
def test_repairing_all_roots_of_a_device_brings_a_path_to_its_region_or_uncovers_others(trouble: Trouble) -> None:
    """The roots named are those that matter: with them repaired, somebody in the region has a path again, or the
    failures behind them are now at the edge."""
    known = evidence(trouble)
    before = decide(trouble.network, known)
    for device, roots in before.dark.items():
        mended = {root.id for root in roots}
        after = decide(
            trouble.network,
            Evidence(
                {one: at for one, at in known.missing.items() if one not in mended},
                {one: at for one, at in known.cut.items() if one not in mended},
                known.answered,
                slack=known.slack,
            ),
        )
        assert after.dark.get(device) != roots


@pytest.mark.slow
@given(troubles(), st.data())
@settings(max_examples=60, deadline=None)
def test_who_answered_after_all_failures_around_it_is_never_counted_as_cut_off(
    trouble: Trouble, data: st.DataObject
) -> None:
    known = evidence(trouble)
    alive = sorted(known.answered)
    assume(alive)
    proven = data.draw(st.sampled_from(alive))
    decision = decide(trouble.network, Evidence(known.missing, known.cut, {**known.answered, proven: 2_000}))
    assert proven not in decision.dark


@pytest.mark.slow
@given(troubles())
@settings(max_examples=60, deadline=None)
def test_doors_are_the_neighbours_with_a_path_of_their_own(trouble: Trouble) -> None:
    network = trouble.network
    for device, doors in find_doors(network).items():
        if device in network.roots:
            assert doors == ()
            continue
        expected = {
            step.device for step in network.neighbours(device) if has_path(network, step.device, {device}, frozenset())
        }
        assert {step.device for step in doors} == expected


def test_the_dominators_of_a_chain_are_its_links_upward() -> None:
    assert immediate_dominators(build(1, 2, {(0, 1), (1, 2)})) == {"d0": None, "d1": "d0", "d2": "d1"}


def test_two_paths_meet_at_the_centre() -> None:
    network = build(2, 2, {(0, 2), (1, 2), (2, 3)})
    assert immediate_dominators(network) == {"d0": None, "d1": None, "d2": None, "d3": "d2"}


def test_a_device_without_any_link_is_down_itself(network: Network) -> None:
    island = build(1, 1, set())
    decision = decide(island, Evidence({"d1": 10}, {}, {"d0": 20}))
    assert decision.down == {"d1"}


def test_the_roots_of_a_region_are_all_failures_at_its_edge(network: Network) -> None:
    failed = {"agg-2": 10, "county-a": 10, "county-b": 10, "b1": 10, "a1": 10}
    decision = decide(network, Evidence(failed, {}, {}))
    assert decision.down == {"agg-2", "county-a"}
    assert decision.dark["b1"] == {device_root("agg-2"), device_root("county-a")}
    assert decision.dark["a1"] == {device_root("county-a")}
    assert decision.cut_off_by()[device_root("agg-2")] == {"county-b", "b1", "b2"}


def test_a_cut_link_is_a_root_like_a_device(network: Network) -> None:
    decision = decide(network, Evidence({"county-b": 10, "county-a": 10}, {"county-b:agg-2": 9}, {}))
    assert decision.down == {"county-a"}
    assert decision.dark["b2"] == {device_root("county-a"), link_root("county-b:agg-2")}


def test_a_device_with_an_earlier_fault_of_its_own_stays_down(network: Network) -> None:
    decision = decide(network, Evidence({"a1": 1, "county-a": 100_000}, {}, {}, frozenset({"a1"})))
    assert decision.down == {"a1", "county-a"}
    assert "a1" not in decision.dark


COUNTY_B = {"county-b:agg-2": 1_000, "county-b:county-a": 1_000}
"""Both lines of a county, and when each was first told to be down."""


def county_b(cut: dict[str, int], *, line_up: dict[str, int] | None = None, lived: int = 990) -> set[str]:
    """Who is down when county-b, silent since 995, has these lines told down."""
    known = Evidence({"county-b": 995, "b1": 996}, cut, {}, frozenset(), line_up or {}, {"county-b": lived}, 30)
    return set(decide(small_network(), known).down)


def test_a_device_that_took_its_lines_to_two_live_neighbours_with_it_is_down() -> None:
    assert county_b(COUNTY_B) == {"county-b"}


def test_a_line_told_down_while_the_device_still_answered_was_lost_by_itself() -> None:
    assert county_b({**COUNTY_B, "county-b:county-a": 990}) == set()


def test_a_line_still_told_up_well_after_the_device_fell_silent_did_not_go_with_it() -> None:
    assert county_b(COUNTY_B, line_up={"county-b:agg-2": 1_026}) == set()
    assert county_b(COUNTY_B, line_up={"county-b:agg-2": 1_025}) == {"county-b"}


def test_one_line_proves_nothing() -> None:
    known = Evidence({"a1": 995}, {"a1:county-a": 1_000}, {}, frozenset(), {}, {"a1": 990}, 30)
    assert decide(small_network(), known).dark["a1"] == {link_root("a1:county-a")}


HOLD = Hold(since=100, fresh_from=100, until=200)
DOORS = (Neighbour("l1", "p1"), Neighbour("l2", "p2"))


def settled(looks: Looks, *, cut: set[str] | None = None, now: int = 150, hold: Hold = HOLD) -> bool:
    return is_settled("x", hold, DOORS, looks, cut or set(), now)


def test_a_door_that_answered_since_it_was_asked_settles_it() -> None:
    assert settled(Looks({"p1": 100}, {}))
    assert not settled(Looks({"p1": 99}, {}))


def test_a_door_behind_a_cut_link_proves_no_path_so_the_other_is_waited_for() -> None:
    assert not settled(Looks({"p1": 120}, {}), cut={"l1"})
    assert settled(Looks({"p1": 120}, {"p2": 50}), cut={"l1"})


def test_when_all_doors_miss_it_is_settled() -> None:
    assert not settled(Looks({}, {"p1": 10}))
    assert settled(Looks({}, {"p1": 10, "p2": 20}))


def test_the_hold_never_lasts_longer_than_it_may() -> None:
    assert settled(Looks({}, {}), now=200)


def test_a_clock_that_was_set_back_ends_the_hold() -> None:
    assert settled(Looks({}, {}), now=50)


def test_when_a_path_came_back_the_device_itself_is_looked_at_again_first() -> None:
    recheck = Hold(90, 100, 200, recheck=True)
    assert not settled(Looks({"p1": 120}, {"x": 90}), hold=recheck)
    assert settled(Looks({"p1": 120}, {"x": 110}), hold=recheck)
