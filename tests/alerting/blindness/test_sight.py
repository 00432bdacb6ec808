"""What tells a blind collector: plain instants."""

from alerting.blindness.sight import RACE, Blindness, Sight, View
from foundation.clock import SECOND
from foundation.messages import Gateway

HOPS = frozenset({"core-1", "core-2"})
AT = 1_000_000


def sight(hops: frozenset[str] = HOPS) -> Sight:
    found = Sight(hops, patience=8 * SECOND, together=30 * SECOND)
    found.answer(AT - 1)
    return found


def test_all_first_hops_at_once_are_blindness_since_the_first() -> None:
    found = sight()
    missing = {"core-1": AT, "core-2": AT + 9 * SECOND}
    assert found.look(missing, missing, AT + 15 * SECOND) is View.BLIND
    assert found.blindness == Blindness(AT, gateway=False)


def test_a_look_answered_just_before_the_line_was_lost_proves_nothing() -> None:
    missing = {"core-1": AT, "core-2": AT}
    found = sight()
    found.answer(AT + RACE)
    assert found.look(missing, missing, AT + 6 * SECOND) is View.BLIND
    found = sight()
    found.answer(AT + RACE + 1)
    assert found.look(missing, missing, AT + 6 * SECOND) is View.SEES


def test_a_single_first_hop_is_down_and_not_blindness() -> None:
    found = sight(frozenset({"core"}))
    missing = {"core": AT}
    assert found.look(missing, missing, AT + 6 * SECOND) is View.OPEN
    assert found.look(missing, missing, AT + 14 * SECOND) is View.SEES


def test_the_question_stays_open_for_a_bounded_time_from_the_first_miss_and_from_a_first_hops() -> None:
    found = sight()
    edge = {"a1": AT}
    assert found.look(edge, edge, AT + 6 * SECOND) is View.OPEN
    assert found.look(edge, edge, AT + 13 * SECOND) is View.OPEN
    more = {**edge, "core-1": AT + 7 * SECOND}
    assert found.look(more, more, AT + 13_500) is View.OPEN
    assert found.look(more, more, AT + 21 * SECOND) is View.OPEN
    assert found.look(more, more, AT + 22 * SECOND) is View.SEES


def test_a_single_answer_closes_the_question() -> None:
    found = sight()
    edge = {"a1": AT}
    assert found.look(edge, edge, AT + 6 * SECOND) is View.OPEN
    found.answer(AT + SECOND)
    assert found.look(edge, edge, AT + 6 * SECOND) is View.SEES


def test_a_gateway_that_answers_closes_the_question_too() -> None:
    found = sight()
    found.hear(Gateway(answers=True, since=0, at=AT + 5 * SECOND))
    missing = {"core-1": AT, "core-2": AT}
    assert found.look(missing, missing, AT + 6 * SECOND) is View.SEES


def test_without_the_gateway_nothing_is_seen_until_something_answers() -> None:
    found = sight()
    found.hear(Gateway(answers=False, since=AT, at=AT - SECOND))
    assert found.look({}, {}, AT + 4 * SECOND) is View.SEES, "nothing misses yet"
    missing = {"a1": AT}
    assert found.look(missing, missing, AT + 6 * SECOND) is View.BLIND
    assert found.blindness == Blindness(AT, gateway=True)
    found.answer(AT + 90 * SECOND)
    assert found.look({}, {}, AT + 90 * SECOND) is View.SEES
    assert found.back_at == AT + 90 * SECOND


def test_a_gateway_that_is_back_ends_it_though_no_device_answers() -> None:
    found = sight()
    found.hear(Gateway(answers=False, since=AT, at=AT - SECOND))
    missing = {"core-1": AT, "core-2": AT}
    assert found.look(missing, missing, AT + 6 * SECOND) is View.BLIND
    found.hear(Gateway(answers=True, since=AT + 60 * SECOND, at=AT + 60 * SECOND))
    assert found.look(missing, {}, AT + 60 * SECOND) is View.SEES


def test_a_clock_set_back_makes_no_old_answer_count() -> None:
    found = sight()
    found.answer(AT + 3_600 * SECOND)
    found.look({}, {}, AT)
    missing = {"core-1": AT + SECOND, "core-2": AT + SECOND}
    assert found.look(missing, missing, AT + 7 * SECOND) is View.BLIND
