"""`yunwei rules test` beside a platform that runs: the file of metrics is the platform's, and every rule is judged."""

import json
import subprocess
from pathlib import Path

import pytest

from foundation.calendar import parse, stamp
from foundation.clock import HOUR, MINUTE, SECOND, SystemClock
from foundation.messages import CounterVerdict, IfStatus, InterfaceReading, Observation, Reach
from storage.metrics.duckdb_store import DuckDbStore
from storage.metrics.rows import RowBuilder
from tests.system.small import COUNTY, SmallProvince
from tests.system.stack import eventually, yunwei
from topology.loader import load_network

pytestmark = pytest.mark.slow

TESTED = """\
rules:
  - id: spoilt
    kind: ratio
    of: in_errors
    over: 30 min
    when: "> 5 %"
    clear: "< 1 %"
    severity: warning
    summary: "{device} {value}"
    summary_en: "{device}: {value}"
  - id: crowded
    kind: threshold
    metric: in_util
    when: "> 80 %"
    clear: "< 70 %"
    for: 5 min
    severity: warning
    summary: "{device} {value}"
    summary_en: "{device}: {value}"
"""


def spoilt(directory: Path, start: int, end: int) -> None:
    """A crowded port that many packets reach with errors, as a platform that ran before has stored it."""
    network = load_network(directory / "topology.yaml", directory / "agencies.csv")
    port = InterfaceReading(
        "x1", IfStatus.UP, IfStatus.UP, CounterVerdict.NORMAL, 1e6, 1e6, 90.0, 1.0, 100.0, 0.0, 0.0, 0.0
    )
    looks = [
        Observation(COUNTY, at, Reach.ANSWERED, rtt_ms=2.0, uptime_s=9e5, interfaces=(port,), complete=True)
        for at in range(start, end, 30 * SECOND)
    ]
    (directory / "data").mkdir(exist_ok=True)
    store = DuckDbStore(directory / "data" / "metrics.duckdb")
    store.write(RowBuilder(network).batch(looks))
    store.close()


def test_all_rules_are_judged_beside_a_running_platform_which_goes_on(province: SmallProvince, tmp_path: Path) -> None:
    at = stamp(SystemClock().now() - 3 * HOUR)
    end = parse(at)
    spoilt(province.directory, end - HOUR, end)
    tested = tmp_path / "tested.yaml"
    tested.write_text(TESTED, encoding="utf-8")
    command = yunwei("rules", "test", str(tested), "--at", at, "--json", "--config", str(province.directory))
    with province.platform():
        eventually(lambda: province.console.health(), 60, "the platform serves")
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        assert province.console.health(), "it goes on"
    shown = json.loads(done.stdout)
    assert shown["not_judged"] == {}
    assert {one["rule"] for one in shown["alerts"]} == {"spoilt", "crowded"}
    assert {one["object_id"] for one in shown["alerts"]} == {f"{COUNTY}/x1"}
    assert all(one["fired_at"] - one["started_at"] <= 40 * MINUTE for one in shown["alerts"])
    assert not list((province.directory / "data").glob("lent-*"))
