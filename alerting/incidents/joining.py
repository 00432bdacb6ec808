"""Which incident an alert belongs to.

One incident for each root cause. An alert whose object already has an incident that nobody closed is the same trouble:

- the same alert, or the same rule on the same object, joins it whatever its state (a recovered one relapses);
- another rule on the same object joins it while it is open or acknowledged: high load on a router already in trouble.

A link, the interfaces at both its ends and a routing session over it are the same object here: a full line is told by
either end. An alert that leans on others (a composite rule's) is about their objects too. The parts of one device that
one rule finds wrong together are one trouble while it is open: a fan tray has several fans, and a routing process many
neighbours. Outages that begin in one moment and cut the same devices off are one trouble too. Everything else is a
trouble of its own.
"""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alerting.changes import LEANS_ON, AlertChange, ObjectKind, Severity
from alerting.incidents.joint import incident_of_joint_failure
from alerting.incidents.states import IncidentState
from alerting.incidents.tables import Incident, IncidentAlert
from topology.network import Network

_RANK = {severity.value: rank for rank, severity in enumerate(reversed(Severity), 1)}


def rank(severity: str) -> int:
    """How grave a severity is: 4 for critical, 1 for warning."""
    return _RANK[severity]


def leads(*, outage: bool, severity: str, over_outage: bool, over_severity: str) -> bool:
    """Whether an alert that joins is graver than the leading one: an outage above all else, then by severity."""
    return (outage, rank(severity)) > (over_outage, rank(over_severity))


def is_outage(change: AlertChange) -> bool:
    """Whether the object itself failed, rather than a figure passed its limit."""
    return change.rule in {"device-down", "link-down"} or change.cut_off is not None


def same_objects(network: Network, change: AlertChange) -> list[tuple[str, str]]:
    """The object of an alert and its other names: (kind, id)."""
    link = None
    if change.object_kind is ObjectKind.INTERFACE:
        link = network.link_at(change.device, change.object_id.partition("/")[2])
    elif change.object_kind is ObjectKind.LINK:
        link = network.links.get(change.object_id)
    elif change.object_kind is ObjectKind.NEIGHBOUR:
        link = network.links.get(change.details.get("link", ""))
    own = (change.object_kind.value, change.object_id)
    if link is None:
        parts = [part.partition(":") for part in change.details.get(LEANS_ON, "").split("\n")]
        return [own, *((kind, name) for kind, _, name in parts if name and (kind, name) != own)]
    return [
        *([own] if change.object_kind is ObjectKind.NEIGHBOUR else []),
        (ObjectKind.LINK.value, link.id),
        (ObjectKind.INTERFACE.value, f"{link.upper}/{link.upper_interface}"),
        (ObjectKind.INTERFACE.value, f"{link.lower}/{link.lower_interface}"),
    ]


def incident_of_alert(session: Session, alert: int) -> Incident | None:
    """The incident, not yet closed, that an alert is a member of."""
    return session.scalar(
        select(Incident)
        .join(IncidentAlert, IncidentAlert.incident == Incident.id)
        .where(IncidentAlert.alert == alert, Incident.state != IncidentState.CLOSED.value)
        .order_by(Incident.id.desc())
        .limit(1)
    )


def incident_to_join(session: Session, network: Network, change: AlertChange) -> Incident | None:
    """The incident that a newly raised alert joins; None when it is a trouble of its own."""
    member = incident_of_alert(session, change.alert)
    if member is not None:
        return member
    objects = same_objects(network, change)
    at_object = or_(
        *((IncidentAlert.object_kind == kind) & (IncidentAlert.object_id == object_id) for kind, object_id in objects)
    )
    live = (IncidentState.OPEN.value, IncidentState.ACKNOWLEDGED.value)
    fits = at_object & (
        Incident.state.in_(live)
        | ((Incident.state == IncidentState.RECOVERED.value) & (IncidentAlert.rule == change.rule))
    )
    if change.object_kind in (ObjectKind.NEIGHBOUR, ObjectKind.SENSOR):
        fits |= (
            Incident.state.in_(live)
            & (IncidentAlert.rule == change.rule)
            & (IncidentAlert.object_kind == change.object_kind.value)
            & IncidentAlert.object_id.startswith(f"{change.device}/", autoescape=True)
        )
    own = session.scalar(
        select(Incident)
        .join(IncidentAlert, IncidentAlert.incident == Incident.id)
        .where(fits)
        .order_by(Incident.state == IncidentState.RECOVERED.value, Incident.id)
        .limit(1)
    )
    if own is not None and own.state != IncidentState.RECOVERED:
        return own
    # What goes on now comes before what is over: a trouble that is back, but as part of a greater one, relapses not.
    return incident_of_joint_failure(session, change) or own
