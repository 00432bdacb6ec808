"""One transaction a turn: with the database away nothing is lost, nothing is published early, nothing told twice."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from alerting.changes import AlertChange
from foundation.clock import SECOND, Instant, SteppedClock
from foundation.messages import IncidentChange, Message, State, StateChange
from foundation.problems import OperatorError
from storage.records.database import Records
from tests.alerting.bench import Bench
from topology.network import Network


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    return Bench(network, records, clock)


class Failing:
    """An acting half whose database is away."""

    def __init__(self) -> None:
        self.calls = 0

    def respond(self, session: Session, changes: Sequence[AlertChange], now: Instant) -> list[Message]:
        self.calls += 1
        raise OperatorError("The records database is locked by another process. Stop it, or wait.")


def fail(bench: Bench) -> Failing:
    """Let every transaction that acts fail."""
    failing = Failing()
    bench.engine._committer._responder = failing
    return failing


def test_the_alert_and_what_acting_did_are_committed_together(bench: Bench) -> None:
    bench.dead = {"a1"}
    bench.run(15)
    (change,) = bench.responder.changes
    assert bench.alerts()["device-down", "a1"].id == change.alert
    assert [one.incident for one in bench.messages(IncidentChange) if isinstance(one, IncidentChange)] == [change.alert]


def test_when_a_transaction_fails_nothing_is_recorded_or_published(bench: Bench) -> None:
    fail(bench)
    bench.dead = {"a1"}
    bench.run(20)
    assert bench.alerts() == {}
    assert bench.states()["a1"] is State.UP
    assert bench.messages(StateChange) == []
    assert not bench.engine.is_recording
    assert (bench.registry.get_sample_value("yunwei_judge_failed_transactions_total") or 0) >= 1


def test_what_could_not_be_written_is_written_once_the_database_is_back(bench: Bench) -> None:
    fail(bench)
    first_miss = bench.clock.now()
    bench.dead = {"a1"}
    bench.run(20)
    bench.dead = set()
    bench.run(10)
    bench.engine._committer._responder = bench.responder
    bench.tick(40)
    assert bench.told() == [("raised", "device-down", "a1"), ("cleared", "device-down", "a1")]
    states = [(one.state, one.start) for one in bench.timeline("a1")]
    assert (State.DOWN, first_miss) in states
    assert bench.engine.is_recording


def test_retries_back_off(bench: Bench) -> None:
    failing = fail(bench)
    bench.dead = {"a1"}
    bench.run(10)
    before = failing.calls
    bench.tick(120)
    assert before + 8 <= failing.calls <= before + 17, "1, 2, 4, 8, 10, 10 … seconds"


def test_failing_and_recovering_are_logged_once_each(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    fail(bench)
    bench.dead = {"a1"}
    bench.run(60)
    bench.engine._committer._responder = bench.responder
    bench.tick(40)
    said = [record.getMessage() for record in caplog.records if record.name == "alerting.engine.committer"]
    assert len(said) == 3
    assert said[0].startswith("Judgements can't be recorded: The records database is locked")
    assert said[1] == "Judgements are recorded again; nothing was lost."
    assert said[2].startswith("Raised: a1 "), "what was judged meanwhile is told once it is recorded"


def test_a_database_locked_by_another_process_loses_nothing(bench: Bench) -> None:
    impatience = "PRAGMA busy_timeout=1" if bench.records.is_sqlite else "SET lock_timeout=1"

    def hurry(connection: Any, *_: object) -> None:
        connection.execute(impatience)
        connection.commit()

    event.listen(bench.records.engine, "checkout", hurry)
    other = Records(bench.records.engine.url.render_as_string())
    with other.transaction():
        bench.dead = {"a1"}
        bench.run(15)
        assert not bench.engine.is_recording
    other.close()
    bench.tick(20)
    assert list(bench.alerts()) == [("device-down", "a1")]


def test_the_engine_starts_runs_and_stops_on_its_own_thread(
    network: Network, records: Records, clock: SteppedClock
) -> None:
    bench = Bench(network, records, clock, settled=False)

    async def live() -> None:
        await bench.engine.start()
        running = asyncio.create_task(bench.engine.run())
        bench.bus.publish_all(bench.look(device) for device in network.devices)
        clock.advance(SECOND)
        for _ in range(100):
            await asyncio.sleep(0.02)
            if bench.states()["a1"] is State.UP:
                break
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await bench.engine.stop()

    asyncio.run(live())
    assert set(bench.states().values()) == {State.UP}


def test_stopping_an_engine_that_never_started_is_harmless(
    network: Network, records: Records, clock: SteppedClock
) -> None:
    from prometheus_client import CollectorRegistry

    from alerting.engine.engine import Engine

    bench = Bench(network, records, clock, settled=False)
    engine = Engine(
        network, bench.rules, records, bench.bus, clock, bench.responder, CollectorRegistry(), bench.settings
    )
    asyncio.run(engine.stop())


def test_its_own_figures_are_counted(bench: Bench) -> None:
    value = bench.registry.get_sample_value
    observed = value("yunwei_judge_observations_total") or 0
    bench.dead = {"a1"}
    bench.sweep()
    assert value("yunwei_judge_observations_total") == observed + len(bench.network.devices)
    bench.run(15)
    assert value("yunwei_judge_open_alerts", {"state": "firing"}) == 1
    assert value("yunwei_judge_held_devices") == 0
    assert (value("yunwei_judge_batch_seconds_count") or 0) > 3
