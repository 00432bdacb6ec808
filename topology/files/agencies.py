"""Agencies with their access routers and access lines: the rows of `agencies.csv`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from foundation.documents import Document
from topology.files.devices import Addresses
from topology.files.findings import Findings, Register
from topology.files.reading import Read, read_rows
from topology.files.rows import TIER_OF_ROLE, AgencyRow
from topology.model import Agency, Device, Division, Role, Tier

REQUIRED_COLUMNS: Final = tuple(name for name, field in AgencyRow.model_fields.items() if field.is_required())
OPTIONAL_COLUMNS: Final = tuple(name for name, field in AgencyRow.model_fields.items() if not field.is_required())


@dataclass(frozen=True, slots=True)
class Agencies:
    """What the sheet yields."""

    agencies: dict[str, Agency]
    routers: dict[str, Device]
    lines: list[Read[AgencyRow]]
    """The rows again: each declares its agency's primary uplink."""


def read_agencies(
    document: Document,
    credentials: str,
    divisions: Mapping[str, Division],
    division_register: Register,
    register: Register,
    device_register: Register,
    addresses: Addresses,
    findings: Findings,
) -> Agencies:
    """The agencies that are right, with their routers and lines."""
    result = Agencies({}, {}, [])
    for read in read_rows(document, (), AgencyRow, "id", register, findings):
        row = read.row
        taken = not device_register.declare(row.router, read.at("router"), findings)
        addresses.take(row.address, row.snmp_port, read.at("address"), findings)
        if taken:
            register.broken.add(row.id)
            continue
        if not _stands_right(read, divisions, division_register, findings):
            register.broken.add(row.id)
            device_register.broken.add(row.router)
            continue
        result.agencies[row.id] = Agency(
            row.id, row.name, row.name_en, Tier(row.tier), row.division, row.county, row.department, row.router
        )
        result.routers[row.router] = Device(
            row.router,
            f"{row.name}接入路由器",
            Role.ACCESS,
            TIER_OF_ROLE[Role.ACCESS],
            row.division,
            row.county,
            row.address,
            row.credentials or credentials,
            row.id,
            row.snmp_port,
        )
        result.lines.append(read)
    return result


def _stands_right(
    read: Read[AgencyRow], divisions: Mapping[str, Division], register: Register, findings: Findings
) -> bool:
    row = read.row
    known = register.refers(row.division, read.at("division"), "the division", findings, divisions)
    if not register.refers(row.county, read.at("county"), "the county", findings, divisions) or not known:
        return False
    division, county = divisions[row.division], divisions[row.county]
    if division.tier != row.tier:
        message = f'the tier is "{row.tier}", and the division "{division.code}" is a {division.tier}.'
        findings.add(read.at("tier"), message, "Correct the tier or the division.")
        return False
    if county.tier is not Tier.COUNTY:
        message = f'an agency stands in a county, and "{county.code}" is a {county.tier}.'
        findings.add(read.at("county"), message, "Name the county whose territory it stands in.")
        return False
    step: str | None = county.code
    while step is not None and step != division.code:
        step = divisions[step].parent if step in divisions else None
    if step is None:
        message = f'the county "{county.code}" does not lie in the division "{division.code}".'
        findings.add(read.at("county"), message, "Correct the county or the division.")
        return False
    return True
