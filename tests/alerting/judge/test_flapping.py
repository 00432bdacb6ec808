"""What comes and goes: entering and leaving flapping are told once, and a restart forgets nothing."""

import pytest

from alerting.alerts.queries import AlertView
from alerting.alerts.states import AlertState
from alerting.incidents import queries
from alerting.incidents.telling import flaps_of
from alerting.notify.claims import Outcome, claim, settle
from alerting.notify.queries import recent_messages
from alerting.notify.settings import NotifySettings
from foundation.clock import HOUR, MINUTE, SECOND, SteppedClock
from foundation.messages import State
from storage.records.database import Records
from tests.alerting.acting_bench import act_on_changes
from tests.alerting.bench import Bench, tiles
from topology.network import Network

pytestmark = pytest.mark.slow

LINK = "county-b:agg-2"


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    return Bench(network, records, clock)


@pytest.fixture
def acting(network: Network, records: Records, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench whose changes are acted on."""
    act_on_changes(network, monkeypatch)
    return Bench(network, records, clock)


def send(bench: Bench) -> None:
    """What the notifier does: everything that is due leaves."""
    now, settings = bench.clock.now(), NotifySettings()
    for channel in ("sms", "email"):
        with bench.records.transaction() as session:
            for message in claim(session, channel, now, limit=100, lease=60 * SECOND, settings=settings):
                settle(session, message, Outcome("x"), now, settings)


def flap(bench: Bench, times: int, *, down: int = 20, up: int = 20, sends: bool = False) -> None:
    """Let a line go and come."""
    for _ in range(times):
        for cut, seconds in (({LINK}, down), (set(), up)):
            bench.cut = cut
            bench.run(seconds, every=10)
            if sends:
                send(bench)


def alert(bench: Bench) -> AlertView:
    return bench.alerts()["link-down", LINK]


def test_the_sixth_time_is_told_as_flapping_and_from_then_on_nothing_is(bench: Bench) -> None:
    flap(bench, 5)
    assert [kind for kind, _, _ in bench.told()] == ["raised", "cleared"] * 5
    flap(bench, 5)
    assert [kind for kind, _, _ in bench.told()] == ["raised", *["updated"] * 9]
    assert (alert(bench).state, alert(bench).flaps) == (AlertState.FLAPPING, 10)


def test_messages_tell_since_when_it_flaps_and_a_restart_forgets_it_not(acting: Bench) -> None:
    acting.cut = {LINK}
    acting.run(30)
    acting.cut = set()
    acting.run(40 * 60, every=60)
    began = acting.clock.now()
    flap(acting, 8)
    again = acting.again(settled=True)
    flap(again, 2)
    with again.records.reading() as session:
        (found,) = queries.recent_incidents(session)
        flaps, since = flaps_of(session, found.id)
    assert flaps == 10
    assert since is not None
    assert found.started_at < began - 30 * MINUTE
    assert began <= since <= began + 20 * SECOND


def test_flapping_that_ceases_while_it_is_well_is_over_once(bench: Bench) -> None:
    flap(bench, 8)
    bench.told()
    bench.run(40 * 60, every=30)
    assert [kind for kind, _, _ in bench.told()] == ["cleared"]
    assert bench.alerts() == {}


def test_flapping_that_ends_in_a_lasting_failure_fires_like_any_other(bench: Bench) -> None:
    flap(bench, 8)
    bench.cut = {LINK}
    bench.run(40 * 60, every=30)
    assert alert(bench).state is AlertState.FIRING
    bench.told()
    bench.cut = set()
    bench.run(20)
    assert [kind for kind, rule, _ in bench.told() if rule == "link-down"] == ["cleared"]


def test_a_restart_in_the_middle_forgets_no_flapping_and_tells_nothing_again(bench: Bench) -> None:
    flap(bench, 8)
    assert alert(bench).state is AlertState.FLAPPING
    again = bench.again(settled=True)
    assert [kind for kind, _, _ in again.told() if kind in ("raised", "cleared")] == []
    flap(again, 3)
    assert [kind for kind, _, _ in again.told() if kind in ("raised", "cleared")] == []
    assert alert(again).state is AlertState.FLAPPING
    again.run(40 * 60, every=30)
    assert [kind for kind, _, _ in again.told() if kind in ("raised", "cleared")] == ["cleared"]


def test_a_restart_just_before_flapping_remembers_the_penalty(bench: Bench) -> None:
    flap(bench, 5)
    again = bench.again(settled=True)
    flap(again, 1)
    assert alert(again).state is AlertState.FLAPPING


def test_the_downtime_of_a_flapping_device_is_still_counted(bench: Bench) -> None:
    began = bench.clock.now()
    for _ in range(10):
        bench.dead = {"a1"}
        bench.run(30, every=5)
        bench.dead = set()
        bench.run(30, every=5)
    assert bench.alerts()["device-down", "a1"].state is AlertState.FLAPPING
    bench.run(10)
    found = [one for one in bench.timeline("a1") if one.start >= began]
    assert [one.state is State.DOWN for one in found] == [True, False] * 10
    assert sum((one.end or 0) - one.start for one in found if one.state is State.DOWN) == 10 * 30 * SECOND
    assert tiles(bench.timeline("agency-a1", "agency"), bench.clock.now())


def test_while_a_flapping_device_answers_it_cuts_nobody_off(acting: Bench) -> None:
    for _ in range(8):
        acting.dead = {"county-a"}
        acting.run(20, every=5)
        acting.dead = set()
        acting.run(20, every=5)
    with acting.records.reading() as session:
        (found,) = queries.recent_incidents(session)
    assert (found.state, found.agencies, found.most_agencies) == ("open", 0, 3)


def test_an_hours_flapping_line_is_one_incident_and_two_messages(acting: Bench) -> None:
    flap(acting, 90, sends=True)
    for _ in range(40):
        acting.run(MINUTE // SECOND, every=30)
        send(acting)
    with acting.records.reading() as session:
        (found,) = queries.recent_incidents(session)
        texts = [one for one in reversed(recent_messages(session, 1000)) if one.channel == "sms" and one.sent_at]
        kinds = [entry.kind for entry in queries.timeline(session, found.id)]
    assert found.state == "recovered"
    assert found.recovered_at is not None
    assert found.recovered_at - found.started_at >= HOUR
    assert [one.kind for one in texts if one.recipient == texts[0].recipient] == ["opening", "recovery"]
    assert kinds.count("flapping") == 1
    assert "起反复中断90次" in texts[-1].body


def test_a_line_that_goes_and_stays_away_after_a_short_return_is_still_called_for(acting: Bench) -> None:
    flap(acting, 1, sends=True)
    acting.cut = {LINK}
    for _ in range(200):
        acting.run(30, every=30)
        send(acting)
    with acting.records.reading() as session:
        (found,) = queries.recent_incidents(session)
        kinds = [one.kind for one in recent_messages(session, 1000) if one.channel == "sms" and one.sent_at]
    assert found.state == "open"
    assert "recovery" not in kinds
    assert "opening" in kinds
