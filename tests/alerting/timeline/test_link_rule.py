"""How a link's state follows from its ports and the devices at its ends."""

import pytest

from alerting.timeline.link_rule import SAME_FAILURE, End, Ports, link_standing
from foundation.clock import SECOND
from foundation.messages import State

NOON = 1_000_000_000
UP_PORTS = Ports(None, "", is_up=True, up_since=NOON)


def end(device: str, state: State = State.UP, at: int = NOON, *, cause: str = "", speaks: bool = True) -> End:
    return End(device, state, at, cause or (device if state is State.DOWN else ""), speaks)


def told(by: str, at: int) -> Ports:
    """A port says down."""
    return Ports(at, by, is_up=False, up_since=-1)


def test_both_ports_up_is_up_from_the_later_word_on() -> None:
    found = link_standing("l", end("u"), end("d", at=NOON + 5), UP_PORTS)
    assert (found.state, found.at) == (State.UP, NOON + 5)


def test_a_port_that_says_down_between_living_devices_is_the_lines_own_fault() -> None:
    found = link_standing("l", end("u"), end("d"), told("u", NOON + 7))
    assert (found.state, found.at, found.cause, found.evidence) == (State.DOWN, NOON + 7, "l", "u")


@pytest.mark.parametrize("later", [0, SAME_FAILURE - 1])
def test_a_device_that_dies_takes_its_line_with_it(later: int) -> None:
    dead = end("d", State.DOWN, NOON + later)
    found = link_standing("l", end("u"), dead, told("u", NOON))
    assert (found.state, found.at, found.cause) == (State.UNREACHABLE, NOON + later, "d")


def test_a_line_that_was_cut_long_before_its_device_died_stays_down() -> None:
    dead = end("d", State.DOWN, NOON + SAME_FAILURE + SECOND)
    assert link_standing("l", end("u"), dead, told("u", NOON)).state is State.DOWN


def test_a_line_behind_a_failure_is_unreachable_by_its_cause() -> None:
    cut_off = [end(name, State.UNREACHABLE, NOON, cause="core-1") for name in ("u", "d")]
    found = link_standing("l", cut_off[0], cut_off[1], UP_PORTS)
    assert (found.state, found.cause) == (State.UNREACHABLE, "core-1")


def test_a_device_that_this_very_line_cuts_off_makes_the_line_down() -> None:
    assert link_standing("l", end("u"), end("d", State.UNREACHABLE, cause="l"), UP_PORTS).state is State.DOWN


@pytest.mark.parametrize("other", [State.UP, State.UNKNOWN])
def test_an_end_that_nobody_looks_at_is_never_green(other: State) -> None:
    assert link_standing("l", end("u", State.UNKNOWN), end("d", other), UP_PORTS).state is State.UNKNOWN


def test_the_last_word_of_a_device_that_nobody_looks_at_says_nothing() -> None:
    found = link_standing("l", end("u", State.UNKNOWN), end("d", State.UNKNOWN), told("u", NOON))
    assert found.state is State.UNKNOWN


def test_agents_that_tell_nothing_leave_a_line_unknown() -> None:
    silent = [end(name, speaks=False) for name in ("u", "d")]
    assert link_standing("l", silent[0], silent[1], UP_PORTS).state is State.UNKNOWN
    assert link_standing("l", silent[0], silent[1], told("d", NOON)).state is State.UNKNOWN
    assert link_standing("l", silent[0], end("d"), UP_PORTS).state is State.UP


def test_no_word_of_the_ports_is_unknown() -> None:
    assert link_standing("l", end("u"), end("d"), Ports(None, "", is_up=False, up_since=-1)).state is State.UNKNOWN


def test_an_alert_on_a_port_degrades_a_line_that_carries() -> None:
    loaded = Ports(None, "", is_up=True, up_since=NOON, alert="interface-utilisation", alert_at=NOON + 60)
    found = link_standing("l", end("u"), end("d"), loaded)
    assert (found.state, found.at, found.evidence) == (State.DEGRADED, NOON + 60, "interface-utilisation")
