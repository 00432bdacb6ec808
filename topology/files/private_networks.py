"""Private networks (专网): members by department, with agencies added or left out one by one."""

from collections.abc import Mapping

from foundation.documents import Document
from topology.files.findings import Findings, Register
from topology.files.reading import read_rows
from topology.files.rows import PrivateNetworkRow
from topology.model import Agency, PrivateNetwork


def read_private_networks(
    document: Document, agencies: Mapping[str, Agency], register: Register, findings: Findings
) -> dict[str, PrivateNetwork]:
    """The private networks, by id. `register` is the agencies'."""
    by_department: dict[str, set[str]] = {}
    for agency in agencies.values():
        by_department.setdefault(agency.department, set()).add(agency.id)
    every_agency_good = register.whole and not register.broken
    networks: dict[str, PrivateNetwork] = {}
    own = Register("private network")
    for read in read_rows(document, ("private_networks",), PrivateNetworkRow, "id", own, findings):
        row = read.row
        members: set[str] = set()
        for position, department in enumerate(row.departments):
            found = by_department.get(department, set())
            if not found and every_agency_good:
                findings.unknown(
                    read.at("departments", position), "an agency of the department", department, by_department
                )
            members |= found
        for key, identities in (("agencies", row.agencies), ("except", row.but)):
            for position, identity in enumerate(identities):
                register.refers(identity, read.at(key, position), "the agency", findings, agencies)
        members.update(identity for identity in row.agencies if identity in agencies)
        members.difference_update(row.but)
        if not members and not row.departments and not row.agencies:
            findings.add(read.place, f'the private network "{row.id}" has no members.', "Name departments or agencies.")
        elif not members and every_agency_good and all(name in by_department for name in row.departments):
            findings.add(read.place, f'the private network "{row.id}" has no members left.', 'Shorten "except".')
        networks[row.id] = PrivateNetwork(row.id, row.name, row.name_en, frozenset(members))
    return networks
