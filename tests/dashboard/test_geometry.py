"""Where things stand on the wall's map."""

import re

import pytest

from dashboard.wall.geometry import FILL, geometry, hexagon
from topology.cartogram import Cartogram
from topology.network import Network


def test_a_hexagon_closes_where_it_begins() -> None:
    steps = [float(number) for number in re.findall(r"-?[\d.]+", hexagon(10.0))]
    # Five sides are drawn, the sixth is the way back: up from the upper left corner to the top.
    assert sum(steps[0::2]) == pytest.approx(-8.66)
    assert sum(steps[1::2]) == pytest.approx(5.0)


def test_cells_stand_at_their_centres_a_little_smaller_than_their_place(network: Network, cartogram: Cartogram) -> None:
    drawing = geometry(network, cartogram)
    x, y = cartogram.cells["agency-a2"]
    assert drawing.paths[1].startswith(f"M{x:.1f} {y - cartogram.radius * FILL:.1f}l")
    assert len(drawing.paths) == 6


def test_a_countys_router_stands_in_its_block_and_no_two_nodes_in_one_spot(
    network: Network, cartogram: Cartogram
) -> None:
    drawing = geometry(network, cartogram)
    nodes = dict(zip([d.id for d in network.devices.values() if d.agency is None], drawing.nodes, strict=True))
    cells = [cartogram.cells[a.id] for a in network.agencies.values() if a.county == "530628"]
    assert nodes["county-b"] in [(round(x, 1), y) for x, y in cells]
    assert len(set(nodes.values())) == len(nodes)
