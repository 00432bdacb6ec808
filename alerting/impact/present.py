"""What has failed already, by the records."""

from sqlalchemy.orm import Session

from alerting.alerts.queries import open_alerts
from alerting.changes import ObjectKind
from topology.network import Network


def failing(session: Session, network: Network) -> tuple[frozenset[str], frozenset[str]]:
    """The devices and the links with an open outage, maintenance included; those no longer in the network left out."""
    outages = [alert for alert in open_alerts(session) if alert.is_outage]
    devices = {alert.object_id for alert in outages if alert.object_kind is ObjectKind.DEVICE}
    links = {alert.object_id for alert in outages if alert.object_kind is ObjectKind.LINK}
    return frozenset(devices & network.devices.keys()), frozenset(links & network.links.keys())
