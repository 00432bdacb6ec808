"""The live picture: what is loaded, what is told, and that both come to the same."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from alerting.incidents.actions import acknowledge
from alerting.timeline.tables import IntervalRow
from dashboard.live.board import tally
from dashboard.live.cards import ticker, unrecovered
from dashboard.live.codes import Code
from dashboard.live.state import BLIND_AFTER, LiveState
from dashboard.services import Services
from foundation.calendar import parse
from foundation.clock import HOUR, MINUTE, SECOND, SteppedClock
from foundation.messages import CollectorBeat, DegradedChange, IncidentChange, Message, State, StateChange
from storage.records.base import Base
from storage.records.database import Records
from tests.dashboard.happenings import device_goes_down, device_recovers, enter
from tests.networks import small_network
from topology.network import Network

NOON = parse("2026-11-24 12:00:00")


def beat(clock: SteppedClock) -> CollectorBeat:
    return CollectorBeat(clock.now(), 12, 0, 0.0, 0)


def seeing(network: Network, clock: SteppedClock) -> LiveState:
    live = LiveState(network, clock)
    live.apply([beat(clock)])
    return live


def down(agency: str, at: int) -> StateChange:
    return StateChange("agency", f"agency-{agency}", State.DOWN, at, agency)


def test_before_anything_is_known_every_agency_is_unknown(network: Network, clock: SteppedClock) -> None:
    picture = seeing(network, clock).picture()
    assert picture.cells == "nnnnnn"
    assert picture.counts["unknown"] == 6


def test_a_state_change_moves_exactly_its_cell_and_the_version(network: Network, clock: SteppedClock) -> None:
    live = seeing(network, clock)
    before = live.version
    live.apply([down("a2", clock.now())])
    assert live.picture().cells == "ndnnnn"
    assert live.changes(before).cells == [(1, Code.DOWN)]
    assert live.changes(live.version).cells == []


def test_nodes_are_the_routers_without_an_agency(network: Network, clock: SteppedClock) -> None:
    live = seeing(network, clock)
    live.apply([StateChange("device", "county-a", State.DOWN, clock.now(), "county-a")])
    live.apply([StateChange("device", "a1", State.DOWN, clock.now(), "a1")])
    assert live.picture().nodes == "nnnndn"


def test_an_agency_is_degraded_only_while_it_is_up(network: Network, clock: SteppedClock) -> None:
    live = seeing(network, clock)
    now = clock.now()
    live.apply([StateChange("agency", "agency-a1", State.UP, now), DegradedChange("a1", True, now)])
    assert live.picture().cells[0] == "g"
    live.apply([down("a1", now)])
    assert live.picture().cells[0] == "d"
    live.apply([StateChange("agency", "agency-a1", State.UP, now)])
    assert live.picture().cells[0] == "g"
    live.apply([DegradedChange("a1", False, now)])
    assert live.picture().cells[0] == "u"


def test_what_is_not_in_the_network_is_ignored(network: Network, clock: SteppedClock) -> None:
    live = seeing(network, clock)
    version = live.version
    live.apply([down("gone", clock.now()), StateChange("device", "gone", State.UP, clock.now())])
    live.apply([DegradedChange("gone", True, clock.now())])
    assert live.version == version


def test_a_silent_collector_makes_everything_unknown_and_its_return_brings_it_back(
    network: Network, clock: SteppedClock
) -> None:
    live = seeing(network, clock)
    live.apply([down("a1", clock.now())])
    clock.advance(BLIND_AFTER)
    assert live.picture().cells == "dnnnnn"
    clock.advance(1)
    picture = live.picture()
    assert picture.blind
    assert picture.cells == "nnnnnn"
    assert picture.nodes == "n" * 6
    assert picture.counts["unknown"] == 6
    live.apply([beat(clock)])
    assert live.picture().cells == "dnnnnn"


def test_acknowledging_the_incident_of_a_device_marks_its_cell(house: Services, clock: SteppedClock) -> None:
    live, now = house.live, clock.now()
    device_goes_down(house, "a1", now)
    live.apply([down("a1", now)])
    live.refresh()
    assert live.picture().cells[0] == "d"
    version, opened, _ = live.incidents()
    assert [incident.device for incident in opened] == ["a1"]

    with house.records.transaction() as session:
        messages = acknowledge(session, opened[0].id, "李敏", now, source="test")
    live.apply(messages)
    live.refresh()
    assert live.picture().cells[0] == "a"
    assert live.picture().counts["down"] == live.picture().counts["acknowledged"] == 1
    assert live.incidents()[0] > version


def test_incidents_are_read_again_only_after_a_change(house: Services, clock: SteppedClock) -> None:
    live = house.live
    version, _, _ = live.incidents()
    live.refresh()
    assert live.incidents()[0] == version
    device_goes_down(house, "a1", clock.now())
    live.refresh()
    assert live.incidents()[0] == version + 1


def test_a_recovered_incident_leaves_the_wall_but_not_the_list(house: Services, clock: SteppedClock) -> None:
    device_goes_down(house, "a1", clock.now())
    device_recovers(house, "a1", clock.advance(10 * MINUTE))
    house.live.refresh()
    _, opened, recent = house.live.incidents()
    assert len(opened) == 1
    assert unrecovered(opened) == []
    told = [(kind, lasted) for _, kind, _, _, lasted in ticker(house.network, recent, "zh")]
    assert told == [("recovered", 10 * MINUTE), ("opened", 0)]


def test_messages_that_come_while_the_records_are_read_are_not_lost(
    network: Network, clock: SteppedClock, records: Records, tmp_path: Path
) -> None:
    live = seeing(network, clock)
    _record(records, "agency-b1", State.UP, clock.now())

    class Late(Records):
        """Its read is from before a change that arrives at that very moment."""

        @contextmanager
        def reading(self) -> Iterator[Session]:
            with records.reading() as session:
                yield session
                live.apply([down("b1", clock.now())])

    live.load(Late(f"sqlite:///{tmp_path / 'late.sqlite'}"))
    assert live.picture().cells[3] == "d"


def test_today_counts_down_and_cut_off_time_but_not_maintenance(house: Services) -> None:
    clock = SteppedClock(NOON)
    for position, agency in enumerate(house.network.agencies):
        enter(house, "agency", agency, State.UP, NOON - 24 * HOUR - position)
    enter(house, "agency", "agency-a1", State.DOWN, NOON - 2 * HOUR, "a1")
    enter(house, "agency", "agency-a1", State.UP, NOON - HOUR)
    enter(house, "agency", "agency-b1", State.UNREACHABLE, NOON - HOUR, "county-b")
    enter(house, "agency", "agency-b2", State.MAINTENANCE, NOON - 6 * HOUR)
    live = LiveState(house.network, clock)
    live.load(house.records)
    whole, (prefecture,) = live.day()
    due = 6 * 12 - 6
    assert whole.availability == prefecture.availability == (due - 2) / due
    assert prefecture.strip == "0" * 20 + "2222" + "." * 24


def test_at_midnight_the_day_begins_anew_with_the_states_as_they_are(network: Network) -> None:
    clock = SteppedClock(NOON + 12 * HOUR - MINUTE)
    live = LiveState(network, clock)
    for agency in network.agencies:
        live.apply([StateChange("agency", agency, State.UP, clock.now())])
    live.apply([down("a1", clock.now())])
    clock.advance(MINUTE + 30 * MINUTE)
    whole, _ = live.day()
    assert whole.availability == 5 / 6
    assert whole.strip == "2" + "." * 47


def test_waiting_ends_at_news_and_when_the_platform_stops(network: Network, clock: SteppedClock) -> None:
    live = seeing(network, clock)
    live.apply([down("a1", clock.now())])
    live.wait(live.version - 1, 0, 60.0)
    live.apply([IncidentChange(1, clock.now())])
    live.wait(live.version, 0, 60.0)
    live.close()
    live.wait(live.version + 9, 9, 60.0)
    assert live.closed


AGENCIES = list(small_network().agencies.values())
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("state"), st.sampled_from(AGENCIES), st.sampled_from(list(State))),
        st.tuples(st.just("degraded"), st.sampled_from(AGENCIES), st.booleans()),
    ),
    max_size=30,
)


def _messages(changes: Sequence[tuple[str, object, object]], clock: SteppedClock) -> list[list[Message]]:
    batches: list[list[Message]] = []
    for kind, agency, value in changes:
        now = clock.advance(SECOND)
        assert hasattr(agency, "id")
        assert hasattr(agency, "device")
        if kind == "degraded":
            batches.append([DegradedChange(agency.device, bool(value), now)])
        else:
            state = State(str(value))
            batches.append(
                [
                    StateChange("device", agency.device, state, now, agency.device),
                    StateChange("agency", agency.id, state, now, agency.device),
                ]
            )
    return batches


@given(CHANGES, st.lists(st.integers(0, 5), max_size=30))
def test_a_wall_that_applies_all_deltas_shows_what_a_fresh_snapshot_shows(
    changes: list[tuple[str, object, object]], pauses: list[int]
) -> None:
    clock = SteppedClock(NOON)
    live = seeing(small_network(), clock)
    start = live.picture()
    cells, nodes, version = list(start.cells), list(start.nodes), start.version
    for position, batch in enumerate(_messages(changes, clock)):
        live.apply(batch)
        if position < len(pauses) and pauses[position]:
            continue
        delta = live.changes(version)
        for at, code in delta.cells:
            cells[at] = code
        for at, code in delta.nodes:
            nodes[at] = code
        version = delta.version
    delta = live.changes(version)
    for at, code in delta.cells:
        cells[at] = code
    live.apply([beat(clock)])
    end = live.picture()
    assert "".join(cells) == end.cells
    assert "".join(nodes) == end.nodes
    assert delta.counts == end.counts == tally([Code(code) for code in end.cells])


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(AGENCIES), st.sampled_from(list(State))), max_size=12))
def test_what_is_told_by_messages_is_what_is_loaded_from_the_records(changes: list[tuple[object, State]]) -> None:
    clock = SteppedClock(NOON)
    network = small_network()
    told = LiveState(network, clock)
    with TemporaryDirectory() as directory:
        records = Records(f"sqlite:///{Path(directory) / 'records.sqlite'}")
        Base.metadata.create_all(records.engine)
        for agency, state in changes:
            now = clock.advance(7 * MINUTE)
            assert hasattr(agency, "id")
            _record(records, agency.id, state, now)
            told.apply([StateChange("agency", agency.id, state, now)])
        clock.advance(7 * MINUTE)
        loaded = LiveState(network, clock)
        loaded.load(records)
        records.close()
    for live in (told, loaded):
        live.apply([beat(clock)])
    assert loaded.picture().cells == told.picture().cells
    assert loaded.day() == told.day()


def _record(records: Records, agency: str, state: State, at: int) -> None:
    with records.transaction() as session:
        for row in session.query(IntervalRow).filter_by(object_id=agency, ended_at=None):
            row.ended_at = at
        session.flush()
        session.add(
            IntervalRow(
                kind="agency", object_id=agency, state=state.value, started_at=at, ended_at=None, cause="", evidence=""
            )
        )
