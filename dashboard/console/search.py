"""Finding devices by words and filters. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.live.board import Standing
from dashboard.names import place_name
from topology.model import Device
from topology.network import Network

_URGENT = ("down", "unreachable", "degraded", "unknown", "maintenance", "up")


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One row of the list."""

    device: Device
    place: str
    state: str
    """A state's value, or `degraded`."""
    since: int | None


def search(
    network: Network,
    standings: Mapping[str, tuple[Standing, bool]],
    language: str,
    *,
    q: str = "",
    state: str = "",
    role: str = "",
    prefecture: str = "",
) -> list[DeviceRow]:
    """Devices that match all that is asked, those in trouble first, then in the files' order.

    Every word of `q` must be in the id, the name, the address, the place or the agency's name in either language.
    """
    words = q.lower().split()
    rows: list[DeviceRow] = []
    places: dict[str, str] = {}
    for device in network.devices.values():
        standing, degraded = standings[device.id]
        shown = "degraded" if degraded else standing.state.value
        if (state and shown != state) or (role and device.role.value != role):
            continue
        where = device.county or device.division
        if prefecture and network.prefecture_of(where) != prefecture:
            continue
        if where not in places:
            places[where] = place_name(network, where, language)
        if words:
            agency = network.agencies.get(device.agency) if device.agency else None
            text = f"{device.id} {device.name} {device.address} {places[where]}"
            text = f"{text} {agency.name} {agency.name_en}".lower() if agency else text.lower()
            if not all(word in text for word in words):
                continue
        rows.append(DeviceRow(device, places[where], shown, standing.since))
    rows.sort(key=lambda row: _URGENT.index(row.state))
    return rows
