"""Divisions: one province, its prefectures, their counties, and whose operations centre answers for each."""

from typing import Final

from foundation.documents import Document, validate
from foundation.problems import Place, ProblemError
from topology.files.findings import Findings, Register
from topology.files.reading import Read, read_rows
from topology.files.rows import DivisionRow, Seat
from topology.model import Division, Tier

_PARENT_TIER: Final = {Tier.PREFECTURE: Tier.PROVINCE, Tier.COUNTY: Tier.PREFECTURE}


def read_divisions(document: Document, register: Register, findings: Findings) -> dict[str, Division]:
    """The divisions that are right, by code."""
    reads = {
        read.row.code: read for read in read_rows(document, ("divisions",), DivisionRow, "code", register, findings)
    }
    divisions: dict[str, Division] = {}
    for code, read in reads.items():
        seat = _seat(read, findings)
        if seat is None or not _has_parent(read, reads, register, findings):
            register.broken.add(code)
            continue
        row = read.row
        divisions[code] = Division(
            code, row.parent, Tier(row.tier), row.name, row.name_en, seat.longitude, seat.latitude, row.centre or code
        )
    _check_centres(reads, divisions, register, findings)
    _check_province(document, reads, findings)
    return divisions


def _seat(read: Read[DivisionRow], findings: Findings) -> Seat | None:
    longitude, latitude = read.row.seat
    place = read.at("seat")
    as_document = Document(place.file, {"longitude": longitude, "latitude": latitude}, {(): place.line or 1})
    try:
        return validate(as_document, Seat)
    except ProblemError as error:
        findings.problems.extend(error.problems)
        return None


def _has_parent(
    read: Read[DivisionRow], reads: dict[str, Read[DivisionRow]], register: Register, findings: Findings
) -> bool:
    row = read.row
    wanted = _PARENT_TIER.get(Tier(row.tier))
    if wanted is None:
        if row.parent is not None:
            findings.add(read.at("parent"), "a province has no parent.", 'Leave "parent" out.')
        return row.parent is None
    if row.parent is None:
        findings.add(
            read.place, f'the {row.tier} "{row.code}" has no parent.', f'Add the code of its {wanted}: "parent".'
        )
        return False
    if not register.refers(row.parent, read.at("parent"), "the parent", findings, reads):
        return False
    parent = reads[row.parent].row
    if parent.tier != wanted:
        message = f'the parent of a {row.tier} is a {wanted}, and "{parent.code}" is a {parent.tier}.'
        findings.add(read.at("parent"), message, "Correct the parent or the tier.")
        return False
    return True


def _check_centres(
    reads: dict[str, Read[DivisionRow]], divisions: dict[str, Division], register: Register, findings: Findings
) -> None:
    for code, division in divisions.items():
        if division.centre == code:
            continue
        place = reads[code].at("centre")
        if not register.refers(division.centre, place, "the centre", findings, reads):
            continue
        above = set()
        step = division.parent
        # Parents that run in a circle are told elsewhere; here the walk only has to end.
        while step is not None and step in reads and step not in above:
            above.add(step)
            step = reads[step].row.parent
        if division.centre not in above:
            message = f'"{division.centre}" does not lie above "{code}", so its centre can\'t answer for it.'
            findings.add(place, message, "Name the prefecture or the province it lies in.")
        elif (served_by := reads[division.centre].row.centre) not in (None, division.centre):
            message = f'"{division.centre}" has no operations centre of its own: it is served by "{served_by}".'
            findings.add(place, message, f'Write "centre: {served_by}" here.')


def _check_province(document: Document, reads: dict[str, Read[DivisionRow]], findings: Findings) -> None:
    provinces = [read for read in reads.values() if Tier(read.row.tier) is Tier.PROVINCE]
    for other in provinces[1:]:
        first: Place = provinces[0].place
        findings.add(other.place, f"there is one province, and it stands at {first}.", "Keep one of them.")
    if not document.data["divisions"]:
        findings.add(document.place(("divisions",)), "no division is declared.", "Declare the province at least.")
