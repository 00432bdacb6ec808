"""`yunwei rules test` beside a platform that runs: the file of metrics is the platform's, and every rule is judged."""

import json
import subprocess
from pathlib import Path

import pytest

from foundation.calendar import parse, stamp
from foundation.clock import HOUR, MINUTE, SystemClock
from tests.system.small import COUNTY, SmallProvince
from tests.system.stack import eventually, yunwei
from tests.yunwei.replayed import CROWDED, SPOILT, keep, spoilt

pytestmark = pytest.mark.slow


def test_all_rules_are_judged_beside_a_running_platform_which_goes_on(province: SmallProvince, tmp_path: Path) -> None:
    at = stamp(SystemClock().now() - 3 * HOUR)
    end = parse(at)
    keep(province.directory, spoilt(COUNTY, end))
    tested = tmp_path / "tested.yaml"
    tested.write_text(SPOILT + CROWDED, encoding="utf-8")
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
