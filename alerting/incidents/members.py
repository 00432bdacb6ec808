"""The alerts of an incident, as far as what people do about the incident concerns them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerting.alerts.writer import acknowledge_alerts
from alerting.incidents.tables import IncidentAlert


def acknowledge_members(session: Session, incident: int) -> None:
    """A person has seen the incident, or it was closed: its alerts that are over are done with."""
    members = session.scalars(select(IncidentAlert.alert).where(IncidentAlert.incident == incident)).all()
    if members:
        acknowledge_alerts(session, members)
