"""The rules that the product ships: each with a runbook and words of its own, and silent over an ordinary day."""

from itertools import product
from pathlib import Path

import pytest

from alerting.changes import Severity
from alerting.incidents.naming import _WORDS
from alerting.rules.base import TIER_OF
from alerting.rules.grouped import CommonCauseRule
from alerting.rules.model import AnyRule
from alerting.rules.platform import PlatformTroubleRule
from alerting.rules.storms import StormRule
from alerting.runbooks.loader import load_runbooks
from foundation.clock import MINUTE, SteppedClock
from foundation.messages import CounterVerdict, HealthReading, IfStatus, InterfaceReading
from simulator.curve import load
from storage.records.database import Records
from tests.alerting.bench import RULES, Bench, default_rules
from topology.model import Role
from topology.network import Network

EACH = sorted(default_rules().rules.values(), key=lambda rule: rule.id)


def test_there_are_enough_of_them_for_a_province() -> None:
    assert 40 <= len(EACH) <= 60


def test_none_is_kept_silent_by_one_that_is_milder() -> None:
    pairs = [(rule, name) for rule in EACH for name in rule.inhibits]
    assert len(pairs) >= 10
    order = list(Severity)
    for rule, name in pairs:
        other = default_rules().rules[name]
        for role in Role:
            severities = (rule.severity_for(role), other.severity_for(role))
            assert order.index(severities[0]) <= order.index(severities[1]), (rule.id, name, role)


@pytest.mark.parametrize("rule", EACH, ids=lambda rule: rule.id)
def test_each_has_a_runbook_for_every_alert_it_can_raise(rule: AnyRule) -> None:
    library = load_runbooks(Path(RULES).parent / "runbooks", default_rules())
    possible = rule.labels()
    for role, severity, kind in product(possible["role"], possible["severity"], possible["object_kind"]):
        labels = {
            "rule": rule.id, "role": role, "tier": TIER_OF[Role(role)].value, "severity": severity,
            "object_kind": kind, "division": "530000",
        }  # fmt: skip
        assert library.match(labels) is not None, labels


@pytest.mark.parametrize(
    "rule",
    [rule for rule in EACH if not isinstance(rule, CommonCauseRule | PlatformTroubleRule | StormRule)],
    ids=lambda rule: rule.id,
)
def test_incidents_call_each_by_words_of_its_own(rule: AnyRule) -> None:
    assert rule.id in _WORDS


@pytest.mark.slow
def test_an_ordinary_day_and_night_raise_nothing(network: Network, records: Records, clock: SteppedClock) -> None:
    bench = Bench(network, records, clock)
    bench.told()
    for _ in range(24 * 30):
        busy = load(clock.now())
        looks = []
        for device in network.devices:
            look = bench.look(device)
            look.interfaces = tuple(
                InterfaceReading(
                    one.name, IfStatus.UP, IfStatus.UP, CounterVerdict.NORMAL, 5e8 * busy, 3e8 * busy, 55 * busy,
                    35 * busy, 0.0, 0.0, 0.0, 0.0,
                )
                for one in look.interfaces
            )  # fmt: skip
            look.health = (
                HealthReading("cpu", "cpu", 15 + 40 * busy, "%"),
                HealthReading("memory", "memory", 45 + 5 * busy, "%"),
                HealthReading("chassis", "temperature", 32 + 6 * busy, "°C"),
                HealthReading("PWR1", "power", 1.0, ""),
                HealthReading("PWR2", "power", 1.0, ""),
            )
            looks.append(look)
        bench.see(*looks)
        clock.advance(2 * MINUTE)
    assert bench.told() == []
