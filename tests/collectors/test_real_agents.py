"""Agents that are not ours: net-snmp's own, and recordings of real devices."""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from collectors.once import HostPoll, poll_host
from collectors.poller import Poller
from collectors.settings import CollectorSettings, Credential
from collectors.snmp import oids
from collectors.snmp.credentials import community_login
from foundation.bus import Bus, Mailbox
from foundation.clock import SystemClock
from foundation.messages import Observation, PollRequest, Reach
from foundation.problems import OperatorError
from foundation.settings import Secret
from tests.collectors.processes import RECORDINGS, free_port, read_recording, snmpd, snmpsim
from tests.networks import small_network
from topology.network import Network

pytestmark = pytest.mark.slow

DEVICES = {
    "cisco": RECORDINGS / "network/switch/cisco-c3560.snmprec.bz2",
    "h3c": RECORDINGS / "network/switch/h3c-e528-2.snmprec.bz2",
    "ruijie": RECORDINGS / "network/switch/ruijie-s5750-24gt12sfp.snmprec.bz2",
    "dlink": RECORDINGS / "network/switch/dlink-des3038.snmprec.bz2",
    "dcrs": RECORDINGS / "network/switch/dcrs-5980-28t-dc.snmprec.bz2",
}


async def patient_poll(port: int, community: str) -> HostPoll:
    """Poll as soon as the agent is up."""
    for _ in range(60):
        try:
            return await poll_host(
                "127.0.0.1", port=port, login=community_login(community), clock=SystemClock(), timeout=1.0
            )
        except OperatorError:
            await asyncio.sleep(0.2)
    raise AssertionError("the agent never answered")


async def until(mailbox: Mailbox[Observation], wanted: Callable[[Observation], bool]) -> Observation:
    async with asyncio.timeout(40):
        while True:
            for found in await mailbox.batch():
                if wanted(found):
                    return found


def test_net_snmps_agent_is_told_as_it_is(tmp_path: Path) -> None:
    port = free_port()
    with snmpd(tmp_path, port):
        found = asyncio.run(patient_poll(port, "public"))
    assert found.complete
    assert (found.identity.name, found.identity.location) == ("test-host", "昆明")
    loopback = next(entry for entry in found.interfaces if entry.reading.name == "lo")
    assert (loopback.reading.admin, loopback.reading.oper, loopback.wide) == (1, 1, True)
    memory = [reading.value for reading in found.health if reading.kind == "memory"]
    assert len(memory) == 1
    assert memory[0] is not None and 0 < memory[0] < 100  # noqa: PT018


@pytest.mark.parametrize("name", DEVICES)
def test_every_port_of_a_recorded_device_is_found_under_a_name_of_its_own(name: str, tmp_path: Path) -> None:
    recording = read_recording(DEVICES[name])
    port = free_port()
    with snmpsim(tmp_path, {name: DEVICES[name]}, port):
        found = asyncio.run(patient_poll(port, name))
    expected = {int(oid.rsplit(".", 1)[1]) for oid in recording if oid.startswith(f"{oids.IF_OPER_STATUS}.")}
    assert expected
    assert {entry.raw.index for entry in found.interfaces} == expected
    assert len({entry.reading.name for entry in found.interfaces}) == len(expected)
    for entry in found.interfaces:
        assert entry.reading.oper == int(recording[oids.under(oids.IF_OPER_STATUS, entry.raw.index)][1])
    assert found.identity.object_id == recording[oids.SYS_OBJECT_ID][1]
    assert found.complete


def test_an_agent_that_is_killed_is_missed_and_its_return_is_a_restart(tmp_path: Path) -> None:
    port = free_port()
    template = small_network()
    device = replace(template.devices["core-1"], address="127.0.0.1", snmp_port=port)
    network = Network(replace(template.inventory, devices={device.id: device}, links={}))
    bus = Bus()
    observations = bus.subscribe("test", Observation)
    settings = CollectorSettings(pinger="off", reachability_interval="1 s")  # type: ignore[arg-type]
    credentials = {"default": Credential(community=Secret(value="public"))}

    async def play() -> None:
        poller = Poller(network, settings, credentials, bus, SystemClock(), CollectorRegistry())
        task = asyncio.create_task(poller.run())
        try:
            with snmpd(tmp_path, port) as agent:
                await until(observations, lambda found: found.complete)
                # Old enough that its clock shows the restart.
                await asyncio.sleep(6)
                killed = SystemClock().now()
                agent.send_signal(signal.SIGKILL)
                agent.wait()
                missed = await until(observations, lambda found: found.reach is Reach.MISSED)
                assert missed.missed_since is not None
                assert killed - 50 <= missed.missed_since <= killed + 2_500
                assert missed.at - killed < 8_000
            await asyncio.sleep(4)
            with snmpd(tmp_path, port):
                await asyncio.sleep(1)
                bus.publish(PollRequest(frozenset({device.id}), SystemClock().now()))
                back = await until(observations, lambda found: found.reach is Reach.ANSWERED)
                assert back.restarted
                whole = await until(observations, lambda found: found.complete)
                assert not whole.restarted
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(play())
