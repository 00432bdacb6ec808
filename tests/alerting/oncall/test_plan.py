"""The order of calls: up the ranks within a centre, and up the centres, at once."""

from hypothesis import given
from hypothesis import strategies as st

from alerting.oncall.duty import DutyRole
from alerting.oncall.plan import Call, centres_above, plan
from foundation.clock import MINUTE
from topology.network import Network


def shown(centres: list[str], after: list[int], *, call_leader: bool) -> list[tuple[int, list[str]]]:
    """The plan as (minutes, calls)."""
    steps = plan(centres, after, call_leader=call_leader)
    return [(step.after // MINUTE, [str(call) for call in step.calls]) for step in steps]


def test_a_grave_fault_in_a_county_reaches_the_provinces_leader_after_15_minutes() -> None:
    assert shown(["c", "p", "y"], [5 * MINUTE, 10 * MINUTE, 15 * MINUTE], call_leader=True) == [
        (0, ["c:operator", "c:leader"]),
        (5, ["c:leader", "p:operator"]),
        (10, ["c:director", "p:leader", "y:operator"]),
        (15, ["p:director", "y:leader"]),
    ]


def test_a_minor_fault_in_a_county_reaches_the_province_after_an_hour() -> None:
    assert shown(["c", "p", "y"], [30 * MINUTE, 60 * MINUTE], call_leader=False) == [
        (0, ["c:operator"]),
        (30, ["c:leader", "p:operator"]),
        (60, ["c:director", "p:leader", "y:operator"]),
    ]


def test_at_the_province_there_is_nobody_above_so_the_plan_ends_with_its_director() -> None:
    assert shown(["y"], [5 * MINUTE, 10 * MINUTE, 15 * MINUTE], call_leader=True) == [
        (0, ["y:operator", "y:leader"]),
        (5, ["y:leader"]),
        (10, ["y:director"]),
    ]


def test_a_division_without_staff_begins_with_the_centre_above(network: Network) -> None:
    assert centres_above(network, "530627") == ("530627", "530600", "530000")
    assert centres_above(network, "530628") == ("530600", "530000")
    assert centres_above(network, "530000") == ("530000",)


@given(st.integers(1, 4), st.lists(st.integers(1, 10**7), max_size=8, unique=True), st.booleans())
def test_every_plan_calls_somebody_at_once_and_never_a_step_without_calls(
    centres: int, after: list[int], call_leader: bool
) -> None:
    steps = plan([f"c{number}" for number in range(centres)], sorted(after), call_leader=call_leader)
    assert (steps[0].number, steps[0].after) == (0, 0)
    assert all(step.calls for step in steps)
    calls = [call for step in steps[1:] for call in step.calls]
    assert len(calls) == len(set(calls)), "after the first step nobody is called twice in the same role"


def test_a_call_is_kept_as_text_and_read_back() -> None:
    for role in DutyRole:
        call = Call("530627", role)
        assert Call.parse(str(call)) == call
