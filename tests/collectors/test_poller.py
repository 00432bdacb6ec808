"""The poll loop, whole: a small network of scripted agents on loopback, and what comes out on the bus."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

import pytest
from prometheus_client import CollectorRegistry

from collectors.facts import Facts
from collectors.poller import Poller
from collectors.settings import CollectorSettings, Credential
from foundation.bus import Bus, Mailbox
from foundation.clock import SystemClock
from foundation.messages import CollectorBeat, Observation, PollRequest, Reach
from foundation.problems import OperatorError
from foundation.settings import Secret
from tests.collectors.agent import Agent, closing, honest, router, silent, start_agent
from tests.networks import small_network
from topology.model import Inventory
from topology.network import Network

CREDENTIALS = {"default": Credential(community=Secret(value="public"))}


@dataclass
class Running:
    """A poller at work before one agent a device."""

    agents: dict[str, Agent]
    poller: Poller
    bus: Bus
    observations: Mailbox[Observation]
    registry: CollectorRegistry

    async def until(self, wanted: Callable[[Observation], bool], count: int = 1) -> list[Observation]:
        """Observations as they come, until so many are as wanted; those are returned."""
        found: list[Observation] = []
        async with asyncio.timeout(20):
            while len(found) < count:
                found.extend(message for message in await self.observations.batch() if wanted(message))
        return found

    def ask(self, *devices: str) -> int:
        """Request a look; the instant of the request."""
        now = SystemClock().now()
        self.bus.publish(PollRequest(frozenset(devices), now))
        return now


@asynccontextmanager
async def running(*, known: Mapping[str, Facts] | None = None, **settings: object) -> AsyncIterator[Running]:
    async with AsyncExitStack() as stack:
        network, agents = small_network(), {}
        devices = {}
        for device in network.devices.values():
            links = (*network.uplinks(device.id), *network.downlinks(device.id))
            names = [link.upper_interface if link.upper == device.id else link.lower_interface for link in links]
            agent = await start_agent(router(dict(enumerate(sorted(set(names)), start=1))))
            stack.enter_context(closing(agent))
            agents[device.id] = agent
            devices[device.id] = replace(device, address="127.0.0.1", snmp_port=agent.port)
        inventory = network.inventory
        network = Network(replace(inventory, devices=devices)) if isinstance(inventory, Inventory) else network
        bus, registry = Bus(), CollectorRegistry()
        observations = bus.subscribe("test", Observation)
        chosen = CollectorSettings.model_validate({"pinger": "off", "timeout": "100 ms", **settings})
        poller = Poller(network, chosen, CREDENTIALS, bus, SystemClock(), registry, known=known)
        task = asyncio.create_task(poller.run())
        try:
            yield Running(agents, poller, bus, observations, registry)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.mark.slow
def test_every_device_is_seen_and_read_in_full_soon_after_the_start() -> None:
    async def play() -> None:
        async with running() as work:
            whole = await work.until(lambda found: found.complete, len(work.agents))
            assert {found.device for found in whole} == set(work.agents)
            core = next(found for found in whole if found.device == "core-1")
            assert {reading.name for reading in core.interfaces} == {"down1", "down2"}

    asyncio.run(play())


@pytest.mark.slow
def test_a_request_is_answered_at_once_by_fresh_observations_of_all_layers() -> None:
    async def play() -> None:
        async with running() as work:
            await work.until(lambda found: found.complete, len(work.agents))
            asked = work.ask("agg-1", "county-a", "no-such-device")
            found = await work.until(lambda found: found.complete and found.at >= asked, 2)
            assert {entry.device for entry in found} == {"agg-1", "county-a"}

    asyncio.run(play())


@pytest.mark.slow
def test_a_dead_device_is_missed_and_delays_no_other() -> None:
    async def play() -> None:
        async with running(concurrency=1) as work:
            work.agents["county-a"].behaviour = silent
            others = await work.until(lambda found: found.complete, len(work.agents) - 1)
            assert "county-a" not in {found.device for found in others}

    asyncio.run(play())


@pytest.mark.slow
def test_when_a_router_is_back_what_lies_behind_it_is_looked_at_at_once() -> None:
    async def play() -> None:
        async with running() as work:
            lost = ("county-a", "a1", "a2", "a3")
            for device in lost:
                work.agents[device].behaviour = silent
            missed = await work.until(lambda found: found.reach is Reach.MISSED, len(lost))
            assert all(found.missed_since is not None and found.missed_since <= found.at for found in missed)
            for device in lost:
                work.agents[device].behaviour = honest
            # Only the router is asked for; its neighbours follow by themselves, long before their own turn.
            asked = work.ask("county-a")
            back = await work.until(lambda found: found.complete and found.device in lost, len(lost))
            assert all(found.at - asked < 8_000 for found in back)

    asyncio.run(play())


@pytest.mark.slow
def test_beats_tell_that_the_collector_lives() -> None:
    async def play() -> None:
        async with running() as work:
            beats = work.bus.subscribe("beats", CollectorBeat)
            await work.until(lambda found: found.complete, len(work.agents))
            async with asyncio.timeout(8):
                (beat, *_) = await beats.batch()
            assert (beat.devices, beat.extra["down"]) == (len(work.agents), 0.0)

    asyncio.run(play())


@pytest.mark.slow
def test_the_collectors_own_figures_are_in_the_registry() -> None:
    async def play() -> None:
        async with running() as work:
            await work.until(lambda found: found.complete, len(work.agents))
            read = work.registry.get_sample_value
            looks = read("yunwei_poll_looks_total", {"layers": "all"})
            lateness = read("yunwei_poll_lateness_seconds_count")
            # Whoever waits for the last device on a busy machine may find the first one asked again already.
            assert looks is not None
            assert looks >= len(work.agents)
            assert lateness is not None
            assert lateness >= looks
            assert read("yunwei_inventory_walks_total") == len(work.agents)
            assert read("yunwei_poll_sockets") == len(work.agents)

    asyncio.run(play())


def test_stopping_closes_every_socket_and_publishes_no_miss() -> None:
    async def play() -> None:
        async with running(pinger="udp_echo", echo_port=9) as work:
            for agent in work.agents.values():
                agent.behaviour = silent
            await asyncio.sleep(0)
        assert work.registry.get_sample_value("yunwei_poll_sockets") == 0
        assert [found for found in work.observations.take() if found.reach is Reach.MISSED] == []

    asyncio.run(play())


def test_credentials_that_are_not_in_the_settings_are_refused_with_a_sentence() -> None:
    with pytest.raises(OperatorError, match=r'credentials "default".*Did you mean "defualt"\?'):
        Poller(
            small_network(),
            CollectorSettings(),
            {"defualt": Credential(community=Secret(value="x"))},
            Bus(),
            SystemClock(),
            CollectorRegistry(),
        )


def test_an_address_that_is_none_is_refused_with_a_sentence() -> None:
    network = small_network()
    devices = {**network.devices, "a1": replace(network.devices["a1"], address="10.6.27.300")}
    broken = Network(replace(network.inventory, devices=devices))
    poller = Poller(broken, CollectorSettings(pinger="off"), CREDENTIALS, Bus(), SystemClock(), CollectorRegistry())
    with pytest.raises(OperatorError, match=r"device a1 at 10\.6\.27\.300"):
        asyncio.run(poller.run())


def test_where_lines_may_carry_next_to_nothing_everybody_is_reached_and_the_rest_waits() -> None:
    async def play() -> None:
        async with running(uplink_share=0.00001) as work:
            reached: set[str] = set()
            async with asyncio.timeout(20):
                while reached != set(work.agents):
                    reached |= {found.device for found in await work.observations.batch()}
            tunings = work.poller.tunings()
            assert sum(tuning.put_off for tuning in tunings.values()) > 0
            line = work.poller.lines()["county-a:agg-1"]
            assert (line.devices, line.speed_mbps) == (4, 1000)
            assert line.allowed_per_minute < 20_000, "twice what reachability takes"
            assert [use.link for use in tunings["a1"].lines] == ["a1:county-a", "county-a:agg-1", "agg-1:core-1"]

    asyncio.run(play())


@pytest.mark.slow
def test_every_device_has_a_tuning_that_says_what_its_polling_costs() -> None:
    async def play() -> None:
        async with running() as work:
            await work.until(lambda found: found.complete, len(work.agents))
            tunings = work.poller.tunings()
            assert set(tunings) == set(work.agents)
            assert all(tuning.bytes_up_per_minute > 500 for tuning in tunings.values())
            assert {tuning.put_off for tuning in tunings.values()} == {0}
            assert work.poller.tuning("a1").credentials == "default"

    asyncio.run(play())


@pytest.mark.slow
def test_the_request_size_of_an_earlier_run_is_the_first_one() -> None:
    async def play() -> None:
        known = {"a1": Facts("a1", None, {"request_values": 12}, 1)}
        async with running(known=known) as work:
            await work.until(lambda found: found.complete, len(work.agents))
            assert work.poller.tuning("a1").request_values == 12
            assert work.poller.tuning("a2").request_values == 50

    asyncio.run(play())
