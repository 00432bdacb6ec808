"""How long the topology room takes over the sample province.

python -m bench.topology
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import mean, median

from foundation.clock import SystemClock
from topology.cartogram.changes import carry_over
from topology.cartogram.layout import lay_out
from topology.cartogram.picture import draw, load_cartogram
from topology.loader import load_network
from topology.model import Agency, Inventory, Role, Tier
from topology.network import Network

ROOT = Path(__file__).parents[1]


def milliseconds(work: Callable[[], object], times: int) -> float:
    """The median of several runs."""
    clock = SystemClock()
    spans = []
    for _ in range(times):
        start = clock.monotonic()
        work()
        spans.append((clock.monotonic() - start) * 1_000)
    return median(spans)


def with_one_more(network: Network, county: str) -> Network:
    """The network with one more agency in a county."""
    newcomer = Agency("bench", "新机构", "Newcomer", Tier.COUNTY, county, county, "卫生健康", "bench-R1")
    inventory: Inventory = replace(network.inventory, agencies={**network.agencies, "bench": newcomer})
    return Network(inventory)


def main() -> None:
    """Print the figures."""
    files = ROOT / "topology.yaml", ROOT / "agencies.csv"
    network = load_network(*files)
    network.reachable()
    counties = [device.id for device in network.devices.values() if device.role is Role.COUNTY]
    aggregation = next(device.id for device in network.devices.values() if device.role is Role.AGGREGATION)
    print(f"{len(network.devices)} devices, {len(network.links)} links, {len(network.agencies)} agencies")
    print(f"load both files            {milliseconds(lambda: load_network(*files), 5):9.1f} ms   (target < 1500)")
    print(f"reachable, all up          {milliseconds(network.reachable, 50):9.3f} ms   (target < 3)")
    down = frozenset(counties[:20])
    print(f"reachable, 20 routers down {milliseconds(lambda: network.reachable(down), 50):9.3f} ms")
    print(f"has_live_path, an agency   {milliseconds(lambda: network.has_live_path('530627-health-R1'), 50):9.3f} ms")
    print(f"cut_off, a county router   {milliseconds(lambda: network.cut_off([counties[0]]), 50):9.3f} ms")
    print(f"cut_off, an aggregation    {milliseconds(lambda: network.cut_off([aggregation]), 50):9.3f} ms")
    print(f"cartogram from nothing     {milliseconds(lambda: lay_out(network), 1):9.0f} ms   (target about 10000)")
    print(f"cartogram from its layout  {milliseconds(lambda: load_cartogram(network, None), 5):9.1f} ms")
    layout = lay_out(network)
    picture = draw(layout, network)
    paths = len(picture.outline) + len(picture.prefecture_borders) + len(picture.county_seams)
    print(f"SVG path data              {paths / 1_000:9.1f} kB")
    moves = []
    for county in (division.code for division in network.divisions.values() if division.tier is Tier.COUNTY):
        carried = carry_over(layout, with_one_more(network, county))
        assert carried is not None
        moves.append(sum(carried.cells[agency] != cell for agency, cell in layout.cells.items()))
    print(
        f"one agency more, in each of {len(moves)} counties: {mean(moves):.2f} of the others move on average, "
        f"{max(moves)} at most, none in {moves.count(0)} counties"
    )


if __name__ == "__main__":
    main()
