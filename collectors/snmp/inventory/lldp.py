"""Whom a device hears by LLDP: lldpRemTable with the local ports' own names (LLDP-MIB, IEEE 802.1AB-2005)."""

from collections.abc import Iterable, Mapping
from typing import Final

from collectors.snmp.conversation import Conversation
from collectors.snmp.gufo import Answer, Value
from collectors.snmp.inventory.local_ports import LocalPorts
from collectors.snmp.inventory.model import Neighbour
from collectors.snmp.inventory.octets import address_of, arcs_of, identifier_of, mac_of, network_address_of
from collectors.snmp.inventory.tables import Row, read_rows
from collectors.snmp.text import number_of, text_of

_OBJECTS: Final = "1.0.8802.1.1.2.1"
LOC_PORT_ID_SUBTYPE: Final = f"{_OBJECTS}.3.7.1.2"
LOC_PORT_ID: Final = f"{_OBJECTS}.3.7.1.3"
LOC_PORT_DESC: Final = f"{_OBJECTS}.3.7.1.4"
REM_CHASSIS_SUBTYPE: Final = f"{_OBJECTS}.4.1.1.4"
REM_CHASSIS: Final = f"{_OBJECTS}.4.1.1.5"
REM_PORT_SUBTYPE: Final = f"{_OBJECTS}.4.1.1.6"
REM_PORT: Final = f"{_OBJECTS}.4.1.1.7"
REM_PORT_DESC: Final = f"{_OBJECTS}.4.1.1.8"
REM_SYS_NAME: Final = f"{_OBJECTS}.4.1.1.9"
REM_SYS_DESC: Final = f"{_OBJECTS}.4.1.1.10"
REM_MAN_ADDR_SUBTYPE: Final = f"{_OBJECTS}.4.2.1.3"
"""lldpRemManAddrIfSubtype; the address itself is in the index."""
BASE_PORT_IF_INDEX: Final = "1.3.6.1.2.1.17.1.4.1.2"
"""dot1dBasePortIfIndex (BRIDGE-MIB, RFC 4188)."""

REMOTE: Final = (
    REM_CHASSIS_SUBTYPE, REM_PORT_SUBTYPE, REM_PORT, REM_PORT_DESC, REM_SYS_NAME, REM_SYS_DESC,
)  # fmt: skip
LOCAL: Final = (LOC_PORT_ID_SUBTYPE, LOC_PORT_ID, LOC_PORT_DESC)

CHASSIS_MAC: Final = 4
CHASSIS_ADDRESS: Final = 5
PORT_MAC: Final = 3
PORT_ADDRESS: Final = 4

MOST_NEIGHBOURS: Final = 256
LONGEST_TEXT: Final = 255


async def read_lldp(talk: Conversation, ports: LocalPorts) -> tuple[Neighbour, ...]:
    """A neighbour for each row. An agent that hears nobody costs one request. Raises Unanswered."""
    rows = await read_rows(talk, REM_CHASSIS, REMOTE, MOST_NEIGHBOURS)
    if not rows:
        return ()
    numbers = sorted({arcs[1] for index in rows if len(arcs := arcs_of(index)) == 3})
    local = await talk.get([f"{column}.{number}" for number in numbers for column in LOCAL])
    unnamed = [number for number in numbers if f"{LOC_PORT_ID}.{number}" not in local]
    bridge = await talk.get([f"{BASE_PORT_IF_INDEX}.{number}" for number in unnamed])
    addresses = addresses_of(await talk.walk(REM_MAN_ADDR_SUBTYPE, 2 * MOST_NEIGHBOURS))
    return neighbours_of(rows, {**local, **bridge}, addresses, ports)


def neighbours_of(
    rows: Mapping[str, Row], local: Answer, addresses: Mapping[tuple[int, ...], str], ports: LocalPorts
) -> tuple[Neighbour, ...]:
    """From the rows by index (time mark, local port number, number); `local` holds what is known of local ports."""
    found: list[Neighbour] = []
    for index, row in rows.items():
        arcs = arcs_of(index)
        if len(arcs) != 3:
            continue
        found.append(
            Neighbour(
                "lldp",
                local_name(arcs[1], local, ports),
                text_of(row.get(REM_SYS_NAME)),
                chassis_of(row),
                port_of(row),
                text_of(row.get(REM_PORT_DESC)),
                addresses.get(arcs, ""),
                text_of(row.get(REM_SYS_DESC))[:LONGEST_TEXT],
            )
        )
    return tuple(found)


def local_name(number: int, local: Answer, ports: LocalPorts) -> str:
    """The interface behind a local port number, which is a number of LLDP's own and seldom an ifIndex.

    What the agent calls the port is looked for among its interfaces. Where it doesn't tell, the number is that of a
    bridge port, or else an ifIndex.
    """
    identifier = local.get(f"{LOC_PORT_ID}.{number}")
    if identifier is not None:
        subtype = number_of(local, f"{LOC_PORT_ID_SUBTYPE}.{number}")
        text = mac_of(identifier) if subtype == PORT_MAC else identifier_of(identifier)
        description = text_of(local.get(f"{LOC_PORT_DESC}.{number}"))
        for called in (text, description):
            if name := ports.called(called):
                return name
        # Juniper's identifier is the ifIndex as text.
        if text.isdigit() and (name := ports.at(int(text))):
            return name
        return ports.at(number) or description or text or f"port {number}"
    index = number_of(local, f"{BASE_PORT_IF_INDEX}.{number}")
    return (ports.at(index) if index is not None else "") or ports.at(number) or f"port {number}"


def chassis_of(row: Row) -> str:
    """lldpRemChassisId by its subtype; a MAC as `aa:bb:cc:dd:ee:ff`."""
    return _identifier(row.get(REM_CHASSIS), row.get(REM_CHASSIS_SUBTYPE), CHASSIS_MAC, CHASSIS_ADDRESS)


def port_of(row: Row) -> str:
    """lldpRemPortId by its subtype."""
    return _identifier(row.get(REM_PORT), row.get(REM_PORT_SUBTYPE), PORT_MAC, PORT_ADDRESS)


def _identifier(value: Value, subtype: Value, mac: int, address: int) -> str:
    found = ""
    if subtype == mac:
        found = mac_of(value)
    elif subtype == address:
        found = network_address_of(value)
    return found or identifier_of(value)


def addresses_of(indexes: Iterable[str]) -> dict[tuple[int, ...], str]:
    """The management address of each row, IPv4 before IPv6; an index is the row's three arcs, type, length, octets."""
    found: dict[tuple[int, ...], str] = {}
    for index in indexes:
        arcs = arcs_of(index)
        address = address_of(arcs[5:]) if len(arcs) > 5 and len(arcs) == 5 + arcs[4] else None
        if address is None:
            continue
        row = arcs[:3]
        if row not in found or (address.version == 4 and ":" in found[row]):
            found[row] = str(address)
    return found
