"""The timeline's table: written in bulk, read clipped to a window."""

import pytest
from sqlalchemy import event

from alerting.engine.restoring import restore
from alerting.timeline.heartbeat import alive_until, beat
from alerting.timeline.queries import Interval, current_states, intervals
from alerting.timeline.track import AGENCY, DEVICE, Track
from alerting.timeline.writer import write_intervals
from foundation.messages import State
from storage.records.database import Records
from topology.model import Inventory
from topology.network import Network


def known(records: Records) -> None:
    """up [100, 200), down [200, 300), up from 300 on."""
    track = Track(DEVICE, {})
    effects = track.begin(["a"], 100, "")
    for state, at in ((State.UP, 100), (State.DOWN, 200), (State.UP, 300)):
        effect = track.enter("a", state, at, cause="a" if state is State.DOWN else "")
        assert effect is not None
        effects.append(effect)
    with records.transaction() as session:
        write_intervals(session, effects)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 50, []),
        (0, 150, [(State.UP, 100, 150)]),
        (150, 250, [(State.UP, 150, 200), (State.DOWN, 200, 250)]),
        (200, 300, [(State.DOWN, 200, 300)]),
        (250, 900, [(State.DOWN, 250, 300), (State.UP, 300, 900)]),
    ],
)
def test_intervals_are_clipped_to_the_window(
    records: Records, start: int, end: int, expected: list[tuple[State, int, int]]
) -> None:
    known(records)
    with records.reading() as session:
        found = intervals(session, DEVICE, None, start, end)
    assert [(one.state, one.start, one.end) for one in found] == expected


def test_only_the_objects_asked_for_are_read(records: Records) -> None:
    known(records)
    with records.reading() as session:
        assert intervals(session, DEVICE, ["b"], 0, 900) == []
        assert intervals(session, DEVICE, [], 0, 900) == []
        assert intervals(session, AGENCY, ["a"], 0, 900) == []
        assert len(intervals(session, DEVICE, [f"x{number}" for number in range(1200)] + ["a"], 0, 900)) == 3


def test_the_current_state_has_no_end(records: Records) -> None:
    known(records)
    with records.reading() as session:
        assert current_states(session, DEVICE) == {"a": Interval(DEVICE, "a", State.UP, 300, None)}


@pytest.mark.slow
def test_thousands_of_changes_take_a_few_statements(records: Records) -> None:
    """Two thousand objects fail at once: no statement an object."""
    ids = [f"device-{number}" for number in range(2_000)]
    track = Track(DEVICE, {})
    with records.transaction() as session:
        write_intervals(session, track.begin(ids, 100, ""))
    effects = [effect for one in ids if (effect := track.enter(one, State.DOWN, 150, cause="core")) is not None]
    statements: list[str] = []

    def count(_c: object, _cursor: object, statement: str, _p: object, _x: object, _many: bool) -> None:
        statements.append(statement)

    event.listen(records.engine, "before_cursor_execute", count)
    with records.transaction() as session:
        write_intervals(session, effects)
    assert len(statements) <= 4
    with records.reading() as session:
        assert {one.state for one in current_states(session, DEVICE).values()} == {State.DOWN}


def test_a_change_after_the_last_heartbeat_is_a_sign_of_life(records: Records) -> None:
    with records.transaction() as session:
        assert alive_until(session) is None
        beat(session, 120)
    known(records)
    with records.transaction() as session:
        assert alive_until(session) == 300
        beat(session, 450)
        assert alive_until(session) == 450


def test_an_object_that_left_the_network_has_an_end_and_a_new_one_a_beginning(
    records: Records, network: Network
) -> None:
    inventory = network.inventory
    with records.transaction() as session:
        restore(session, network, 1_000)
        beat(session, 5_000)
    fewer = Network(
        Inventory(
            inventory.divisions,
            {key: agency for key, agency in inventory.agencies.items() if key != "agency-b2"},
            {key: device for key, device in inventory.devices.items() if key != "b2"},
            {key: link for key, link in inventory.links.items() if link.lower != "b2"},
            {},
        )
    )
    with records.transaction() as session:
        restored = restore(session, fewer, 9_000)
    assert "b2" not in restored.tracks.devices
    with records.transaction() as session:
        restore(session, network, 12_000)
        (gone, back) = intervals(session, DEVICE, ["b2"], 0, 20_000)
        assert intervals(session, AGENCY, ["agency-b2"], 0, 20_000)
    assert (gone.start, gone.end, back.start) == (1_000, 5_000, 12_000)
