"""Whom a Cisco device hears by CDP: cdpCacheTable (CISCO-CDP-MIB)."""

from collections.abc import Mapping
from typing import Final

from collectors.snmp.conversation import Conversation
from collectors.snmp.inventory.local_ports import LocalPorts
from collectors.snmp.inventory.model import Neighbour
from collectors.snmp.inventory.octets import address_of, arcs_of
from collectors.snmp.inventory.tables import Row, read_rows
from collectors.snmp.text import text_of

_ENTRY: Final = "1.3.6.1.4.1.9.9.23.1.2.1.1"
ADDRESS_TYPE: Final = f"{_ENTRY}.3"
ADDRESS: Final = f"{_ENTRY}.4"
DEVICE_ID: Final = f"{_ENTRY}.6"
DEVICE_PORT: Final = f"{_ENTRY}.7"
PLATFORM: Final = f"{_ENTRY}.8"

COLUMNS: Final = (ADDRESS_TYPE, ADDRESS, DEVICE_PORT, PLATFORM)

SPEAKERS: Final = ("1.3.6.1.4.1.9.", "1.3.6.1.4.1.11.")
"""Cisco, and HP's switches: others don't have the table."""

MOST_NEIGHBOURS: Final = 256


async def read_cdp(talk: Conversation, object_id: str, ports: LocalPorts) -> tuple[Neighbour, ...]:
    """A neighbour for each row; devices that can't have the table are not asked. Raises Unanswered."""
    if not object_id.startswith(SPEAKERS):
        return ()
    return neighbours_of(await read_rows(talk, DEVICE_ID, COLUMNS, MOST_NEIGHBOURS), ports)


def neighbours_of(rows: Mapping[str, Row], ports: LocalPorts) -> tuple[Neighbour, ...]:
    """From the rows by index, ifIndex and number."""
    found: list[Neighbour] = []
    for index, row in rows.items():
        arcs = arcs_of(index)
        if len(arcs) != 2:
            continue
        packed = row.get(ADDRESS)
        address = address_of(packed) if isinstance(packed, bytes) else None
        found.append(
            Neighbour(
                "cdp",
                ports.at(arcs[0]) or f"port {arcs[0]}",
                text_of(row.get(DEVICE_ID)),
                "",
                text_of(row.get(DEVICE_PORT)),
                "",
                "" if address is None else str(address),
                text_of(row.get(PLATFORM)),
            )
        )
    return tuple(found)
