"""What recorded devices tell of themselves. The recordings beside the project where they are, else snmpsim-data's."""

import asyncio
from importlib.util import find_spec
from pathlib import Path

import pytest

from collectors.facts.document import read, write
from collectors.snmp.inventory import Inventory, take_inventory
from collectors.snmp.profiles.profile import ProfileSet
from tests.collectors.snmp.inventory.talking import replaying, talking

BESIDE = Path(__file__).resolve().parents[5] / "shared/data/snmprec"
_PACKAGE = find_spec("snmpsim_data")
PACKAGED = Path(next(iter(_PACKAGE.submodule_search_locations or ()))) if _PACKAGE is not None else Path()
FOUND = sorted(BESIDE.glob("*.snmprec*")) or sorted(PACKAGED.glob("data/public/network/switch/*.snmprec.bz2"))
T0 = 1_795_000_000_000

pytestmark = pytest.mark.slow


def inventory(path: Path) -> tuple[Inventory, int]:
    """The inventory of a recording, and how many requests it took."""

    async def play() -> tuple[Inventory, int]:
        async with replaying(path) as agent, talking(agent) as talk:
            found = await take_inventory(talk, (), 4_096, everything=True, profiles=ProfileSet.load(), now=T0)
            return found, len(agent.requests)

    return asyncio.run(play())


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.name.partition(".")[0])
def test_every_recorded_device_is_taken_stock_of_and_can_be_kept(path: Path) -> None:
    found, requests = inventory(path)
    names = [one.name for one in found.interfaces] + [one.name for one in found.others]
    assert len(names) == len(set(names)) == found.found
    assert all(one.local_interface for one in found.neighbours)
    assert all(one.neighbour and one.state for one in found.peers)
    assert write(read(write(found), T0)) == write(found)
    # A request brings many values; a device with hundreds of ports takes a hundred and more.
    assert requests <= 60 + 2 * found.found


EXPECTED = {
    "vrp_5720": ("2102359576DMHC000120", 5, {"GigabitEthernet0/0/14", "XGigabitEthernet0/0/1", "MEth0/0/1"}, 2),
    "junos_mx5t-isis": ("", 4, {"xe-0/0/1", "ge-1/1/0", "ge-1/1/9", "xe-0/0/0"}, 1),
    "iosxr_ncs55a2": ("FOC12345I3R", 5, {"TenGigE0/0/0/0", "TenGigE0/0/0/8"}, 5),
    "h3c-e528-2": ("210235A0GKC158000929", 1, {"GigabitEthernet1/0/24"}, 0),
    "iosxe_c9500h-svl": ("CAT2223L007", 15, {"Gi0/0", "Twe1/0/1", "Hu2/0/52"}, 0),
    "fortigate_60f3g4g": ("", 1, {"wan2"}, 3),
    "vrp_ne": ("", 0, set(), 50),
}
"""By recording: serial number (empty: not looked at), neighbours, some of the interfaces that hear them, peers. Read
by hand from the recordings: a local port number of LLDP is none of these devices' ifIndex."""


@pytest.mark.parametrize("name", EXPECTED)
def test_serial_numbers_neighbours_and_peers_are_those_in_the_recording(name: str) -> None:
    path = next((path for path in FOUND if path.name.partition(".")[0] == name), None)
    if path is None:
        # snmpsim-data has another choice of devices; the test above reads all of it.
        assert not BESIDE.exists()
        return
    serial, neighbours, ports, peers = EXPECTED[name]
    found, _ = inventory(path)
    assert not serial or found.identity.serial == serial
    assert len(found.neighbours) == neighbours
    assert ports <= {one.local_interface for one in found.neighbours}
    assert len(found.peers) == peers
