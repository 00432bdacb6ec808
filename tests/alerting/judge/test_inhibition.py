"""A rule that silences others: recorded with its reason, over with what silenced, and never paging at a restart."""

from pathlib import Path

import pytest

from alerting.alerts.states import AlertState
from alerting.alerts.suppression import Reason
from alerting.maintenance.targets import TargetKind
from foundation.clock import SECOND, SteppedClock
from storage.records.database import Records
from tests.alerting.bench import Bench, hot
from tests.alerting.windows import planned
from tests.alerting.written import written
from topology.network import Network

pytestmark = pytest.mark.slow

PORT = "county-a/up1"
LOADED = ("interface-utilisation", PORT)


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    found = Bench(network, records, clock)
    # Here the milder rule takes longer, so that the graver one is told first.
    slow = found.rules.rules["interface-utilisation"].model_copy(update={"hold": 20 * 60 * SECOND})
    found.rules = type(found.rules)({**found.rules.rules, "interface-utilisation": slow})
    return found.again(settled=True)


def looks(bench: Bench, minutes: int, load: float) -> None:
    for _ in range(2 * minutes):
        bench.sweep(without={"county-a"})
        bench.see(bench.look("county-a", interfaces=bench.ports("county-a", out_util=load)))
        bench.clock.advance(30 * SECOND)


def told(bench: Bench) -> list[tuple[str, str]]:
    return [(kind, rule) for kind, rule, _ in bench.told() if kind in ("raised", "cleared")]


def test_what_another_alert_on_the_object_says_is_suppressed_with_reason_and_name(bench: Bench) -> None:
    looks(bench, 22, 99.0)
    silenced = bench.alerts()[LOADED]
    assert (silenced.state, silenced.suppressed_reason) == (AlertState.SUPPRESSED, Reason.INHIBITION)
    assert silenced.suppressed_by == f"inhibition:interface-saturated/{PORT}"
    assert "interface-utilisation" not in {rule for _, rule in told(bench)}


def test_once_what_silenced_it_is_over_and_it_still_holds_it_is_told(bench: Bench) -> None:
    looks(bench, 22, 99.0)
    bench.told()
    looks(bench, 4, 88.0)
    assert ("raised", "interface-utilisation") in told(bench)
    assert bench.alerts()[LOADED].state is AlertState.FIRING


def test_a_restart_pages_nothing_that_is_silenced(bench: Bench) -> None:
    looks(bench, 22, 99.0)
    again = bench.again()
    looks(again, 2, 99.0)
    assert told(again) == []
    assert again.alerts()[LOADED].state is AlertState.SUPPRESSED


def test_what_was_told_before_stays_told(network: Network, records: Records, clock: SteppedClock) -> None:
    bench = Bench(network, records, clock)
    looks(bench, 14, 99.0)
    assert {alert.state for alert in bench.alerts().values()} == {AlertState.FIRING}
    assert {rule for rule, name in bench.alerts() if name == PORT} == {"interface-utilisation", "interface-saturated"}


CPU = """
id: cpu
kind: threshold
metric: cpu
when: "> 80 %"
clear: "< 60 %"
inhibits: [slow]
"""
SLOW = """
id: slow
kind: threshold
metric: rtt_ms
when: "> 500 ms"
clear: "< 300 ms"
"""


def look(bench: Bench, *, cpu: float, rtt_ms: float, minutes: int = 2) -> None:
    for _ in range(minutes):
        bench.see(bench.look("county-a", health=hot(value=cpu), rtt_ms=rtt_ms))
        bench.clock.advance(60 * SECOND)


def test_a_graver_one_is_never_silenced_by_a_milder_one(
    network: Network, records: Records, clock: SteppedClock, tmp_path: Path
) -> None:
    bench = Bench(network, records, clock, rules=written(tmp_path, CPU, f"{SLOW}severity: major"))
    look(bench, cpu=95, rtt_ms=5)
    look(bench, cpu=95, rtt_ms=900)
    assert bench.alerts()["slow", "county-a"].state is AlertState.FIRING


def test_planned_work_on_what_silences_it_tells_it_unless_it_is_covered_too(
    network: Network, records: Records, clock: SteppedClock, tmp_path: Path
) -> None:
    """Both are explained by the window, and once it is over the one is silenced by the other again."""
    bench = Bench(network, records, clock, rules=written(tmp_path, CPU, SLOW))
    look(bench, cpu=95, rtt_ms=5)
    look(bench, cpu=95, rtt_ms=900)
    assert bench.alerts()["slow", "county-a"].suppressed_by == "inhibition:cpu/county-a"
    now = bench.clock.now()
    planned(bench.records, bench.network, now, TargetKind.DEVICE, "county-a", now, now + 120 * SECOND)
    look(bench, cpu=95, rtt_ms=900)
    assert {one.suppressed_by for one in bench.alerts().values()} == {"maintenance:1"}
    look(bench, cpu=95, rtt_ms=900, minutes=3)
    assert bench.alerts()["slow", "county-a"].suppressed_by == "inhibition:cpu/county-a"
    bench.told()
    look(bench, cpu=10, rtt_ms=900)
    assert told(bench) == [("cleared", "cpu"), ("raised", "slow")]
