"""Small networks for tests: built by hand, so that a test can say what hangs where.

core-1   core-2            two roots
  |  \\  /  |
  |  /  \\  |
agg-1   agg-2              prefecture 5306, dual-homed; agg-1 and agg-2 tied to each other
  |        |
county-a  county-b         county-b has a backup line through county-a
 | | |      | |
a1 a2 a3   b1 b2           access routers, one agency each; p1 is the prefecture's own agency on agg-1
"""

from collections.abc import Mapping
from dataclasses import replace

from topology.model import (
    Agency,
    Device,
    Division,
    Inventory,
    Link,
    LinkRole,
    PrivateNetwork,
    Role,
    Tier,
)
from topology.network import Network

PROVINCE, PREFECTURE, COUNTY_A, COUNTY_B = "530000", "530600", "530627", "530628"


def small_network() -> Network:
    """The network drawn above: 2 cores, 2 aggregation, 2 county and 6 access routers, 6 agencies."""
    divisions = [
        Division(PROVINCE, None, Tier.PROVINCE, "云南省", "Yunnan Province", 102.7, 25.0, PROVINCE),
        Division(PREFECTURE, PROVINCE, Tier.PREFECTURE, "昭通市", "Zhaotong City", 103.7, 27.3, PREFECTURE),
        Division(COUNTY_A, PREFECTURE, Tier.COUNTY, "镇雄县", "Zhenxiong County", 104.9, 27.4, COUNTY_A),
        Division(COUNTY_B, PREFECTURE, Tier.COUNTY, "彝良县", "Yiliang County", 104.0, 27.6, PREFECTURE),
    ]
    devices = [
        _router("core-1", Role.CORE, Tier.PROVINCE, PROVINCE, None, "10.0.0.1"),
        _router("core-2", Role.CORE, Tier.PROVINCE, PROVINCE, None, "10.0.0.2"),
        _router("agg-1", Role.AGGREGATION, Tier.PREFECTURE, PREFECTURE, None, "10.6.0.1"),
        _router("agg-2", Role.AGGREGATION, Tier.PREFECTURE, PREFECTURE, None, "10.6.0.2"),
        _router("county-a", Role.COUNTY, Tier.COUNTY, COUNTY_A, COUNTY_A, "10.6.27.1"),
        _router("county-b", Role.COUNTY, Tier.COUNTY, COUNTY_B, COUNTY_B, "10.6.28.1"),
    ]
    links = [
        _link("agg-1", "up1", "core-1", "down1"),
        _link("agg-1", "up2", "core-2", "down1"),
        _link("agg-2", "up1", "core-1", "down2"),
        _link("agg-2", "up2", "core-2", "down2"),
        _link("agg-2", "peer", "agg-1", "peer", LinkRole.BACKUP),
        _link("county-a", "up1", "agg-1", "down1"),
        _link("county-b", "up1", "agg-2", "down1"),
        _link("county-b", "up2", "county-a", "side1", LinkRole.BACKUP),
    ]
    agencies: list[Agency] = []
    for name, upper, county in (
        ("a1", "county-a", COUNTY_A),
        ("a2", "county-a", COUNTY_A),
        ("a3", "county-a", COUNTY_A),
        ("b1", "county-b", COUNTY_B),
        ("b2", "county-b", COUNTY_B),
        ("p1", "agg-1", COUNTY_A),
    ):
        tier, division = (Tier.PREFECTURE, PREFECTURE) if name == "p1" else (Tier.COUNTY, county)
        agency = Agency(f"agency-{name}", f"机构{name}", f"Agency {name}", tier, division, county, "卫生健康", name)
        agencies.append(agency)
        address = f"10.6.{27 if county == COUNTY_A else 28}.{10 + len(agencies)}"
        devices.append(_router(name, Role.ACCESS, Tier.AGENCY, division, county, address, agency.id))
        links.append(_link(name, "up1", upper, f"to-{name}"))
    health = PrivateNetwork("health", "卫生专网", "Health network", frozenset({"agency-a1", "agency-b1"}))
    return Network(
        Inventory(
            {division.code: division for division in divisions},
            {agency.id: agency for agency in agencies},
            {device.id: device for device in devices},
            {link.id: link for link in links},
            {health.id: health},
        )
    )


def carried_by(network: Network, carriers: Mapping[str, str]) -> Network:
    """The same network, some of whose links are provided by carriers."""
    links = {
        link.id: replace(link, carrier=carriers.get(link.id, link.carrier)) for link in network.inventory.links.values()
    }
    return Network(replace(network.inventory, links=links))


def _router(
    name: str, role: Role, tier: Tier, division: str, county: str | None, address: str, agency: str | None = None
) -> Device:
    return Device(name, name, role, tier, division, county, address, "default", agency)


def _link(
    lower: str, lower_interface: str, upper: str, upper_interface: str, role: LinkRole = LinkRole.PRIMARY
) -> Link:
    return Link(f"{lower}:{upper}", upper, upper_interface, lower, lower_interface, role, 1000)


def wide_network(*, counties: int = 6, agencies: int = 12) -> Network:
    """A prefecture with so many counties of as many agencies each: `c0` … are the county routers, `c0-0` … the sites.

    Two thirds of the lines are 电信's, the others 移动's. One core `core`, one aggregation router `agg`.
    """
    codes = [f"5306{20 + number}" for number in range(counties)]
    divisions = [
        Division(PROVINCE, None, Tier.PROVINCE, "云南省", "Yunnan Province", 102.7, 25.0, PROVINCE),
        Division(PREFECTURE, PROVINCE, Tier.PREFECTURE, "昭通市", "Zhaotong City", 103.7, 27.3, PREFECTURE),
        *(
            Division(code, PREFECTURE, Tier.COUNTY, f"第{number}县", f"County {number}", 104.0, 27.0, code)
            for number, code in enumerate(codes)
        ),
    ]
    devices = [
        _router("core", Role.CORE, Tier.PROVINCE, PROVINCE, None, "10.0.0.1"),
        _router("agg", Role.AGGREGATION, Tier.PREFECTURE, PREFECTURE, None, "10.6.0.1"),
    ]
    links = [_link("agg", "up1", "core", "down1")]
    members: list[Agency] = []
    for number, code in enumerate(codes):
        router = f"c{number}"
        devices.append(_router(router, Role.COUNTY, Tier.COUNTY, code, code, f"10.6.{100 + number}.1"))
        links.append(_link(router, "up1", "agg", f"to-{router}"))
        for place in range(agencies):
            name = f"{router}-{place}"
            agency = Agency(f"of-{name}", f"单位{name}", f"Agency {name}", Tier.COUNTY, code, code, "卫生健康", name)
            members.append(agency)
            address = f"10.6.{100 + number}.{10 + place}"
            devices.append(_router(name, Role.ACCESS, Tier.AGENCY, code, code, address, agency.id))
            link = _link(name, "up1", router, f"to-{name}")
            links.append(replace(link, carrier="移动" if place % 3 == 2 else "电信"))
    return Network(
        Inventory(
            {division.code: division for division in divisions},
            {agency.id: agency for agency in members},
            {device.id: device for device in devices},
            {link.id: link for link in links},
            {},
        )
    )
