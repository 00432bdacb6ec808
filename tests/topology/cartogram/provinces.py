"""Networks of any shape for the cartogram's tests: how many agencies each county of each prefecture has."""

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from topology.cartogram.hexagons import is_connected
from topology.cartogram.layout import Layout
from topology.model import Agency, Device, Division, Inventory, Role, Tier
from topology.network import Network


def province(counts: Sequence[Sequence[int]], *, code: str = "530000", skip: frozenset[str] = frozenset()) -> Network:
    """`counts[p][c]` agencies in county c of prefecture p; agencies named in `skip` are left out."""
    divisions = {code: Division(code, None, Tier.PROVINCE, "省", "Province", 102.7, 25.0, code)}
    agencies: dict[str, Agency] = {}
    devices: dict[str, Device] = {}
    for p, counties in enumerate(counts):
        prefecture = f"53{p + 1:02}00"
        east, north = 98.5 + 1.9 * (p % 4), 28.0 - 1.7 * (p // 4)
        divisions[prefecture] = Division(prefecture, code, Tier.PREFECTURE, f"第{p}市", "City", east, north, prefecture)
        for c, count in enumerate(counties):
            county = f"53{p + 1:02}{c + 21:02}"
            divisions[county] = Division(
                county,
                prefecture,
                Tier.COUNTY,
                f"{c}县",
                "County",
                east + 0.6 * (c % 3),
                north - 0.5 * (c // 3),
                county,
            )
            for number in range(count):
                agency = f"{county}-{number}"
                if agency not in skip:
                    agencies[agency] = Agency(
                        agency, agency, agency, Tier.COUNTY, county, county, "卫生健康", f"{agency}-R1"
                    )
                    devices[f"{agency}-R1"] = Device(
                        f"{agency}-R1", agency, Role.ACCESS, Tier.AGENCY, county, county, "10.1.1.1", "default", agency
                    )
    return Network(Inventory(divisions, agencies, devices, {}, {}))


def shapes(largest: int = 12) -> st.SearchStrategy[list[list[int]]]:
    """Up to six prefectures of up to five counties; some counties have no agency."""
    return st.lists(st.lists(st.integers(0, largest), min_size=1, max_size=5), min_size=1, max_size=6)


def check_layout(layout: Layout, network: Network) -> None:
    """Every agency has one cell of its county, and every county and prefecture is one block."""
    assert layout.cells.keys() == network.agencies.keys()
    assert len(set(layout.cells.values())) == len(layout.cells)
    counties: dict[str, set[tuple[int, int]]] = {}
    prefectures: dict[str | None, set[tuple[int, int]]] = {}
    for cell, county in layout.counties.items():
        counties.setdefault(county, set()).add(cell)
        prefectures.setdefault(network.prefecture_of(county), set()).add(cell)
    for agency, cell in layout.cells.items():
        assert layout.counties[cell] == network.agencies[agency].county
    assert all(is_connected(block) for block in counties.values())
    assert all(is_connected(block) for block in prefectures.values())
    for cell in layout.counties:
        x, y = layout.point(cell)
        assert 0 < x < layout.width
        assert 0 < y < layout.height


def moved(before: Mapping[str, tuple[int, int]], after: Mapping[str, tuple[int, int]]) -> set[str]:
    """Agencies of both layouts that changed their cell."""
    return {agency for agency in before.keys() & after.keys() if before[agency] != after[agency]}
