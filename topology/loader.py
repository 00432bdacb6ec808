"""Loads `topology.yaml` and `agencies.csv` into an immutable Network, or tells everything that is wrong with them.

Rows are checked one by one and references afterwards, so one run of `yunwei check` shows every mistake; what only
follows from another mistake is left out.
"""

from pathlib import Path

from foundation.documents import Document, read_document, validate
from foundation.problems import Place, ProblemError
from topology.files.agencies import OPTIONAL_COLUMNS, REQUIRED_COLUMNS, read_agencies
from topology.files.devices import Addresses, read_devices
from topology.files.divisions import read_divisions
from topology.files.findings import CODE_FORM, Findings, Register
from topology.files.lines import Lines
from topology.files.paths import find_loops, find_orphans
from topology.files.private_networks import read_private_networks
from topology.files.rows import TopologyFile
from topology.files.sheet import Sheet, read_sheet
from topology.model import Inventory
from topology.network import Network


def load_network(topology: Path, agencies: Path) -> Network:
    """The network that the two files declare.

    Raises ProblemError with every problem of both files: file, line, what is wrong, and what may have been meant.
    """
    findings = Findings()
    document = _read_topology(topology, findings)
    sheet = _read_agencies(agencies, findings)
    if document is None or sheet is None:
        raise ProblemError(findings.problems)
    inventory = _build(document, sheet, findings)
    if findings.problems:
        raise ProblemError(findings.problems)
    return Network(inventory)


def _read_topology(path: Path, findings: Findings) -> Document | None:
    try:
        document = read_document(path, name=path.name)
        validate(document, TopologyFile)
    except ProblemError as error:
        findings.problems.extend(error.problems)
        return None
    return document


def _read_agencies(path: Path, findings: Findings) -> Sheet | None:
    try:
        sheet = read_sheet(path, name=path.name, required=REQUIRED_COLUMNS, optional=OPTIONAL_COLUMNS)
    except ProblemError as error:
        findings.problems.extend(error.problems)
        return None
    findings.problems.extend(sheet.problems)
    return sheet


def _build(document: Document, sheet: Sheet, findings: Findings) -> Inventory:
    division_register, device_register = Register("division", CODE_FORM), Register("device")
    agency_register = Register("agency", whole=sheet.whole)
    addresses = Addresses()
    credentials = validate(document, TopologyFile).defaults.credentials
    divisions = read_divisions(document, division_register, findings)
    devices = read_devices(document, credentials, divisions, division_register, device_register, addresses, findings)
    found = read_agencies(
        sheet.document(),
        credentials,
        divisions,
        division_register,
        agency_register,
        device_register,
        addresses,
        findings,
    )
    if not sheet.rows and sheet.whole:
        findings.add(Place(sheet.file, 1), "no agency is declared.", "Add a row for each agency.")
    devices |= found.routers
    # A row that was refused still declares its router: a reference to it is no further problem.
    device_register.broken.update(row["router"] for row in sheet.rows)
    device_register.whole = device_register.whole and sheet.whole
    lines = Lines(devices, device_register, findings)
    lines.read_links(document)
    lines.add_access(found.lines)
    find_loops(lines.links, lines.places, findings)
    find_orphans(devices, lines.links, device_register, lines.excused, findings)
    networks = read_private_networks(document, found.agencies, agency_register, findings)
    return Inventory(divisions, found.agencies, devices, lines.links, networks)
