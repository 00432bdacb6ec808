"""Networks of any size for benches and load tests: cores, prefectures, counties and agencies as in the province."""

from typing import Final

from topology.model import Agency, Device, Division, Inventory, Link, LinkRole, Role, Tier
from topology.network import Network

COUNTY: Final = 50
"""Access routers behind one county router."""
PREFECTURE: Final = 20
"""County routers behind one prefecture's."""
PROVINCE: Final = "530000"


def large_network(devices: int) -> Network:
    """A tree of about so many devices, never fewer; its addresses are 10.0.0.0/8 from the start."""
    counties = -(-devices // (COUNTY + 1))
    build = _Build()
    core = build.router("core", Role.CORE, PROVINCE, None)
    for prefecture in range(-(-counties // PREFECTURE)):
        code = f"{540_000 + prefecture}"
        build.division(code, PROVINCE, Tier.PREFECTURE)
        upper = build.router(f"agg-{prefecture}", Role.AGGREGATION, code, None)
        build.link(upper, "up1", core, f"to-{prefecture}", 10_000)
        for county in range(min(PREFECTURE, counties - prefecture * PREFECTURE)):
            own = f"{600_000 + prefecture * PREFECTURE + county}"
            build.division(own, code, Tier.COUNTY)
            router = build.router(f"county-{own}", Role.COUNTY, own, own)
            build.link(router, "up1", upper, f"to-{county}", 1_000)
            for number in range(COUNTY):
                name = f"r-{own}-{number}"
                build.access(name, own)
                build.link(name, "up1", router, f"to-{number}", 100)
    return Network(
        Inventory(
            {division.code: division for division in build.divisions},
            {agency.id: agency for agency in build.agencies},
            {device.id: device for device in build.devices},
            {link.id: link for link in build.links},
            {},
        )
    )


class _Build:
    def __init__(self) -> None:
        self.divisions: list[Division] = []
        self.agencies: list[Agency] = []
        self.devices: list[Device] = []
        self.links: list[Link] = []
        self.division(PROVINCE, None, Tier.PROVINCE)

    def division(self, code: str, parent: str | None, tier: Tier) -> None:
        self.divisions.append(Division(code, parent, tier, code, code, 102.0, 25.0, code))

    def router(self, name: str, role: Role, division: str, county: str | None, agency: str | None = None) -> str:
        tier = {Role.CORE: Tier.PROVINCE, Role.AGGREGATION: Tier.PREFECTURE, Role.COUNTY: Tier.COUNTY}
        number = len(self.devices) + 1
        address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
        self.devices.append(
            Device(name, name, role, tier.get(role, Tier.AGENCY), division, county, address, "default", agency)
        )
        return name

    def access(self, name: str, county: str) -> None:
        agency = Agency(f"a-{name}", name, name, Tier.COUNTY, county, county, "卫生健康", name)
        self.agencies.append(agency)
        self.router(name, Role.ACCESS, county, county, agency.id)

    def link(self, lower: str, lower_interface: str, upper: str, upper_interface: str, speed: int) -> None:
        self.links.append(
            Link(f"{lower}:{upper}", upper, upper_interface, lower, lower_interface, LinkRole.PRIMARY, speed)
        )
