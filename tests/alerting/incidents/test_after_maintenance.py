"""Planned work that leaves something down: an alarm with a full escalation, whatever became of its incident."""

import pytest

from alerting.incidents import actions, queries
from alerting.incidents.due import work_due
from alerting.incidents.settings import ActingSettings
from alerting.maintenance.targets import TargetKind
from alerting.notify.queries import MessageView, recent_messages
from foundation.clock import HOUR, MINUTE, SECOND, SteppedClock
from storage.records.database import Records
from tests.alerting.acting_bench import act_on_changes, incidents
from tests.alerting.bench import Bench
from tests.alerting.incidents.scene import roster
from tests.alerting.windows import planned
from topology.network import Network

pytestmark = pytest.mark.slow


@pytest.fixture
def bench(network: Network, sqlite_records: Records, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """An engine that hands its changes to the real responder, with the shipped rules and runbooks.

    On SQLite, since hours of judging do the same on each database.
    """
    act_on_changes(network, monkeypatch)
    return Bench(network, sqlite_records, clock)


def texts(bench: Bench) -> list[MessageView]:
    """All text messages in the order of their making."""
    with bench.records.reading() as session:
        return [message for message in reversed(recent_messages(session, 1000)) if message.channel == "sms"]


def run(bench: Bench, seconds: int) -> None:
    """Time passes for judging and for the escalation job."""
    for _ in range(0, seconds, 15):
        bench.sweep()
        with bench.records.transaction() as session:
            work_due(session, bench.clock.now(), bench.network, roster(bench.network), ActingSettings())
        bench.clock.advance(15 * SECOND)


def work(bench: Bench, minutes: int) -> int:
    """Work on the county's router, from now on."""
    now = bench.clock.now()
    return planned(bench.records, bench.network, now, TargetKind.DEVICE, "county-a", now, now + minutes * MINUTE)


def test_what_planned_work_leaves_down_is_one_incident_that_climbs_from_the_beginning(bench: Bench) -> None:
    work(bench, 30)
    bench.run(10)
    bench.dead = {"county-a"}
    run(bench, 29 * 60)
    assert incidents(bench) == []
    assert texts(bench) == []
    run(bench, 90)
    (found,) = incidents(bench)
    assert (found.state, found.device) == ("open", "county-a")
    first = len(texts(bench))
    assert first > 0
    run(bench, 29 * 60)
    assert len(texts(bench)) == first, "the next step has its whole time"
    run(bench, 3 * 60)
    assert len(texts(bench)) > first


def test_an_incident_that_was_in_hand_before_the_work_calls_people_anew_when_it_is_left_down(bench: Bench) -> None:
    bench.dead = {"county-a"}
    run(bench, 60)
    (found,) = incidents(bench)
    with bench.records.transaction() as session:
        actions.acknowledge(session, found.id, "张三", bench.clock.now(), source="test")
    told = len(texts(bench))
    number = work(bench, 30)
    run(bench, 20 * 60)
    assert len(texts(bench)) == told
    run(bench, 11 * 60)
    (found,) = incidents(bench)
    assert (found.state, found.acknowledged_by) == ("open", None)
    assert len(texts(bench)) > told
    with bench.records.reading() as session:
        entries = [entry.text for entry in queries.timeline(session, found.id) if entry.kind == "reopened"]
    assert entries[0].startswith(f"原先检修窗口 {number} 内,现已结束,故障仍在")


def test_an_unacknowledged_incident_gets_its_whole_time_again_and_not_all_steps_at_once(bench: Bench) -> None:
    bench.dead = {"county-a"}
    run(bench, 60)
    told = len(texts(bench))
    work(bench, 2 * 60)
    run(bench, 2 * 60 * 60 - 60)
    assert len(texts(bench)) == told, "nothing climbs while work goes on"
    run(bench, 2 * 60)
    assert len(texts(bench)) == told * 2, "those who are called first, once more"


def test_an_incident_closed_during_the_work_stays_closed_and_what_is_left_down_is_a_new_one(bench: Bench) -> None:
    bench.dead = {"county-a"}
    run(bench, 60)
    (found,) = incidents(bench)
    work(bench, 30)
    run(bench, 60)
    with bench.records.transaction() as session:
        actions.acknowledge(session, found.id, "张三", bench.clock.now(), source="test")
        actions.close(session, found.id, "割接处理", "张三", bench.clock.now(), source="test")
    run(bench, 31 * 60)
    closed, left = incidents(bench)
    assert (closed.state, left.state) == ("closed", "open")
    run(bench, 10 * 60)
    assert [one.state for one in incidents(bench)] == ["closed", "open"], "and every turn goes on as ever"
    bench.dead = set()
    run(bench, 2 * 60)
    assert [one.state for one in incidents(bench)] == ["closed", "recovered"]


def test_a_restart_in_the_middle_changes_nothing_of_it(bench: Bench) -> None:
    work(bench, 30)
    bench.run(10)
    bench.dead = {"county-a"}
    run(bench, 10 * 60)
    bench.clock.advance(HOUR)
    again = bench.again(settled=True)
    run(again, 60)
    (found,) = incidents(again)
    assert (found.state, found.device) == ("open", "county-a")
    assert len({message.recipient for message in texts(again)}) == len(texts(again)), "each was told once"
