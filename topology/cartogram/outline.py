"""The province's outline on the drawing plane.

The outline is a coarse ring of longitudes and latitudes (outline.json; see README.md beside it for its source and
licence). The picture made from it is a cartogram, marked 示意图: no map.
"""

import json
import math
from bisect import bisect
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from topology.cartogram.hexagons import Point
from topology.network import Network

HEIGHT: Final = 1_000.0
"""SVG units from the northernmost to the southernmost point of the outline."""
_YUNNAN: Final = "530000"
_ROUND: Final = 48


@dataclass(frozen=True, slots=True)
class Frame:
    """The outline as a closed ring in SVG units, and how a place on Earth comes onto the plane."""

    ring: tuple[Point, ...]
    width: float
    height: float
    west: float
    north: float
    scale: float
    """SVG units a degree of latitude."""
    squeeze: float
    """How much shorter a degree of longitude is, at the middle latitude."""

    def place(self, longitude: float, latitude: float) -> Point:
        """Equirectangular: north is up, and shapes are true at the middle latitude."""
        return (longitude - self.west) * self.squeeze * self.scale, (self.north - latitude) * self.scale

    def contains(self, point: Point) -> bool:
        """Whether a point lies inside the outline (even–odd rule)."""
        return bisect(self.crossings(point[1]), point[0]) % 2 == 1

    def crossings(self, y: float) -> list[float]:
        """Where the outline crosses a horizontal line, from west to east: inside is between odd and even ones."""
        found = []
        x0, y0 = self.ring[-1]
        for x1, y1 in self.ring:
            if (y0 > y) != (y1 > y):
                found.append((x1 - x0) * (y - y0) / (y1 - y0) + x0)
            x0, y0 = x1, y1
        return sorted(found)

    def margin(self, point: Point) -> float:
        """How far inside the outline a point lies; negative outside."""
        x, y = point
        nearest = math.inf
        x0, y0 = self.ring[-1]
        for x1, y1 in self.ring:
            dx, dy = x1 - x0, y1 - y0
            length = dx * dx + dy * dy
            along = 0.0 if length == 0 else max(0.0, min(1.0, ((x - x0) * dx + (y - y0) * dy) / length))
            nearest = min(nearest, math.hypot(x - x0 - along * dx, y - y0 - along * dy))
            x0, y0 = x1, y1
        return nearest if self.contains(point) else -nearest


def frame_of(network: Network) -> Frame:
    """Yunnan's outline for its own network; for any other a round one about its seats."""
    if _YUNNAN in network.divisions:
        text = files("topology.cartogram").joinpath("outline.json").read_text(encoding="utf-8")
        return frame([(float(longitude), float(latitude)) for longitude, latitude in json.loads(text)["ring"]])
    divisions = network.divisions.values()
    longitude = sum(division.longitude for division in divisions) / len(divisions)
    latitude = sum(division.latitude for division in divisions) / len(divisions)
    turns = (2 * math.pi * step / _ROUND for step in range(_ROUND))
    squeeze = max(0.1, math.cos(math.radians(latitude)))
    return frame([(longitude + 3 * math.cos(turn) / squeeze, latitude + 3 * math.sin(turn)) for turn in turns])


def frame(ring: list[tuple[float, float]]) -> Frame:
    """A frame from a ring of longitudes and latitudes, fitted to `HEIGHT`."""
    west, north = min(point[0] for point in ring), max(point[1] for point in ring)
    south = min(point[1] for point in ring)
    squeeze = max(0.1, math.cos(math.radians((north + south) / 2)))
    scale = HEIGHT / (north - south)
    projected = tuple(((x - west) * squeeze * scale, (north - y) * scale) for x, y in ring)
    return Frame(projected, max(point[0] for point in projected), HEIGHT, west, north, scale, squeeze)
