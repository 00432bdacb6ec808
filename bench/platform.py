"""The whole platform as it is run: time to the first look, memory, CPU, and from a failure to its incident.

    python -m bench.platform [--failures N]

Starts the simulated province, the inbox and the platform as three processes, as the demo does but without its
scenario. Then county routers die one after the other, each at another moment of the poll cycle; the clock runs from the
command to the simulator until the API shows the incident.
"""

import argparse
import os
import random
import re
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx

from foundation.clock import SystemClock
from simulator.control import send
from topology.model import Role
from yunwei.demo.directory import DemoPorts, write_demo
from yunwei.demo.processes import child_processes
from yunwei.workspace import Workspace, load_workspace

PORTS: Final = DemoPorts(http=21000, snmp=21161, echo=21107, control=21180, smtp=21125, sms=21190)
STEADY: Final = 60.0
"""Seconds over which the CPU of the running platform is taken."""


class Platform:
    """The running platform as its API shows it."""

    def __init__(self, workspace: Workspace) -> None:
        token = workspace.settings.dashboard.api_token
        assert token is not None
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{workspace.settings.dashboard.port}",
            headers={"Authorization": f"Bearer {token.resolve()}"},
            trust_env=False,
        )

    def health(self) -> dict[str, Any]:
        """Empty while it does not answer yet."""
        try:
            return dict(self._client.get("/healthz").json())
        except httpx.HTTPError:
            return {}

    def open_incidents(self) -> list[dict[str, Any]]:
        """Incidents neither recovered nor closed."""
        items = self._client.get("/api/v1/incidents", params={"limit": 200}).json()["items"]
        return [item for item in items if item["state"] in {"open", "acknowledged"}]

    def open_alerts(self) -> list[dict[str, Any]]:
        """All alerts that are open."""
        return list(self._client.get("/api/v1/alerts", params={"limit": 200}).json()["items"])


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(pid: int, name: str) -> float:
    """A figure of /proc/PID/status, such as VmRSS."""
    match = re.search(rf"^{name}:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert match is not None
    return int(match[1]) / 1024


def fail(platform: Platform, county: str, expected: int, clock: SystemClock) -> float:
    """Kill a county router; seconds until its incident is open, one only, with all its agencies."""
    began = clock.monotonic()
    answer = send(PORTS.control, {"fault": "device-dead", "target": county})
    while not (opened := platform.open_incidents()):
        time.sleep(0.05)
    seconds = clock.monotonic() - began
    # All its agencies are on it, none alarmed by itself: looked at until well after the slowest re-check.
    deadline = clock.monotonic() + 30
    while clock.monotonic() < deadline:
        opened = platform.open_incidents()
        assert [found["object_id"] for found in opened] == [county], opened
        if opened[0]["agencies"] == expected:
            break
        time.sleep(0.1)
    everything = clock.monotonic() - began
    time.sleep(10)
    opened, alerts = platform.open_incidents(), platform.open_alerts()
    assert len(opened) == 1, opened
    assert opened[0]["agencies"] == expected, (opened[0]["agencies"], expected)
    print(
        f"{county}: incident after {seconds:.1f} s, all {expected} agencies on it after {everything:.1f} s, "
        f"1 incident, {len(alerts)} open alert(s)"
    )
    send(PORTS.control, {"clear": answer["id"]})
    while platform.open_incidents():
        time.sleep(0.2)
    print(f"{'':12} recovered {clock.monotonic() - began - everything - 10:.1f} s after the repair")
    return seconds


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--failures", type=int, default=5)
    arguments = parser.parse_args()
    clock = SystemClock()
    with tempfile.TemporaryDirectory() as place:
        directory = Path(place) / "province"
        write_demo(directory, PORTS, scenario=None)
        workspace = load_workspace(directory)
        network = workspace.network
        common = ("--config", str(directory), "--until-end-of-input")
        commands = [(name, (name, *common)) for name in ("simulate", "inbox", "run")]
        began = clock.monotonic()
        with child_processes(commands, Path(place), clock) as children:
            platform, pid = Platform(workspace), children[-1].process.pid
            while (health := platform.health()).get("looked_at") != len(network.devices):
                time.sleep(0.2)
            print(f"start: all {health['devices']} devices polled {clock.monotonic() - began:.1f} s after the start")
            cpu = cpu_seconds(pid)
            time.sleep(STEADY)
            spent = (cpu_seconds(pid) - cpu) / STEADY
            print(f"steady: {spent * 100:.1f} % of one core, {megabytes(pid, 'VmRSS'):.0f} MB (≤ 400 MB)")

            counties = [device.id for device in network.devices.values() if device.role is Role.COUNTY]
            chosen = random.Random(1).sample(counties, arguments.failures)
            seconds = [fail(platform, county, len(network.cut_off([county]).agencies), clock) for county in chosen]
            print(f"failure to incident: median {median(seconds):.1f} s, worst {max(seconds):.1f} s (≤ 25 s)")
            print(f"memory at its peak: {megabytes(pid, 'VmHWM'):.0f} MB (≤ 400 MB)")


if __name__ == "__main__":
    main()
