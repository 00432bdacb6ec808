"""The table of an incident's life: every pair is either listed or refused with one sentence."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.incidents.states import TRANSITIONS, IncidentEvent, IncidentState, after
from foundation.problems import OperatorError

PAIRS = list(product(IncidentState, IncidentEvent))


@pytest.mark.parametrize(("state", "event"), PAIRS)
def test_every_pair_leads_somewhere_or_is_refused_in_one_sentence(state: IncidentState, event: IncidentEvent) -> None:
    if (state, event) in TRANSITIONS:
        assert after(state, event, "YN1124-0001") is TRANSITIONS[state, event]
    else:
        with pytest.raises(OperatorError, match=r"事件 YN1124-0001 .+。$"):
            after(state, event, "YN1124-0001")


def test_only_people_or_the_approved_rule_close() -> None:
    closing = {event for (state, event), to in TRANSITIONS.items() if to is IncidentState.CLOSED is not state}
    assert closing == {IncidentEvent.CLOSE, IncidentEvent.EXPIRE}


def test_only_the_engine_recovers_and_relapses() -> None:
    recovering = {
        event for (state, event), to in TRANSITIONS.items() if to is IncidentState.RECOVERED and state is not to
    }
    assert recovering == {IncidentEvent.RECOVER}


def test_what_nobody_acknowledged_can_not_be_closed_while_it_is_open() -> None:
    assert (IncidentState.OPEN, IncidentEvent.CLOSE) not in TRANSITIONS


@given(st.lists(st.sampled_from(IncidentEvent), max_size=40))
def test_whatever_happens_a_closed_incident_stays_closed(events: list[IncidentEvent]) -> None:
    state = IncidentState.OPEN
    closed = False
    for event in events:
        try:
            state = after(state, event, "YN1124-0001")
        except OperatorError:
            continue
        assert not closed or state is IncidentState.CLOSED
        closed = state is IncidentState.CLOSED


def test_every_state_can_be_reached_and_left_towards_closed() -> None:
    """No state is a trap: from each one a chain of events leads to closed."""
    good = {IncidentState.CLOSED}
    while True:
        more = {state for (state, _), to in TRANSITIONS.items() if to in good} - good
        if not more:
            break
        good |= more
    assert good == set(IncidentState)
    assert {IncidentState.OPEN, *TRANSITIONS.values()} == set(IncidentState)
