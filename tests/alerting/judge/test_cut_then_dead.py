"""A device that dies as the cut of its line ends: its own outage, told from then on, and never nothing."""

import pytest

from alerting.incidents.queries import recent_incidents
from alerting.notify.queries import messages_of
from foundation.clock import SteppedClock
from foundation.messages import State
from storage.records.database import Records
from tests.alerting.acting_bench import act_on_changes
from tests.alerting.bench import Bench
from topology.network import Network


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    """The line of an agency was cut two minutes ago."""
    made = Bench(network, records, clock)
    made.cut = {"a1:county-a"}
    made.run(120)
    assert made.states()["a1"] is State.UNREACHABLE
    made.told()
    return made


@pytest.mark.slow
def test_a_device_that_stays_away_when_its_line_is_up_again_has_an_outage_of_its_own(bench: Bench) -> None:
    mended = bench.clock.now()
    bench.cut, bench.dead = set(), {"a1"}
    bench.run(10)
    assert bench.told() == [("cleared", "link-down", "a1:county-a")]
    bench.run(30)
    assert bench.told() == [("raised", "device-down", "a1")]
    found = bench.timeline("a1")[-1]
    assert (found.state, found.cause, found.start) == (State.DOWN, "a1", mended)
    assert bench.alerts()["device-down", "a1"].started_at == mended


@pytest.mark.slow
def test_a_restart_in_between_changes_nothing(bench: Bench) -> None:
    bench.cut, bench.dead = set(), {"a1"}
    bench.run(5)
    again = bench.again()
    again.run(60)
    assert [key for key, alert in again.alerts().items() if not alert.suppressed_by] == [("device-down", "a1")]
    assert again.told() == [("raised", "device-down", "a1")]


@pytest.mark.slow
def test_a_device_that_takes_the_port_of_its_mended_line_down_again_is_told_by_that_line(bench: Bench) -> None:
    bench.cut, bench.dead = set(), {"a1"}
    bench.run(5)
    bench.tells_dead = True
    bench.run(60)
    told = bench.told()
    assert told[0] == ("cleared", "link-down", "a1:county-a")
    assert told[-1] == ("raised", "link-down", "a1:county-a"), "one line alone can't tell: but it is told anew"


@pytest.mark.slow
def test_its_incident_calls_with_all_the_time_that_a_new_trouble_has(
    network: Network, records: Records, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    act_on_changes(network, monkeypatch)
    bench = Bench(network, records, clock)
    bench.cut = {"a1:county-a"}
    bench.run(120)
    bench.cut, bench.dead = set(), {"a1"}
    bench.run(60)
    with records.reading() as session:
        own, line = recent_incidents(session)
        calls = messages_of(session, own.id)
    assert (line.state, own.device, own.state) == ("recovered", "a1", "open")
    assert calls
    assert own.started_at > line.started_at
