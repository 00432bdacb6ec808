"""Who is cut off by an incident, and who loses redundancy by it, kept current row by row."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from alerting.changes import ObjectKind
from alerting.impact.whatif import Reached as Weakened
from alerting.impact.whatif import without_redundancy
from alerting.incidents.tables import Incident, IncidentImpact
from foundation.clock import Instant
from topology.network import CutOff, Network

AGENCY: Final = "agency"
COUNTY: Final = "county"
PRIVATE_NETWORK: Final = "private_network"
DEGRADED: Final = "degraded_"
"""Before one of these kinds: still served, but over fewer ways than with everything in order."""

_WEAK: Final = DEGRADED + AGENCY


@dataclass(frozen=True, slots=True)
class Reached:
    """The ids cut off, or weakened, now, by all alerts of an incident together."""

    agencies: frozenset[str] = frozenset()
    counties: frozenset[str] = frozenset()
    private_networks: frozenset[str] = frozenset()
    degraded_agencies: frozenset[str] = frozenset()
    """Those that lost redundancy, and are not cut off."""


def refresh(
    session: Session,
    network: Network,
    incident: int,
    alert: int,
    cut_off: CutOff | None,
    *,
    degraded: Weakened | None = None,
    from_at: Instant,
    until_at: Instant,
) -> None:
    """Make the open rows of one alert equal to `cut_off` and `degraded`: those that returned end at `until_at`, new
    ones begin at `from_at`. None means that the alert cuts nobody off, or weakens nobody, any more."""
    wanted = _named(network, cut_off)
    wanted |= {(DEGRADED + kind, id_): name for (kind, id_), name in _named(network, degraded).items()}
    table: Any = IncidentImpact.__table__
    # Plain statements: a failed core cuts thousands off, and each row is written and forgotten.
    connection = session.connection()
    open_rows = connection.execute(
        select(table.c.id, table.c.kind, table.c.object, table.c.from_at).where(
            table.c.incident == incident, table.c.alert == alert, table.c.until_at.is_(None)
        )
    ).all()
    present = {(row.kind, row.object) for row in open_rows}
    ended = [
        {"of": row.id, "end": max(row.from_at, until_at)} for row in open_rows if (row.kind, row.object) not in wanted
    ]
    if ended:
        connection.execute(update(table).where(table.c.id == bindparam("of")).values(until_at=bindparam("end")), ended)
    begun = [
        {
            "incident": incident, "alert": alert, "kind": kind, "object": id_, "name": name, "name_en": name_en,
            "from_at": from_at,
        }
        for (kind, id_), (name, name_en) in wanted.items()
        if (kind, id_) not in present
    ]  # fmt: skip
    if begun:
        connection.execute(insert(table), begun)


def reached(session: Session, incident: int) -> Reached:
    """Who is cut off now, and which agencies lost redundancy."""
    rows = session.execute(
        select(IncidentImpact.kind, IncidentImpact.object)
        .where(IncidentImpact.incident == incident, IncidentImpact.until_at.is_(None))
        .where(IncidentImpact.kind.in_((AGENCY, COUNTY, PRIVATE_NETWORK, _WEAK)))
        .distinct()
    )
    found: dict[str, set[str]] = {AGENCY: set(), COUNTY: set(), PRIVATE_NETWORK: set(), _WEAK: set()}
    for kind, id_ in rows:
        found[kind].add(id_)
    return Reached(
        frozenset(found[AGENCY]),
        frozenset(found[COUNTY]),
        frozenset(found[PRIVATE_NETWORK]),
        frozenset(found[_WEAK] - found[AGENCY]),
    )


def names(session: Session, incident: Incident, kind: str) -> tuple[str, ...]:
    """Names of what is cut off now, in the order of being cut off."""
    query = (
        select(IncidentImpact.object, IncidentImpact.name)
        .where(IncidentImpact.incident == incident.id, IncidentImpact.kind == kind, IncidentImpact.until_at.is_(None))
        .order_by(IncidentImpact.id)
    )
    found = {row.object: row.name for row in session.execute(query)}
    return tuple(found.values())


def degraded_by(network: Network, kind: ObjectKind, object_id: str, cut_off: CutOff | None) -> Weakened:
    """Who loses redundancy by an outage of this device or link, those not counted whom it cuts off."""
    device, link = network.devices.get(object_id), network.links.get(object_id)
    if kind is ObjectKind.DEVICE and device is not None and network.downlinks(device.id):
        found = without_redundancy(network, devices=frozenset({device.id}))
    elif kind is ObjectKind.LINK and link is not None and len(network.uplinks(link.lower)) > 1:
        found = without_redundancy(network, links=frozenset({link.id}))
    else:
        return Weakened()  # nothing hangs on it that has another way
    if cut_off is None:
        return found
    gone = Weakened(cut_off.devices, cut_off.agencies, cut_off.counties, cut_off.private_networks)
    return found.without(gone)


def _named(network: Network, cut_off: CutOff | Weakened | None) -> dict[tuple[str, str], tuple[str, str]]:
    if cut_off is None:
        return {}
    named: dict[tuple[str, str], tuple[str, str]] = {}
    for agency_id in sorted(cut_off.agencies):
        agency = network.agencies.get(agency_id)
        named[AGENCY, agency_id] = (agency.name, agency.name_en) if agency else (agency_id, agency_id)
    for code in sorted(cut_off.counties):
        division = network.divisions.get(code)
        named[COUNTY, code] = (division.name, division.name_en) if division else (code, code)
    for network_id in sorted(cut_off.private_networks):
        private = network.private_networks.get(network_id)
        named[PRIVATE_NETWORK, network_id] = (private.name, private.name_en) if private else (network_id, network_id)
    return named
