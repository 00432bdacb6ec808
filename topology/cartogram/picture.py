"""What the wall draws: the cartogram in SVG units, flat and ready for JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from topology.cartogram.borders import draw_borders
from topology.cartogram.cache import read_layout, write_layout
from topology.cartogram.changes import carry_over
from topology.cartogram.hexagons import Cell
from topology.cartogram.labels import label_spot
from topology.cartogram.layout import Layout, lay_out
from topology.network import Network


@dataclass(frozen=True, slots=True)
class Cartogram:
    """The picture, in SVG units; y grows to the south."""

    width: float
    height: float
    radius: float
    """From a cell's centre to each of its corners; the cells are pointy-top and touch."""
    cells: Mapping[str, tuple[float, float]]
    """Agency id to the centre of its cell."""
    prefecture_borders: str
    """SVG path data, as the other two."""
    county_seams: str
    """Between counties of one prefecture."""
    outline: str
    """Around everything, closed."""
    labels: Mapping[str, tuple[float, float]]
    """Prefecture code to the middle of a good spot for its name. Prefectures without agencies have none."""


def load_cartogram(network: Network, cache: Path | None) -> Cartogram:
    """The cartogram of a network, with cells where they were.

    Laid out once, within seconds for a province, and kept in the file `cache`. Where that file is missing or broken, a
    network like the sample province begins with the layout shipped for it, and any other is laid out anew.
    """
    kept = read_layout(cache) if cache is not None else None
    start = kept or _shipped()
    layout = (carry_over(start, network) if start is not None else None) or lay_out(network)
    if cache is not None and layout != kept:
        write_layout(cache, layout)
    return draw(layout, network)


def draw(layout: Layout, network: Network) -> Cartogram:
    """The picture of a layout."""
    borders = draw_borders(layout.counties, network.prefecture_of, layout.radius, layout.origin)
    points = {cell: layout.point(cell) for cell in layout.counties}
    blocks: dict[str, list[Cell]] = {}
    for cell in sorted(layout.cells.values()):
        prefecture = network.prefecture_of(layout.counties[cell])
        if prefecture is not None:
            blocks.setdefault(prefecture, []).append(cell)
    return Cartogram(
        layout.width,
        layout.height,
        layout.radius,
        {agency: _rounded(points[cell]) for agency, cell in layout.cells.items()},
        borders.prefectures,
        borders.counties,
        borders.outline,
        {
            code: _rounded(label_spot(block, points, len(network.divisions[code].short_name)))
            for code, block in blocks.items()
        },
    )


def _shipped() -> Layout | None:
    with as_file(files("topology.cartogram").joinpath("sample.json")) as path:
        return read_layout(path)


def _rounded(point: tuple[float, float]) -> tuple[float, float]:
    return round(point[0], 2), round(point[1], 2)
