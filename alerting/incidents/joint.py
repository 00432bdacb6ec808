"""Failures of one moment that cut the same devices off are one trouble: both core routers of one site, or both lines of
a county in one trench.

Each has an alert of its own, since each has to be mended; people get one incident with all of them. A failure that
comes later finds the first one told already, and is a trouble of its own.
"""

import json
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerting.alerts.tables import AlertRow
from alerting.changes import AlertChange
from alerting.incidents.states import IncidentState
from alerting.incidents.tables import Incident, IncidentAlert
from foundation.clock import MINUTE

MOMENT: Final = MINUTE
"""How far apart the first signs of one moment may lie: devices are looked at in turn, and where the platform was just
started again, only once it had come back."""


def incident_of_joint_failure(session: Session, change: AlertChange) -> Incident | None:
    """The open incident of an outage that began in the same moment and cuts off some of the same devices."""
    if change.cut_off is None or not change.cut_off.devices:
        return None
    query = (
        select(Incident, AlertRow.lost)
        .join(IncidentAlert, IncidentAlert.incident == Incident.id)
        .join(AlertRow, AlertRow.id == IncidentAlert.alert)
        .where(
            Incident.state.in_((IncidentState.OPEN.value, IncidentState.ACKNOWLEDGED.value)),
            IncidentAlert.state == "firing",
            IncidentAlert.outage,
            AlertRow.id != change.alert,
            AlertRow.started_at.between(change.started_at - MOMENT, change.started_at + MOMENT),
        )
        .order_by(Incident.id)
    )
    for incident, lost in session.execute(query):
        if lost is not None and not change.cut_off.devices.isdisjoint(json.loads(lost)):
            return incident
    return None
