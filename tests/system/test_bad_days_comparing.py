"""Before a reload one asks what it would do; a reload by command is taken over whole, or refused whole."""

import json
import subprocess

import pytest

from tests.system.small import SmallProvince, change
from tests.system.stack import eventually, yunwei

pytestmark = pytest.mark.slow

TAX = (
    "530628-tax,彝良县税务局,Yiliang County Tax Service,county,530628,530628,税务,530628-tax-R1,10.6.28.12,,"
    "GigabitEthernet0/0/1,530628-R1,GigabitEthernet0/0/12,100,电信\n"
)


def run(province: SmallProvince, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of the product, to its end."""
    command = yunwei(*words, "--config", str(province.directory))
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_check_diff_and_reload_by_command(province: SmallProvince) -> None:
    console, agencies = province.console, province.directory / "agencies.csv"
    with province.platform() as platform:
        assert console.wait_until_polled()["devices"] == 14
        assert run(province, "check", "--diff").stdout == "The configurations agree.\n"

        # Half of the change is good, half is bad: nothing of it is taken over.
        change(agencies, TAX, "")
        change(province.directory / "topology.yaml", "role: core, division: 530000", "role: cor, division: 530000")
        assert run(province, "check", "--diff").returncode == 2
        refused = run(province, "reload")
        assert refused.returncode == 1
        assert "topology.yaml:21" in refused.stderr
        assert "The new configuration is refused; the present one stays in force." in refused.stderr
        assert console.health()["devices"] == 14
        change(province.directory / "topology.yaml", "role: cor, division: 530000", "role: core, division: 530000")

        # The files have changed and the platform has not: that is what is told.
        found = run(province, "check", "--diff", "--json")
        assert found.returncode == 1
        assert json.loads(found.stdout)["silenced"]["devices"] == ["530628-tax-R1"]
        assert run(province, "reload").returncode == 0
        eventually(lambda: console.health().get("devices") == 13, 60, "the new network is in force")
        assert run(province, "check", "--diff").returncode == 0
        assert platform.stop() == 0
        assert "Traceback" not in platform.text()
