"""The table of alert states: complete, closed, and an error for what can't happen."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.alerts.states import TRANSITIONS, AlertState, Event, ImpossibleTransitionError, Step, step

OPEN = (AlertState.FIRING, AlertState.SUPPRESSED)


@pytest.mark.parametrize(("pair", "expected"), list(TRANSITIONS.items()))
def test_each_listed_pair_leads_where_the_table_says(
    pair: tuple[AlertState, Event], expected: tuple[AlertState, Step]
) -> None:
    assert step(*pair) == expected


@pytest.mark.parametrize("pair", [pair for pair in product(AlertState, Event) if pair not in TRANSITIONS])
def test_each_unlisted_pair_is_an_error(pair: tuple[AlertState, Event]) -> None:
    with pytest.raises(ImpossibleTransitionError):
        step(*pair)


def test_only_calm_data_or_a_removed_rule_closes_an_open_alert() -> None:
    closing = {event for (state, event), (after, _) in TRANSITIONS.items() if state in OPEN and after not in OPEN}
    assert closing == {Event.CALM, Event.RETIRED}


def test_every_closing_is_told_and_every_way_to_firing_is_told() -> None:
    for (state, _), (after, done) in TRANSITIONS.items():
        if state in OPEN and after is AlertState.NONE:
            assert done is Step.CLEAR
        if state is not AlertState.FIRING and after is AlertState.FIRING:
            assert done in (Step.RAISE, Step.RELEASE)


@given(st.lists(st.sampled_from([Event.SEEN, Event.DUE, Event.CALM, Event.EXPLAINED])))
def test_whatever_judging_finds_an_alert_can_meet_it(events: list[Event]) -> None:
    state = AlertState.NONE
    for event in events:
        state, _ = step(state, event)
        assert state is not AlertState.CLEARED
