"""Since when all that a window covers has been up without an alarm: read from the records alone.

Nothing is remembered for it, so a restart forgets nothing; and the time in which the platform was off is unknown in the
timeline, so it is no calm either.
"""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from alerting.alerts.tables import AlertRow
from alerting.changes import ObjectKind
from alerting.maintenance.targets import Objects
from alerting.timeline.queries import current_states
from alerting.timeline.track import DEVICE
from foundation.clock import Instant
from foundation.messages import State
from topology.network import Network


def calm_since(session: Session, network: Network, objects: Objects, begun: Instant) -> Instant | None:
    """The moment from which every covered device, and both ends of every covered line, has been up, and no alarm was
    open on any of them, whatever explained it; at the earliest `begun`. None while that is not so.

    What stands for nothing in the network is never calm: nobody looked at it.
    """
    ends = {end for link in objects.links for end in (network.links[link].upper, network.links[link].lower)}
    watched = objects.devices | ends
    if not watched:
        return None
    states = current_states(session, DEVICE)
    since = begun
    for device in watched:
        current = states.get(device)
        if current is None or current.state is not State.UP:
            return None
        since = max(since, current.start)
    objects_of_alerts = _alerted(network, objects)
    lasting = or_(AlertRow.cleared_at.is_(None), AlertRow.cleared_at > since)
    columns = (AlertRow.object_kind, AlertRow.object_id, AlertRow.device, AlertRow.cleared_at)
    for kind, object_id, device, cleared_at in session.execute(select(*columns).where(lasting)):
        if device in objects.devices or (kind, object_id) in objects_of_alerts:
            if cleared_at is None:
                return None
            since = max(since, cleared_at)
    return since


def _alerted(network: Network, objects: Objects) -> set[tuple[str, str]]:
    """What else an alert may be about: the covered lines and those of covered devices, the interfaces at line ends."""
    found: set[tuple[str, str]] = set()
    for link in network.links.values():
        if link.id in objects.links or {link.upper, link.lower} & objects.devices:
            found.add((ObjectKind.LINK.value, link.id))
        if link.id in objects.links:
            found.add((ObjectKind.INTERFACE.value, f"{link.upper}/{link.upper_interface}"))
            found.add((ObjectKind.INTERFACE.value, f"{link.lower}/{link.lower_interface}"))
    return found
