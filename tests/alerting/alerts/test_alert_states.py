"""The table of alert states: complete, closed, and an error for what can't happen."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.alerts.state_page import state_page
from alerting.alerts.states import OPEN, OVER, TRANSITIONS, AlertState, Event, ImpossibleTransitionError, Step, step
from alerting.alerts.suppression import Reason, reason_of

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(("pair", "expected"), list(TRANSITIONS.items()))
def test_each_listed_pair_leads_where_the_table_says(
    pair: tuple[AlertState, Event], expected: tuple[AlertState, Step]
) -> None:
    assert step(*pair) == expected


@pytest.mark.parametrize("pair", [pair for pair in product(AlertState, Event) if pair not in TRANSITIONS])
def test_each_unlisted_pair_is_an_error(pair: tuple[AlertState, Event]) -> None:
    with pytest.raises(ImpossibleTransitionError):
        step(*pair)


def test_only_calm_data_or_a_removed_rule_ends_an_open_alert() -> None:
    ending = {event for (state, event), (after, _) in TRANSITIONS.items() if state in OPEN and after not in OPEN}
    assert ending == {Event.CALM, Event.CALM_UNTOLD, Event.STEADY_CALM, Event.RETIRED}


def test_no_data_ends_nothing_and_calls_nobody() -> None:
    for (state, event), (after, done) in TRANSITIONS.items():
        if event is Event.BLANK:
            assert after is state or (state in OPEN and after is AlertState.NO_DATA)
            assert done in (Step.NOTHING, Step.WAIT, Step.LOSE_SIGHT)
        if state is AlertState.NO_DATA:
            assert done not in (Step.RAISE, Step.RAISE_FLAPPING, Step.RELEASE)


def test_every_end_is_told_and_every_way_to_firing_is_told() -> None:
    for (state, _), (after, done) in TRANSITIONS.items():
        if state in OPEN and after in OVER:
            assert done is Step.CLEAR
        if state is not AlertState.FIRING and after is AlertState.FIRING:
            assert done in (Step.RAISE, Step.RELEASE, Step.SETTLE, Step.REGAIN_SIGHT)


def test_what_is_over_never_opens_again() -> None:
    assert all(after in OVER for (state, _), (after, _) in TRANSITIONS.items() if state in OVER)


def test_every_state_and_every_event_stands_in_the_table() -> None:
    assert {state for state, _ in TRANSITIONS} == set(AlertState)
    assert {event for _, event in TRANSITIONS} == set(Event)
    assert {done for _, done in TRANSITIONS.values()} == set(Step)


FOUND = [Event.SEEN, Event.DUE, Event.CALM, Event.BLANK, Event.EXPLAINED]


@given(st.lists(st.sampled_from(FOUND)))
def test_whatever_judging_finds_an_alert_can_meet_it(events: list[Event]) -> None:
    state = AlertState.NONE
    for event in events:
        state, done = step(state, event)
        assert (state in OVER) is (done is Step.CLEAR)
        if state in OVER:
            state = AlertState.NONE  # for judging there is no alert any more


@given(st.lists(st.sampled_from([Event.RECURRED, Event.ACKNOWLEDGED, Event.LATE_CLEAR])))
def test_what_is_over_meets_every_late_word_of_its_state(events: list[Event]) -> None:
    state = AlertState.CLEARED_UNACKNOWLEDGED
    for event in events:
        if (state, event) in TRANSITIONS:
            state, _ = step(state, event)
    assert (state is AlertState.CLOSED) is any(event is not Event.LATE_CLEAR for event in events)


def test_the_page_of_states_is_current() -> None:
    assert (ROOT / "docs/states.md").read_text() == state_page(), "write it: yunwei rules states > docs/states.md"


def test_the_page_names_every_state_event_and_step() -> None:
    page = state_page()
    for name in (*AlertState, *Event):
        assert f"| `{name}` |" in page
    for done in Step:
        assert f"| {done} |" in page


@pytest.mark.parametrize(
    ("by", "reason"),
    [
        ("", None),
        ("maintenance:12", Reason.MAINTENANCE),
        ("device:a1", Reason.PARENT),
        ("area:530627", Reason.PARENT),
        ("neighbour:core-1/bgp/10.0.0.1", Reason.INHIBITION),
        ("inhibition:link-down/a1:county-a", Reason.INHIBITION),
    ],
)
def test_each_cause_stands_for_a_reason(by: str, reason: Reason | None) -> None:
    assert reason_of(by) is reason
