"""What slow rules find, through the whole engine: raised, cleared, gone on with after a restart, overridden."""

from pathlib import Path

import pytest

from alerting.changes import ChangeKind
from foundation.clock import HOUR, MINUTE, SteppedClock
from foundation.messages import Finding
from storage.records.database import Records
from tests.alerting.bench import Bench
from tests.alerting.written import written
from topology.network import Network

RATIO = """
id: errors
kind: ratio
of: in_errors
over: 30 min
when: "> 1 %"
clear: "< 0.1 %"
for: 5 min
summary: "{device} {interface} {value} {limit}"
scope: {exclude: [{interface: up2}]}
overrides:
  - {role: core, severity: critical, for: 0 s}
""".replace("\n  -", "\n      -")
FORECAST = """
id: soon-full
kind: forecast
metric: memory
reaches: 95 %
within: 10 d
over: 10 d
summary: "{device} {value} {evidence}"
overrides:
  - {device: a1, severity: major}
""".replace("\n  -", "\n      -")
BASELINE = """
id: unusual
kind: baseline
metric: cpu
floor: 20 %
summary: "{device} {value} {evidence}"
overrides:
  - {site: "530627", severity: major}
""".replace("\n  -", "\n      -")

KINDS = (
    ("errors", "interface", "agg-1/up1", "in_errors"),
    ("soon-full", "device", "agg-1", "memory"),
    ("unusual", "device", "agg-1", "cpu"),
)


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock, tmp_path: Path) -> Bench:
    return Bench(network, records, clock, rules=written(tmp_path, RATIO, FORECAST, BASELINE))


def find(bench: Bench, rule: str, kind: str, object_id: str, metric: str, *, holds: bool, value: float = 50.0) -> None:
    """One finding of the job, and the next one five minutes later."""
    device = object_id.partition("/")[0]
    bench.bus.publish(
        Finding(rule, kind, object_id, device, holds, metric, value, bench.clock.now(), "证据", "evidence")
    )
    bench.engine.turn()
    for _ in range(5):
        bench.clock.advance(MINUTE)
        bench.sweep()


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "kind", "object_id", "metric"), KINDS)
def test_what_a_survey_finds_is_an_alert_until_it_finds_it_over(
    bench: Bench, rule: str, kind: str, object_id: str, metric: str
) -> None:
    bench.told()
    for _ in range(3):
        find(bench, rule, kind, object_id, metric, holds=True)
    alert = bench.alerts()[rule, object_id]
    assert (alert.value, alert.suppressed_by) == (50.0, "")
    assert "50" in alert.summary
    assert bench.told() == [("raised", rule, object_id)]
    find(bench, rule, kind, object_id, metric, holds=False, value=1.0)
    assert bench.alerts() == {}
    assert bench.told() == [("cleared", rule, object_id)]


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "kind", "object_id", "metric"), KINDS)
def test_a_restart_neither_clears_nor_repeats_what_a_survey_found(
    bench: Bench, rule: str, kind: str, object_id: str, metric: str
) -> None:
    for _ in range(3):
        find(bench, rule, kind, object_id, metric, holds=True)
    before = bench.alerts()[rule, object_id]
    bench.told()
    again = bench.again()
    again.clock.advance(HOUR)
    again.run(40)
    assert again.alerts().keys() == {(rule, object_id)}
    find(again, rule, kind, object_id, metric, holds=True)
    assert again.alerts()[rule, object_id].id == before.id
    assert again.told(ChangeKind.RAISED) == []
    find(again, rule, kind, object_id, metric, holds=False)
    assert again.alerts() == {}
    assert again.told(ChangeKind.CLEARED) == [("cleared", rule, object_id)]


def test_a_finding_waits_for_as_long_as_its_rule_says_and_a_core_router_not_at_all(bench: Bench) -> None:
    find(bench, "errors", "interface", "agg-1/up1", "in_errors", holds=True)
    find(bench, "errors", "interface", "core-1/down1", "in_errors", holds=True)
    assert {key: alert.severity.value for key, alert in bench.alerts().items()} == {
        ("errors", "core-1/down1"): "critical"
    }
    find(bench, "errors", "interface", "agg-1/up1", "in_errors", holds=True)
    assert bench.alerts()["errors", "agg-1/up1"].severity.value == "minor"


def test_an_excluded_port_raises_nothing_whatever_is_found(bench: Bench) -> None:
    for _ in range(3):
        find(bench, "errors", "interface", "agg-1/up2", "in_errors", holds=True)
    assert bench.alerts() == {}


def test_a_device_and_a_site_have_severities_of_their_own(bench: Bench) -> None:
    for device in ("a1", "b1"):
        find(bench, "soon-full", "device", device, "memory", holds=True)
        find(bench, "unusual", "device", device, "cpu", holds=True)
    found = {key: alert.severity.value for key, alert in bench.alerts().items()}
    assert (found["soon-full", "a1"], found["soon-full", "b1"]) == ("major", "minor")
    assert (found["unusual", "a1"], found["unusual", "b1"]) == ("major", "minor")


def test_a_finding_of_a_rule_or_a_device_that_is_gone_is_left_alone(bench: Bench) -> None:
    find(bench, "no-such-rule", "device", "a1", "cpu", holds=True)
    find(bench, "unusual", "device", "no-such-device", "cpu", holds=True)
    assert bench.alerts() == {}
