"""The province as hexagons: one cell an agency, every county and prefecture one block, in the province's outline."""

from topology.cartogram.picture import Cartogram as Cartogram
from topology.cartogram.picture import load_cartogram as load_cartogram
