"""The province's own routers, and the addresses of all devices."""

from typing import Final

from foundation.documents import Document
from foundation.problems import Place
from topology.files.findings import Findings, Register
from topology.files.reading import read_rows
from topology.files.rows import TIER_OF_ROLE, DeviceRow
from topology.model import Device, Division, Role, Tier

_DIVISION_TIER: Final = {Role.CORE: Tier.PROVINCE, Role.AGGREGATION: Tier.PREFECTURE, Role.COUNTY: Tier.COUNTY}
_ROLE_NAME: Final = {Role.CORE: "core", Role.AGGREGATION: "aggregation", Role.COUNTY: "county"}


class Addresses:
    """Where each address is used. Two devices may share one only when their SNMP ports differ."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, int | None], Place] = {}

    def take(self, address: str, port: int | None, place: Place, findings: Findings) -> None:
        """Enter a device's address; a problem when it is taken."""
        first = self._places.setdefault((address, port), place)
        if first is not place:
            findings.duplicate(place, f"the address {address}", first)


def read_devices(
    document: Document,
    credentials: str,
    divisions: dict[str, Division],
    division_register: Register,
    register: Register,
    addresses: Addresses,
    findings: Findings,
) -> dict[str, Device]:
    """The core, aggregation and county routers that are right, by id."""
    devices: dict[str, Device] = {}
    core_seen = False
    for read in read_rows(document, ("devices",), DeviceRow, "id", register, findings):
        row, role = read.row, Role(read.row.role)
        core_seen = core_seen or role is Role.CORE
        addresses.take(row.address, row.snmp_port, read.at("address"), findings)
        if not division_register.refers(row.division, read.at("division"), "the division", findings, divisions):
            register.broken.add(row.id)
            continue
        division = divisions[row.division]
        if division.tier is not _DIVISION_TIER[role]:
            message = (
                f'a router with the role "{_ROLE_NAME[role]}" belongs to a {_DIVISION_TIER[role]}, '
                f'and "{division.code}" is a {division.tier}.'
            )
            findings.add(read.at("division"), message, "Correct the division or the role.")
            register.broken.add(row.id)
            continue
        devices[row.id] = Device(
            row.id,
            row.name or row.id,
            role,
            TIER_OF_ROLE[role],
            division.code,
            division.code if role is Role.COUNTY else None,
            row.address,
            row.credentials or credentials,
            None,
            row.snmp_port,
        )
    if not core_seen and register.whole:
        message = 'no core router is declared: the centre stands on the routers with "role: core".'
        findings.add(document.place(("devices",)), message, "Declare one at least.")
    return devices
