"""SIGHUP while an incident is open: bad configurations change nothing, good ones take over, nobody is told twice."""

import logging
import signal

import pytest

from foundation.messages import State
from tests.system.small import COUNTY, SmallProvince, change, taken
from tests.system.stack import Process, eventually, free_port

log = logging.getLogger(__name__)

pytestmark = pytest.mark.slow

LAST_AGENCY = (
    "530628-finance,彝良县财政局,Yiliang County Finance Bureau,county,530628,530628,财政,530628-finance-R1,"
    "10.6.28.13,,GigabitEthernet0/0/1,530628-R1,GigabitEthernet0/0/13,100,移动\n"
)


def reload(platform: Process, *, until: str, seconds: float = 20.0) -> None:
    """Let the platform read its configuration again, and wait until its log says how that went."""
    seen = len(platform.text())
    platform.popen.send_signal(signal.SIGHUP)
    eventually(lambda: until in platform.text()[seen:], seconds, f"the log says {until!r}\n{platform.text()}")


def looks(province: SmallProvince) -> float:
    """How many looks the collector has finished."""
    return sum(province.figure(f'yunwei_poll_looks_total{{layers="{layers}"}}') for layers in ("reachability", "all"))


def test_a_reload_refuses_what_is_wrong_and_takes_over_what_is_right(province: SmallProvince) -> None:
    console, agencies = province.console, province.directory / "agencies.csv"
    change(agencies, LAST_AGENCY, "")
    with province.platform() as platform:
        assert console.wait_until_polled()["devices"] == 13
        province.fault("device-dead", COUNTY)
        (incident,) = eventually(lambda: console.incidents("open"), 30, "the dead router has its incident")
        eventually(lambda: province.messages("sms") and province.messages("email"), 15, "people are told")

        # Broken: said in sentences; everything goes on as it was.
        change(province.directory / "topology.yaml", "role: core, division: 530000", "role: cor, division: 530000")
        change(province.directory / "yunwei.yaml", "collector:", "colector:")
        before = looks(province)
        reload(platform, until="The new configuration is refused; the present one stays in force.")
        assert "topology.yaml:21: role: Input should be" in platform.text()
        assert 'Did you mean "collector"?' in platform.text()
        eventually(lambda: looks(province) > before, 10, "polling goes on")
        assert console.health()["uptime_ms"] > 3000, "the platform was not started anew"
        change(province.directory / "topology.yaml", "role: cor, division: 530000", "role: core, division: 530000")
        change(province.directory / "yunwei.yaml", "colector:", "collector:")

        # Right as text, but impossible: the former configuration takes over again.
        text = (province.directory / "yunwei.yaml").read_text()
        with taken(free_port()) as other:
            change(province.directory / "yunwei.yaml", f"port: {province.ports.http}", f"port: {other}")
            reload(platform, until="The former one goes on.")
        (province.directory / "yunwei.yaml").write_text(text)
        console.wait_until_polled()

        # Good: one more agency, nobody told anything again.
        agencies.write_text(agencies.read_text() + LAST_AGENCY)
        reload(platform, until="The new configuration is good and takes over.")
        eventually(lambda: console.health().get("devices") == 14, 20, "the new network is in force")
        assert console.wait_until_polled()["answering"] >= 9
        eventually(lambda: console.health()["uptime_ms"] > 4000, 20, "the settling time is over")
        (same,) = console.incidents()
        assert (same["number"], same["state"]) == (incident["number"], "open")
        assert same["started_at"] == incident["started_at"]
        assert (len(province.messages("sms")), len(province.messages("email"))) == (1, 1)
        states = province.timeline("530628-R1")[1:]
        gaps = [(one.end or 0) - one.start for one in states if one.state is State.UNKNOWN]
        log.info("Take-overs left gaps of %s ms in the timeline.", gaps)
        assert len(gaps) == 2
        assert max(gaps) < 10_000, "no longer than one ordinary interval of looks"

        # And it lives: the device comes back, the incident recovers, and those who were told are told so.
        province.mend()
        eventually(lambda: console.incidents("recovered"), 30, "the incident recovers")
        eventually(lambda: province.messages("sms", "恢复"), 15, "the recovery is told")
        assert platform.stop() == 0
        assert "Traceback" not in platform.text()
