"""Where everything stands on the wall's map: computed once from the cartogram, then plain text and numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, radians, sin
from typing import Final

from dashboard.names import short_division_name
from topology.cartogram import Cartogram
from topology.model import Role, Tier
from topology.network import Network

FILL: Final = 0.93
"""A cell is drawn a little smaller than its place, so that the ground shows between neighbours."""


@dataclass(frozen=True, slots=True)
class Label:
    """A prefecture's name on the map; left and top in percent of the picture."""

    code: str
    name: str
    name_en: str
    left: float
    top: float


@dataclass(frozen=True, slots=True)
class Geometry:
    """The map's parts, ready for the template."""

    width: float
    height: float
    radius: float
    paths: tuple[str, ...]
    """Path data of each agency's hexagon, in the order of `network.agencies`."""
    nodes: tuple[tuple[float, float], ...]
    """Where a router without an agency is marked, in the order of `network.devices`."""
    labels: tuple[Label, ...]
    prefecture_borders: str
    county_seams: str
    outline: str


def hexagon(radius: float) -> str:
    """Path data of a pointed-top hexagon around (0, 0), from its top corner, in relative steps."""
    corners = [(radius * sin(radians(60 * i)), -radius * cos(radians(60 * i))) for i in range(6)]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(corners)]
    return "l" + " ".join(f"{x:.2f} {y:.2f}" for x, y in steps) + "z"


def geometry(network: Network, cartogram: Cartogram) -> Geometry:
    """All positions on the map."""
    radius = cartogram.radius * FILL
    tail = hexagon(radius)
    paths = tuple(
        f"M{cartogram.cells[agency][0]:.1f} {cartogram.cells[agency][1] - radius:.1f}{tail}"
        for agency in network.agencies
    )
    labels = tuple(
        Label(
            code,
            short_division_name(network.divisions[code], "zh"),
            short_division_name(network.divisions[code], "en"),
            100 * x / cartogram.width,
            100 * y / cartogram.height,
        )
        for code, (x, y) in cartogram.labels.items()
    )
    return Geometry(
        cartogram.width,
        cartogram.height,
        cartogram.radius,
        paths,
        _nodes(network, cartogram),
        labels,
        cartogram.prefecture_borders,
        cartogram.county_seams,
        cartogram.outline,
    )


def _nodes(network: Network, cartogram: Cartogram) -> tuple[tuple[float, float], ...]:
    """A county's router in the middle of its cells, others side by side over their seat's name."""
    county = _middles(network, cartogram)
    centre = (cartogram.width / 2, cartogram.height / 2)
    seen: dict[str, int] = {}
    found: list[tuple[float, float]] = []
    for device in network.devices.values():
        if device.agency is not None:
            continue
        if device.role is Role.COUNTY and device.county is not None and device.county in county:
            found.append(county[device.county])
            continue
        at_prefecture = network.divisions[device.division].tier is Tier.PREFECTURE
        anchor = cartogram.labels.get(device.division, centre) if at_prefecture else _seat(network, cartogram, centre)
        place = seen[device.division] = seen.get(device.division, -1) + 1
        lift = 3.0 if at_prefecture else 5.5
        found.append((anchor[0] + cartogram.radius * (4 * place - 2), anchor[1] - cartogram.radius * lift))
    return tuple((round(x, 1), round(y, 1)) for x, y in found)


def _middles(network: Network, cartogram: Cartogram) -> Mapping[str, tuple[float, float]]:
    """For each county the cell nearest to the middle of all its cells."""
    cells: dict[str, list[tuple[float, float]]] = {}
    for agency in network.agencies.values():
        cells.setdefault(agency.county, []).append(cartogram.cells[agency.id])
    found: dict[str, tuple[float, float]] = {}
    for code, places in cells.items():
        x, y = sum(p[0] for p in places) / len(places), sum(p[1] for p in places) / len(places)
        found[code] = min(places, key=lambda p: hypot(p[0] - x, p[1] - y))
    return found


def _seat(network: Network, cartogram: Cartogram, otherwise: tuple[float, float]) -> tuple[float, float]:
    """The label of the prefecture nearest to the province's seat."""
    province = next(d for d in network.divisions.values() if d.tier is Tier.PROVINCE)
    prefectures = [network.divisions[code] for code in cartogram.labels]
    if not prefectures:
        return otherwise
    nearest = min(prefectures, key=lambda d: hypot(d.longitude - province.longitude, d.latitude - province.latitude))
    return cartogram.labels[nearest.code]
