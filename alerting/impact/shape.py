"""An impact as plain JSON values, for the command and the API."""

from typing import Any

from alerting.impact.contacts import Contact
from alerting.impact.message import message, message_en
from alerting.impact.whatif import Impact, Reached
from topology.network import Network


def impact_json(network: Network, impact: Impact, called: tuple[Contact, ...]) -> dict[str, Any]:
    """Lists are sorted by id."""
    return {
        "devices": sorted(impact.devices),
        "links": sorted(impact.links),
        "cut_off": _reached(network, impact.cut_off),
        "degraded": _reached(network, impact.degraded),
        "down_already": _reached(network, impact.present),
        "contacts": [
            {
                "centre": contact.division,
                "name": network.divisions[contact.division].name,
                "agencies": contact.agencies,
                "operator": {"name": contact.operator.name, "phone": contact.operator.phone},
                "leader": {"name": contact.leader.name, "phone": contact.leader.phone},
            }
            for contact in called
        ],
        "message": message(network, impact),
        "message_en": message_en(network, impact),
    }


def _reached(network: Network, reached: Reached) -> dict[str, Any]:
    named = (
        ("agencies", reached.agencies, network.agencies),
        ("counties", reached.counties, network.divisions),
        ("private_networks", reached.private_networks, network.private_networks),
    )
    return {
        "devices": sorted(reached.devices),
        **{
            key: [{"id": one, "name": known[one].name, "name_en": known[one].name_en} for one in sorted(ids)]
            for key, ids, known in named
        },
    }
