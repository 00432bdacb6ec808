"""From wire to difference: the poll loop before simulated routers, its facts, and lines that are not as declared."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from collectors.facts import FactsWriter, all_facts
from collectors.neighbours import Difference, End, Fault, Kind, compare, fragment
from collectors.poller import Poller
from collectors.settings import CollectorSettings, Credential
from foundation.bus import Bus
from foundation.clock import SystemClock
from foundation.settings import Secret
from simulator.run import simulate
from simulator.settings import SimulatorSettings
from storage.records.base import Base
from storage.records.database import Records
from tests.networks import small_network
from tests.simulator.running import free_settings
from topology.model import Link
from topology.network import Network

pytestmark = pytest.mark.slow

CREDENTIALS = {"default": Credential(community=Secret(value="public"))}


def rewired(network: Network, change: Callable[[Link], Link]) -> Network:
    """The network with some links otherwise."""
    return Network(replace(network.inventory, links={id_: change(link) for id_, link in network.links.items()}))


async def learned(declared: Network, real: Network, records: Records) -> tuple[Difference, ...]:
    """What differs, once each device of the real network was learned by the declared one."""
    settings: SimulatorSettings = free_settings()
    clock, bus = SystemClock(), Bus()
    writer = FactsWriter(records, clock)
    chosen = CollectorSettings.model_validate({"pinger": "off", "rewrite": "127.0.0.0/8", "port": settings.port})
    poller = Poller(declared, chosen, CREDENTIALS, bus, clock, CollectorRegistry(), keep=writer.keep)
    started = asyncio.Event()
    tasks = [asyncio.create_task(simulate(real, settings, clock, started=started.set))]
    try:
        await started.wait()
        tasks.append(asyncio.create_task(poller.run()))
        async with asyncio.timeout(60):
            while True:
                await asyncio.sleep(0.1)
                await writer.cycle()
                with records.reading() as session:
                    found = all_facts(session)
                if len(found) == len(declared.devices):
                    return compare(declared, found)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await writer.stop()


@pytest.fixture
def kept(tmp_path: Path) -> Records:
    """An empty database."""
    records = Records(f"sqlite:///{tmp_path / 'records.sqlite'}")
    Base.metadata.create_all(records.engine)
    return records


def test_a_province_that_is_wired_as_declared_has_no_difference(kept: Records) -> None:
    network = small_network()
    assert asyncio.run(learned(network, network, kept)) == ()


def test_two_access_lines_that_were_exchanged_in_the_field_are_told_with_the_rows_that_are_right(
    kept: Records,
) -> None:
    declared = small_network()
    ports = {"a1:county-a": "to-a2", "a2:county-a": "to-a1"}
    real = rewired(declared, lambda link: replace(link, upper_interface=ports.get(link.id, link.upper_interface)))
    found = asyncio.run(learned(declared, real, kept))
    assert [(one.kind, one.link, one.fault, one.found) for one in found] == [
        (Kind.MISWIRED, "a1:county-a", Fault.PORT, (End("county-a", "to-a2"), End("a1", "up1"))),
        (Kind.MISWIRED, "a2:county-a", Fault.PORT, (End("county-a", "to-a1"), End("a2", "up1"))),
    ]
    assert {sighting.protocol for one in found for sighting in one.seen} == {"lldp"}
    assert fragment(found) == (
        "--- agencies.csv\n+++ agencies.csv\n"
        "@@ agencies @@\n"
        "-agency-a1,机构a1,Agency a1,county,530627,530627,卫生健康,a1,10.6.27.11,up1,county-a,to-a1,1000,\n"
        "+agency-a1,机构a1,Agency a1,county,530627,530627,卫生健康,a1,10.6.27.11,up1,county-a,to-a2,1000,\n"
        "@@ agencies @@\n"
        "-agency-a2,机构a2,Agency a2,county,530627,530627,卫生健康,a2,10.6.27.12,up1,county-a,to-a2,1000,\n"
        "+agency-a2,机构a2,Agency a2,county,530627,530627,卫生健康,a2,10.6.27.12,up1,county-a,to-a1,1000,\n"
    )
