"""How the states of sites and private networks follow from those of their parts."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.timeline.network_rule import Members, network_state
from alerting.timeline.site_rule import Part, site_cause, site_state
from alerting.timeline.sites import sites
from foundation.messages import State
from topology.network import Network

U, G, D, R, M, N = State.UP, State.DEGRADED, State.DOWN, State.UNREACHABLE, State.MAINTENANCE, State.UNKNOWN


@pytest.mark.parametrize(
    ("routers", "uplinks", "expected"),
    [
        ([U, U], [U, U], U),
        ([U, G], [U], U),
        ([U], [U, D], G),
        ([U], [U, M], G),
        ([U, D], [U], G),
        ([U, N], [U], N),
        ([U, N], [D], G),
        ([U], [N], U),
        ([D], [U], D),
        ([D, R], [U], D),
        ([R, R], [D], R),
        ([D, M], [], M),
        ([D, N], [], N),
        ([N], [U], N),
    ],
)
def test_a_site_serves_while_a_router_does(routers: list[State], uplinks: list[State], expected: State) -> None:
    assert site_state([Part(one) for one in routers], [Part(one) for one in uplinks]) is expected


def test_a_site_keeps_its_cause_as_long_as_it_is_true() -> None:
    parts = [Part(State.DOWN, "r1"), Part(State.UNREACHABLE, "l1"), Part(State.UP)]
    assert site_cause(parts, "l1") == "l1"
    assert site_cause(parts, "gone") == "r1"
    assert site_cause([Part(State.UP)], "r1") == ""


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([U, U, G], U),
        ([U, D], G),
        ([U, M], G),
        ([U, N], N),
        ([U, N, R], G),
        ([R, R], R),
        ([R, D], D),
        ([R, N], N),
        ([M, D], M),
        ([], N),
    ],
)
def test_a_private_network_serves_while_a_member_is_served(members: list[State], expected: State) -> None:
    assert network_state(Counter(members)) is expected


@given(st.lists(st.sampled_from(State), max_size=8), st.lists(st.sampled_from(State), max_size=4))
def test_nothing_is_green_while_part_of_it_is_unknown_or_lost(states: list[State], uplinks: list[State]) -> None:
    network = network_state(Counter(states))
    site = site_state([Part(one) for one in states], [Part(one) for one in uplinks])
    if not states or any(state is State.UNKNOWN or state.is_lost for state in states):
        assert network is not State.UP
        assert site is not State.UP
    if State.UNKNOWN in states:
        assert not network.is_lost
        assert not site.is_lost


PARTS = st.tuples(st.sampled_from(State), st.sampled_from(["r1", "r2", "l1"]))


@given(st.lists(PARTS, max_size=8), st.data())
def test_members_that_come_and_go_leave_what_counting_afresh_gives(
    parts: list[tuple[State, str]], data: st.DataObject
) -> None:
    members = Members()
    for state, cause in parts:
        members.add(state, cause)
    gone = data.draw(st.lists(st.sampled_from(parts), unique=True, max_size=len(parts)) if parts else st.just([]))
    left = list(parts)
    for one in gone:
        members.remove(*one)
        left.remove(one)
    assert +members.counts == Counter(state for state, _ in left)
    causes = {cause for state, cause in left if state.is_lost}
    assert (members.cause("") in causes) if causes else members.cause("") == ""
    assert all(members.cause(cause) == cause for cause in causes)


def test_sites_are_the_routers_of_each_centre_with_their_uplinks(network: Network) -> None:
    found = sites(network)
    assert list(found) == ["530000", "530600", "530627", "530628"]
    assert found["530600"].routers == ("agg-1", "agg-2")
    assert set(found["530600"].uplinks) == {"agg-1:core-1", "agg-1:core-2", "agg-2:core-1", "agg-2:core-2"}
    assert found["530000"].uplinks == ()
    assert found["530628"].uplinks == ("county-b:agg-2", "county-b:county-a")
