"""Stored metrics through the judge: what would have fired, what was explained, and what rows can't tell."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from alerting.replay.blind import why_blind
from alerting.replay.concerned import judged_with
from alerting.replay.looks import Looks
from alerting.replay.replay import Fired, Replay
from alerting.rules.loader import RuleSet
from alerting.rules.surveyed import SurveyRule
from alerting.settings import JudgingSettings
from alerting.survey.survey import Surveyor
from foundation.clock import DAY, HOUR, MINUTE, SECOND, Instant
from foundation.messages import CounterVerdict, HealthReading, IfStatus, InterfaceReading, Observation, Reach
from storage.metrics.duckdb_store import DuckDbStore
from storage.metrics.rows import RowBuilder
from storage.metrics.store import Columns, Measurement, Ranked, RankQuery
from tests.alerting.bench import default_rules
from tests.alerting.written import written
from topology.network import Network

START: Instant = 1_795_500_000_000

CPU = """
id: cpu
kind: threshold
metric: cpu
when: "> 80 %"
clear: "< 60 %"
for: 5 min
"""


def look(device: str, at: Instant, *, cpu: float = 20.0, uptime_s: float = 9e5, load: float = 10.0) -> Observation:
    """A whole look at a device."""
    port = InterfaceReading(
        "up1", IfStatus.UP, IfStatus.UP, CounterVerdict.NORMAL, 1e6, 1e6, load, load, 0.0, 0.0, 0.0, 0.0
    )
    return Observation(
        device, at, Reach.ANSWERED, rtt_ms=2.0, uptime_s=uptime_s, interfaces=(port,),
        health=(HealthReading("cpu1", "cpu", cpu, "%"), HealthReading("cpu2", "cpu", 1.0, "%")), complete=True,
    )  # fmt: skip


def replayed(network: Network, rules: RuleSet, looks: Iterable[Observation], until: Instant) -> list[Fired]:
    """What would have fired."""
    found = Replay(network, rules, JudgingSettings(), START)
    found.take(RowBuilder(network).batch(list(looks)).columns, until)
    return found.fired


def test_rows_become_the_looks_that_they_were_made_of(network: Network) -> None:
    made = [
        look("a1", START, cpu=42.0),
        Observation("a2", START, Reach.MISSED, missed_since=START),
        Observation("a3", START, Reach.SILENT, missed_since=START, rtt_ms=3.0, timeouts=2),
        look("a1", START + MINUTE, uptime_s=30.0),
    ]
    seen = list(Looks().of(RowBuilder(network).batch(made).columns))
    assert [(one.device, one.at, one.reach, one.complete) for one in seen] == [
        (one.device, one.at, one.reach, one.complete) for one in made
    ]
    assert seen[0].interfaces == made[0].interfaces
    assert seen[0].health == (HealthReading("cpu", "cpu", 42.0, "%"),), "of several sensors rows keep the highest"
    assert [one.restarted for one in seen] == [False, False, False, True]


def test_a_threshold_fires_and_clears_where_the_present_judge_would(network: Network, tmp_path: Path) -> None:
    looks = [
        look(device, START + minute * MINUTE, cpu=95.0 if device == "county-a" and 10 <= minute < 20 else 20.0)
        for minute in range(30)
        for device in network.devices
    ]
    (one,) = replayed(network, written(tmp_path, CPU), looks, START + 30 * MINUTE)
    assert (one.first.key.rule, one.first.key.object_id) == ("cpu", "county-a")
    assert one.first.started_at == START + 10 * MINUTE
    assert one.fired_at is not None
    assert one.cleared_at is not None
    assert START + 15 * MINUTE <= one.fired_at <= START + 15 * MINUTE + 10 * SECOND
    assert START + 20 * MINUTE <= one.cleared_at <= START + 20 * MINUTE + 10 * SECOND


def test_what_a_failure_nearer_the_centre_explains_is_marked_and_has_not_fired(network: Network) -> None:
    dead = {"county-a", "a1", "a2", "a3"}
    looks = [
        Observation(device, at, Reach.MISSED, missed_since=at) if step >= 30 and device in dead else look(device, at)
        for step, at in enumerate(range(START, START + 10 * MINUTE, 10 * SECOND))
        for device in network.devices
    ]
    found = replayed(network, default_rules(), looks, START + 10 * MINUTE)
    assert [one.first.key.object_id for one in found if one.fired_at is not None] == ["county-a"]


def test_stretches_are_judged_as_one_time(network: Network, tmp_path: Path) -> None:
    looks = [
        look(device, START + minute * MINUTE, cpu=95.0 if device == "a1" else 20.0)
        for minute in range(12)
        for device in network.devices
    ]
    whole = replayed(network, written(tmp_path, CPU), looks, START + 12 * MINUTE)
    parts = Replay(network, written(tmp_path, CPU), JudgingSettings(), START)
    for begin in range(START, START + 12 * MINUTE, 3 * MINUTE):
        stretch = [one for one in looks if begin <= one.at < begin + 3 * MINUTE]
        parts.take(RowBuilder(network).batch(stretch).columns, begin + 3 * MINUTE)
    assert parts.fired == whole
    assert len(whole) == 1
    assert parts.looks == len(looks)


@pytest.mark.parametrize(
    ("rule", "lacking"),
    [
        ("fan-failed", "no states of parts"), ("power-redundancy-lost", "no states of parts"),
        ("routing-down", "no routing neighbours"), ("snmp-rejected", "no refused credentials"),
        ("config-changed", "events are not kept"), ("disk-high", "do not keep disk"),
        ("cpu-high", ""), ("temperature-rising", ""), ("interface-down", ""), ("interface-utilisation", ""),
    ],
)  # fmt: skip
def test_what_rows_can_not_tell_is_said(rule: str, lacking: str) -> None:
    found = why_blind(default_rules().rules[rule])
    assert lacking in found
    assert bool(lacking) is bool(found)


@pytest.mark.slow
def test_slow_rules_ask_the_store_for_weeks_past(network: Network, tmp_path: Path) -> None:
    rules = written(
        tmp_path,
        """
id: unusual
kind: baseline
metric: in_util
weeks: 2
floor: 20 %
summary: "{interface} {value} {evidence}"
""",
    )
    store = DuckDbStore(tmp_path / "metrics.duckdb")
    builder = RowBuilder(network)
    for weeks, load in ((2, 10.0), (1, 12.0), (0, 80.0)):
        begin = START - weeks * 7 * DAY
        for at in range(begin, begin + HOUR, 5 * MINUTE):
            store.write(builder.batch([look("agg-1", at, load=load)]))
    replay = Replay(network, rules, JudgingSettings(), START, Surveyor(network, store))
    rows = {one: store.history(one, None, START, START + HOUR) for one in Measurement}
    replay.take(rows, START + HOUR)
    store.close()
    (one,) = replay.fired
    assert one.first.key.object_id == "agg-1/up1"
    assert "通常为 11.0 %" in one.first.summary


class Means:
    """A store that knows the mean loss of rows handed to it."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def rank(self, query: RankQuery) -> list[Ranked]:
        losses: dict[str, list[float]] = {}
        rows = zip(self._columns.tags["device"], self._columns.at, self._columns.fields["loss"], strict=True)
        for device, at, lost in rows:
            if query.start <= at < query.end and lost is not None:
                losses.setdefault(device, []).append(lost)
        return [Ranked({"device": device}, sum(found) / len(found)) for device, found in losses.items()]


LOSS = """
id: loss
kind: ratio
of: lost_polls
over: 30 min
when: "> 20 %"
clear: "< 5 %"
"""


@pytest.mark.slow
def test_polls_that_are_lost_now_and_then_are_a_share_and_those_of_an_outage_are_none(
    network: Network, tmp_path: Path
) -> None:
    """Every third look at a1 is missed and answered when asked again at once; a2 is down for a quarter of the time."""
    looks: list[Observation] = []
    for step, at in enumerate(range(START, START + HOUR, 15 * SECOND)):
        for device in network.devices:
            if device == "a1" and step % 3 == 0:
                looks += [Observation(device, at, Reach.MISSED, missed_since=at), look(device, at + 2 * SECOND)]
            elif device == "a2" and 100 <= step < 160:
                looks.append(Observation(device, at, Reach.MISSED, missed_since=at))
            else:
                looks.append(look(device, at))
    rows = RowBuilder(network).batch(looks).columns
    replay = Replay(
        network, written(tmp_path, LOSS), JudgingSettings(), START, Surveyor(network, Means(rows[Measurement.DEVICE]))
    )
    replay.take(rows, START + HOUR)
    told = {(one.first.key.rule, one.first.key.object_id) for one in replay.fired}
    assert told == {("device-down", "a2"), ("loss", "a1")}


def test_a_rule_that_tells_sensors_apart_can_not_be_replayed(tmp_path: Path) -> None:
    rule = written(tmp_path, f'{CPU}scope: {{exclude: [{{entity: "/mgmt/"}}]}}').rules["cpu"]
    assert why_blind(rule) == "metrics keep the highest of a device's sensors, not which one it is"


def test_of_slow_rules_only_those_that_have_a_say_are_judged_beside_what_is_tried(tmp_path: Path) -> None:
    """`response-slow` silences `response-unusual`; nothing shipped that is slow silences anything."""
    force = default_rules()
    tried = RuleSet({"response-unusual": force.rules["response-unusual"]})
    beside = judged_with(tried, force)
    assert [rule.id for rule in beside.of(SurveyRule)] == ["response-unusual"]
    assert {"cpu-high", "response-slow", "device-down"} <= beside.rules.keys()
    both = "id: both\nkind: composite\nrule: loss\nwhile: cpu\n"
    made = written(tmp_path, CPU, LOSS, both)
    tried = RuleSet({"both": made.rules["both"]})
    assert [rule.id for rule in judged_with(tried, made).of(SurveyRule)] == ["loss"]
    silencing = written(tmp_path, CPU, f"{LOSS}inhibits: [cpu]")
    assert "loss" in judged_with(RuleSet({"cpu": silencing.rules["cpu"]}), silencing).rules
