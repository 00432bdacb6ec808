"""Slow rules over a real metrics file: what they find, what they leave alone, and what the job tells of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alerting.rules.loader import RuleSet
from alerting.rules.surveyed import SurveyRule
from alerting.survey.survey import Survey, Surveyor, is_away
from foundation.bus import Bus
from foundation.clock import DAY, HOUR, MINUTE, SECOND, Instant, SteppedClock
from foundation.messages import (
    CounterVerdict,
    Finding,
    HealthReading,
    IfStatus,
    InterfaceReading,
    Observation,
    Reach,
    State,
)
from storage.metrics.duckdb_store import DuckDbStore
from storage.metrics.rows import RowBuilder
from storage.records.database import Records
from tests.alerting.written import written
from topology.network import Network

NOW: Instant = 1_795_500_000_000 // DAY * DAY

RATIO = """
id: errors
kind: ratio
of: in_errors
over: 30 min
when: "> 1 %"
clear: "< 0.1 %"
floor: 10 kbps
"""

FORECAST = """
id: soon-full
kind: forecast
metric: memory
reaches: 95 %
within: 10 d
over: 10 d
fit: 0.8
"""


def look(
    device: str, at: Instant, *, memory: float = 40.0, errors: float = 0.0, bps: float = 4e6, lost: bool = False
) -> Observation:
    """One look at a device with one interface."""
    if lost:
        return Observation(device, at, Reach.MISSED, missed_since=at)
    port = InterfaceReading(
        "up1", IfStatus.UP, IfStatus.UP, CounterVerdict.NORMAL, bps, bps, 10.0, 10.0, errors, 0.0, 0.0, 0.0
    )
    return Observation(
        device, at, Reach.ANSWERED, rtt_ms=2.0, uptime_s=9e5, interfaces=(port,),
        health=(HealthReading("memory", "memory", memory, "%"),), complete=True,
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DuckDbStore]:
    """An empty metrics file."""
    found = DuckDbStore(tmp_path / "metrics.duckdb")
    yield found
    found.close()


def keep(network: Network, store: DuckDbStore, looks: list[Observation]) -> None:
    store.write(RowBuilder(network).batch(looks))


def found(network: Network, store: DuckDbStore, rules: RuleSet, away: frozenset[str] = frozenset()) -> list[Finding]:
    return list(Surveyor(network, store).findings(rules.of(SurveyRule), NOW, lambda _start, _end: away))


def every(step: int, over: int, made: Callable[[Instant], Observation]) -> list[Observation]:
    return [made(at) for at in range(NOW - over, NOW, step)]


@pytest.mark.slow
def test_errors_among_many_packets_hold_and_among_few_say_nothing(
    network: Network, store: DuckDbStore, tmp_path: Path
) -> None:
    rules = written(tmp_path, RATIO)
    keep(network, store, every(MINUTE, 30 * MINUTE, lambda at: look("agg-1", at, errors=20.0)))
    keep(network, store, every(MINUTE, 30 * MINUTE, lambda at: look("agg-2", at, errors=20.0, bps=1e3)))
    keep(network, store, every(MINUTE, 30 * MINUTE, lambda at: look("core-1", at)))
    assert {(one.device, one.holds) for one in found(network, store, rules)} == {("agg-1", True), ("core-1", False)}
    (bad,) = [one for one in found(network, store, rules) if one.holds]
    assert bad.object_id == "agg-1/up1"
    assert bad.value == pytest.approx(100 * 20 / (4e6 / 8 / 500 + 20))


def test_between_limit_and_clear_value_nothing_is_said(network: Network, store: DuckDbStore, tmp_path: Path) -> None:
    keep(network, store, every(MINUTE, 30 * MINUTE, lambda at: look("agg-1", at, errors=5.0)))
    assert found(network, store, written(tmp_path, RATIO)) == []


@pytest.mark.parametrize(
    ("state", "seconds", "away"),
    [
        (State.UP, 600, False), (State.DEGRADED, 600, False), (State.DOWN, 59, False), (State.DOWN, 60, True),
        (State.UNREACHABLE, 5, True), (State.MAINTENANCE, 5, True), (State.UNKNOWN, 5, True),
    ],
)  # fmt: skip
def test_what_is_down_for_seconds_lost_polls_and_was_not_away(state: State, seconds: int, *, away: bool) -> None:
    assert is_away(state, NOW, NOW + seconds * SECOND) is away


def test_polls_lost_while_a_device_was_down_are_no_loss(network: Network, store: DuckDbStore, tmp_path: Path) -> None:
    rules = written(tmp_path, 'id: lossy\nkind: ratio\nof: lost_polls\nover: 1 h\nwhen: "> 5 %"\nclear: "< 1 %"')
    keep(network, store, every(MINUTE, HOUR, lambda at: look("agg-1", at, lost=at % (4 * MINUTE) == 0)))
    assert [one.holds for one in found(network, store, rules)] == [True]
    assert found(network, store, rules, frozenset({"agg-1"})) == []


@pytest.mark.slow
def test_what_grows_is_told_before_it_is_full_and_what_only_sways_is_not(
    network: Network, store: DuckDbStore, tmp_path: Path
) -> None:
    def day(at: Instant) -> int:
        return (at - (NOW - 10 * DAY)) // DAY

    keep(network, store, every(HOUR, 10 * DAY, lambda at: look("agg-1", at, memory=50.0 + 4 * day(at))))
    keep(network, store, every(HOUR, 10 * DAY, lambda at: look("agg-2", at, memory=80.0 + 5 * (day(at) % 2))))
    keep(network, store, every(HOUR, 10 * DAY, lambda at: look("core-1", at, memory=50.0 + 0.1 * day(at))))
    told = {one.device: one for one in found(network, store, written(tmp_path, FORECAST))}
    assert {device: one.holds for device, one in told.items()} == {"agg-1": True, "agg-2": False, "core-1": False}
    assert told["agg-1"].value == pytest.approx(86.0)
    assert told["agg-1"].text == "按近 240 小时的增长，约 54 小时后"


@pytest.mark.slow
def test_the_job_tells_what_holds_once_a_period_and_its_end_once(
    network: Network, store: DuckDbStore, records: Records, tmp_path: Path
) -> None:
    clock = SteppedClock(NOW)
    bus = Bus()
    heard = bus.subscribe("test", Finding)
    survey = Survey(network, written(tmp_path, RATIO), store, records, bus, clock)
    keep(network, store, every(MINUTE, 30 * MINUTE, lambda at: look("agg-1", at, errors=20.0)))
    survey.run()
    survey.run()
    assert [one.holds for one in heard.take()] == [True]
    clock.advance(HOUR)
    keep(network, store, [look("agg-1", at + HOUR) for at in range(NOW - 30 * MINUTE, NOW, MINUTE)])
    survey.run()
    assert [one.holds for one in heard.take()] == [False]
    clock.advance(5 * MINUTE)
    survey.run()
    assert heard.take() == []
