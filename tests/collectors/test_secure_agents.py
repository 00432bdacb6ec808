"""The poll loop before net-snmp's agent by SNMPv3: restarts are no outages, wrong credentials no silence."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from collectors.poller import Poller
from collectors.settings import CollectorSettings, Credential
from foundation.bus import Bus, Mailbox
from foundation.clock import SystemClock
from foundation.messages import Observation, PollRequest, Reach
from tests.collectors.processes import free_port, snmpd
from tests.networks import small_network
from topology.network import Network

pytestmark = pytest.mark.slow

USER = ("createUser yunwei SHA-256 sign-with-this AES hide-with-this", "rouser yunwei authPriv")


def secure(**different: object) -> Credential:
    """The agent's user, or something a little different."""
    return Credential.model_validate(
        {
            "version": 3, "user": "yunwei", "auth": "SHA-256", "auth_password": {"value": "sign-with-this"},
            "privacy": "AES", "privacy_password": {"value": "hide-with-this"}, **different,
        }
    )  # fmt: skip


def community(word: str) -> Credential:
    return Credential.model_validate({"community": {"value": word}})


@dataclass
class Running:
    """A poller before one agent."""

    port: int
    process: "subprocess.Popen[bytes]"
    poller: Poller
    bus: Bus
    observations: Mailbox[Observation]
    seen: list[Observation]

    async def until(self, wanted: Callable[[Observation], bool]) -> Observation:
        """The first observation that is wanted; the ones before it are in `seen` too."""
        async with asyncio.timeout(40):
            while True:
                found = await self.observations.batch()
                self.seen.extend(found)
                for each in found:
                    if wanted(each):
                        return each


@asynccontextmanager
async def running(directory: Path, credentials: dict[str, Credential], **settings: Any) -> AsyncIterator[Running]:
    """A poller that tries these credentials in order, and the agent's port and process."""
    port = free_port()
    template = small_network()
    device = replace(template.devices["core-1"], address="127.0.0.1", snmp_port=port, credentials="all")
    network = Network(replace(template.inventory, devices={device.id: device}, links={}))
    bus = Bus()
    observations = bus.subscribe("test", Observation)
    chosen = CollectorSettings.model_validate(
        {"pinger": "icmp", "reachability_interval": "1 s", "interval": "5 s", **settings}
    )
    with snmpd(directory, port, *USER) as process:
        poller = Poller(
            network, chosen, credentials, bus, SystemClock(), CollectorRegistry(), {"all": list(credentials)}
        )
        task = asyncio.create_task(poller.run())
        try:
            yield Running(port, process, poller, bus, observations, [])
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def test_a_restart_of_a_secure_agent_is_told_as_a_restart_and_never_as_an_outage(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path, {"v3": secure()}) as work:
            await work.until(lambda found: found.complete)
            # Old enough that its clock shows the restart.
            await asyncio.sleep(6)
            port = work.port
            work.process.send_signal(signal.SIGTERM)
            work.process.wait()
            with snmpd(tmp_path, port, *USER):
                await work.until(lambda found: found.restarted)
                await work.until(lambda found: found.complete)
            assert {found.reach for found in work.seen} == {Reach.ANSWERED}
            assert work.poller.telemetry.resyncs >= 1

    asyncio.run(play())


WRONG = {
    "user": {"user": "nobody"},
    "authentication password": {"auth_password": {"value": "something-else"}},
    "privacy password": {"privacy_password": {"value": "something-else"}},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_login_is_told_as_rejected(
    tmp_path: Path, wrong: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    async def play() -> None:
        async with running(tmp_path, {"v3": secure(**wrong)}) as work:
            await work.until(lambda found: found.reach is Reach.REJECTED)

    asyncio.run(play())
    assert "refuses every login" in caplog.text
    for secret in ("sign-with-this", "hide-with-this", "something-else"):
        assert secret not in caplog.text


def test_of_several_logins_whose_privacy_password_is_wrong_none_hides_the_others(tmp_path: Path) -> None:
    credentials = {
        "one": secure(privacy_password={"value": "something-else"}),
        "two": secure(privacy_password={"value": "else-something"}),
    }

    async def play() -> None:
        async with running(tmp_path, credentials) as work:
            found = await work.until(lambda found: found.reach is not Reach.ANSWERED)
            assert found.reach is Reach.REJECTED

    asyncio.run(play())


def test_a_wrong_community_is_silence_where_the_host_answers_pings(tmp_path: Path) -> None:
    async def play() -> None:
        async with running(tmp_path, {"old": community("wrong")}) as work:
            found = await work.until(lambda found: found.reach is not Reach.MISSED)
            assert found.reach is Reach.SILENT

    asyncio.run(play())


def test_of_versions_and_passwords_the_one_that_works_is_found_and_its_name_told(tmp_path: Path) -> None:
    credentials = {
        "wrong": community("wrong"),
        "other": secure(user="nobody"),
        "right": secure(),
        "last": community("public"),
    }

    async def play() -> None:
        async with running(tmp_path, credentials) as work:
            await work.until(lambda found: found.complete)
            tuning = work.poller.tuning("core-1")
            assert (tuning.credentials, tuning.version) == ("right", "3")

    asyncio.run(play())


def test_a_password_that_is_changed_on_the_device_is_followed(tmp_path: Path) -> None:
    changed = ("createUser yunwei SHA-256 new-signature AES new-hiding-place", "rouser yunwei authPriv")
    credentials = {
        "before": secure(),
        "after": secure(auth_password={"value": "new-signature"}, privacy_password={"value": "new-hiding-place"}),
    }

    async def play() -> None:
        async with running(tmp_path, credentials) as work:
            await work.until(lambda found: found.complete)
            port = work.port
            work.process.terminate()
            work.process.wait()
            # What the agent remembers of its users would win over its configuration.
            rmtree(tmp_path / "persistent")
            with snmpd(tmp_path, port, *changed):
                work.bus.publish(PollRequest(frozenset({"core-1"}), SystemClock().now()))
                at = SystemClock().now()
                await work.until(lambda found: found.complete and found.at > at)
                assert work.poller.tuning("core-1").credentials == "after"

    asyncio.run(play())
