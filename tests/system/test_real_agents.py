"""The main job on agents that are not ours: polled, stored, judged, mailed, recovered."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest

from foundation.clock import HOUR, MINUTE, SystemClock
from storage.metrics.open import open_metric_store
from storage.metrics.settings import MetricSettings
from storage.metrics.store import Aggregate, Measurement, MetricStore, SeriesQuery
from tests.system.agents import (
    RECORDED,
    ROOT,
    SHARED_RECORDINGS,
    CoreInterface,
    answers,
    packaged_recordings,
    snmpd,
    snmpsim,
)
from tests.system.stack import Console, Process, eventually, free_port, process, yunwei

HERE = Path(__file__).parent / "real_agents"

SETTINGS = """\
credentials:
  snmpd: {{ community: {{ value: public }} }}
{credentials}
collector: {{ pinger: "off", reachability_interval: 2 s, interval: 10 s, timeout: 1 s }}
judging: {{ settle: 5 s, unknown_after: 10 s }}
notify:
  smtp: {{ host: 127.0.0.1, port: {smtp}, sender: yunwei@yunwei.example }}
  sms: {{ url: "http://127.0.0.1:{inbox}/sms" }}
dashboard: {{ port: {http}, api_token: {{ value: test-token }} }}
inbox: {{ smtp_port: {smtp}, http_port: {inbox} }}
"""

FINANCE = (
    "finance,镇雄县财政局,Zhenxiong County Finance Bureau,county,530627,530627,财政,finance-router,"
    "127.0.0.1,21166,vrp_5720,XGigabitEthernet0/0/1,county,Ethernet1/0/13,1000,电信\n"
)
"""One more agency, whose router replays a recording that lies beside the project."""


@dataclass
class Province:
    """Everything that runs for this test."""

    console: Console
    platform: Process
    inbox: str
    core: CoreInterface
    agents: dict[str, Process]
    recordings: dict[str, Path]
    directory: Path

    def mailed(self, *words: str) -> bool:
        """Whether a mail has all these words in its subject."""
        found = httpx.get(f"{self.inbox}/messages", trust_env=False).json()["messages"]
        subjects = [message["subject"] for message in found if message["channel"] == "email"]
        return any(all(word in subject for word in words) for subject in subjects)


@pytest.fixture
def province(tmp_path: Path) -> Iterator[Province]:
    """snmpd, four recorded devices (five where the recordings beside the project are present), inbox and platform."""
    http, smtp, inbox = free_port(), free_port(), free_port()
    recordings = {device: packaged_recordings() / path for device, path in RECORDED.items()}
    agencies = (HERE / "agencies.csv").read_text()
    shared = SHARED_RECORDINGS / "vrp_5720.snmprec"
    if shared.exists():
        recordings["finance-router"] = shared
        agencies += FINANCE
    names = [path.name.removesuffix(".bz2").removesuffix(".snmprec") for path in recordings.values()]
    credentials = "\n".join(f"  {name}: {{ community: {{ value: {name} }} }}" for name in names)
    (tmp_path / "agencies.csv").write_text(agencies)
    settings = SETTINGS.format(credentials=credentials, http=http, smtp=smtp, inbox=inbox)
    (tmp_path / "yunwei.yaml").write_text(settings)
    shutil.copy(HERE / "roster.yaml", tmp_path)
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    availability = tmp_path / "rules" / "availability.yaml"
    shipped = availability.read_text()
    assert "told_after: 2 min" in shipped
    # The message of a line's recovery waits, in case the trouble comes back: here not for minutes.
    availability.write_text(shipped.replace("told_after: 2 min", "told_after: 5 s"))
    shutil.copytree(ROOT / "runbooks", tmp_path / "runbooks")
    with ExitStack() as stack:
        _, core = stack.enter_context(snmpd(21161, tmp_path))
        topology = (HERE / "topology.yaml").read_text().replace("@CORE_INTERFACE@", core.name)
        (tmp_path / "topology.yaml").write_text(topology)
        agents = {
            device: stack.enter_context(snmpsim(21162 + number, recording, tmp_path))
            for number, (device, recording) in enumerate(recordings.items())
        }
        for number, name in enumerate(("public", *names)):
            eventually(partial(answers, 21161 + number, name), 120, f"the agent {name} answers")
        stack.enter_context(process("inbox", yunwei("inbox", "--config", str(tmp_path)), tmp_path))
        platform = stack.enter_context(process("run", yunwei("run", "--config", str(tmp_path)), tmp_path))
        console = Console(f"http://127.0.0.1:{http}", "test-token")
        yield Province(console, platform, f"http://127.0.0.1:{inbox}", core, agents, recordings, tmp_path)


@pytest.mark.slow
def test_real_agents_are_polled_stored_judged_mailed_and_recover(province: Province) -> None:
    console, devices = province.console, len(province.recordings) + 1

    # Polled: every agent answers, and nothing is wrong.
    eventually(lambda: console.health().get("answering") == devices, 90, "every agent answers")
    assert console.incidents() == []

    # An interface is shut on a machine that really has it: its line is one incident with its runbook, and it is mailed.
    province.core.shut()
    (line,) = eventually(lambda: console.incidents("open"), 60, "the shut interface opens an incident")
    assert (line["object_kind"], line["object_id"]) == ("link", "aggregation:core")
    assert line["runbook"]
    eventually(lambda: province.mailed(line["number"], "中断"), 20, "the incident is mailed")
    province.core.open()
    eventually(lambda: not console.incidents("open"), 60, "the line recovers")
    eventually(lambda: province.mailed(line["number"], "恢复"), 20, "the recovery is mailed")

    # An agent is killed: one incident for the device, with its agency; mailed; recovered when the agent is back.
    province.agents["health-router"].kill()
    (dead,) = eventually(lambda: console.incidents("open"), 40, "the killed agent opens an incident")
    assert (dead["object_kind"], dead["object_id"], dead["agencies"]) == ("device", "health-router", 1)
    eventually(lambda: province.mailed(dead["number"], "失联"), 20, "the incident is mailed")
    with snmpsim(21164, province.recordings["health-router"], province.directory):
        eventually(lambda: not console.incidents("open"), 90, "the device recovers")
        eventually(lambda: province.mailed(dead["number"], "恢复"), 20, "the recovery is mailed")

    # Stored: after a clean stop the store holds the real interfaces in the state they were recorded in.
    assert province.platform.stop() == 0
    assert "Traceback" not in province.platform.text()
    store = open_metric_store(MetricSettings(), province.directory / "data", SystemClock())
    try:
        assert last_oper(store, "aggregation", "GigabitEthernet0/0/1") == 1
        assert last_oper(store, "aggregation", "GigabitEthernet0/0/16") == 2
        assert last_oper(store, "tax-router", "Gi0/1") == 1
    finally:
        store.close()


def last_oper(store: MetricStore, device: str, interface: str) -> float | None:
    """The last ifOperStatus stored for an interface in this hour."""
    now = SystemClock().now()
    tags = {"device": device, "ifname": interface}
    query = SeriesQuery(Measurement.INTERFACE, tags, "oper", now - HOUR, now + MINUTE, HOUR, Aggregate.LAST)
    values = [value for value in store.series(query).values if value is not None]
    return values[-1] if values else None
