"""What one run of the platform learned of real agents, the next one begins with."""

import asyncio
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from collectors.facts import Facts, FactsWriter, all_facts
from collectors.poller import Poller
from collectors.settings import CollectorSettings, Credential
from foundation.bus import Bus
from foundation.clock import SystemClock
from foundation.settings import Secret
from simulator.run import simulate
from storage.records.base import Base
from storage.records.database import Records
from tests.networks import small_network
from tests.simulator.running import free_settings

pytestmark = pytest.mark.slow

CREDENTIALS = {"default": Credential(community=Secret(value="public"))}


def test_inventories_and_tunings_are_kept_at_the_stop_and_given_back_at_the_start(tmp_path: Path) -> None:
    records = Records(f"sqlite:///{tmp_path / 'records.sqlite'}")
    Base.metadata.create_all(records.engine)
    network, clock, ports = small_network(), SystemClock(), free_settings()

    def kept() -> dict[str, Facts]:
        with records.reading() as session:
            return all_facts(session)

    def poller(known: dict[str, Facts]) -> tuple[Poller, FactsWriter]:
        chosen = CollectorSettings.model_validate({"pinger": "off", "rewrite": "127.0.0.0/8", "port": ports.port})
        writer = FactsWriter(records, clock, lambda: made.tunings())
        made = Poller(network, chosen, CREDENTIALS, Bus(), clock, CollectorRegistry(), keep=writer.keep, known=known)
        return made, writer

    async def first_run() -> None:
        started = asyncio.Event()
        agents = asyncio.create_task(simulate(network, ports, clock, started=started.set))
        await started.wait()
        polls, writer = poller({})
        polling = asyncio.create_task(polls.run())
        async with asyncio.timeout(60):
            while len(kept()) < len(network.devices):
                await asyncio.sleep(0.1)
                await writer.cycle()
        for task in (polling, agents):
            task.cancel()
        await asyncio.gather(polling, agents, return_exceptions=True)
        await writer.stop()

    async def second_run() -> None:
        """Nobody answers: all that it knows, it knows from before."""
        polls, writer = poller(kept())
        polling = asyncio.create_task(polls.run())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        try:
            assert polls.watchers.keys() == network.devices.keys()
            for watcher in polls.watchers.values():
                assert watcher.memory.inventory is not None
                assert watcher.memory.inventory.neighbours
                assert watcher.memory.plan is None, "what was is not what is: nothing is read by an old inventory"
            core = polls.watchers["core-1"].memory.inventory
            assert core is not None
            assert {peer.protocol for peer in core.peers} == {"bgp"}
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            await writer.stop()

    asyncio.run(first_run())
    found = kept()
    for facts in found.values():
        assert facts.inventory is not None
        assert facts.tuning is not None
        assert facts.tuning["credentials"] == "default"
        assert facts.tuning["request_values"] > 0
    asyncio.run(second_run())
    assert kept().keys() == found.keys()
    records.close()
