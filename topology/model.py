"""What the network consists of. Everything here is immutable; an edit is a new Network."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Tier(StrEnum):
    """The level a site, a device or a link belongs to."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    AGENCY = "agency"


class Role(StrEnum):
    """What a device is for."""

    CORE = "core"
    """Provincial core router: where the monitoring centre stands, so the root of every path."""
    AGGREGATION = "aggregation"
    """A prefecture's aggregation router."""
    COUNTY = "county"
    """A county's router."""
    ACCESS = "access"
    """An agency's access router."""


class LinkRole(StrEnum):
    """How a link is used."""

    PRIMARY = "primary"
    BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class Division:
    """An administrative division (GB/T 2260): the province, a prefecture or a county. Each has an operations centre,
    or is served by the one above (`centre` of the topology file)."""

    code: str
    parent: str | None
    tier: Tier
    name: str
    name_en: str
    longitude: float
    latitude: float
    centre: str
    """The code of the division whose operations centre answers for this one: its own, or one above (值班托管)."""

    @property
    def short_name(self) -> str:
        """昭通 for 昭通市, 红河 for 红河哈尼族彝族自治州: how people call a prefecture on the wall."""
        return short_name(self.name)


@dataclass(frozen=True, slots=True)
class Agency:
    """A connected organisation: one cell of the wall."""

    id: str
    name: str
    name_en: str
    tier: Tier
    """Whose agency it is: the province's, a prefecture's or a county's."""
    division: str
    """The code of the division it belongs to."""
    county: str
    """The code of the county it stands in (属地): its place on the wall."""
    department: str
    """The department it is part of: 卫生健康, 公安 …"""
    device: str
    """The id of its access router."""


@dataclass(frozen=True, slots=True)
class Device:
    """A router that is polled."""

    id: str
    name: str
    role: Role
    tier: Tier
    division: str
    """The division whose centre answers for it; for an access router, its agency's."""
    county: str | None
    """The county it stands in; None for core and aggregation routers."""
    address: str
    """Its management address, an IPv4 literal."""
    credentials: str
    """The *name* of an entry in the settings' credentials; never a secret."""
    agency: str | None = None
    """The agency it connects, for an access router."""
    snmp_port: int | None = None
    """Its SNMP port where it differs from the settings' own."""


@dataclass(frozen=True, slots=True)
class Link:
    """A line between two devices. `upper` is the end nearer the core."""

    id: str
    upper: str
    upper_interface: str
    lower: str
    lower_interface: str
    role: LinkRole
    speed_mbps: int
    carrier: str = ""
    """Who provides the line: 电信, 移动, 联通, 广电; empty when it is the network's own."""


@dataclass(frozen=True, slots=True)
class PrivateNetwork:
    """A department's private network (专网) over the shared one."""

    id: str
    name: str
    name_en: str
    members: frozenset[str]
    """Ids of the member agencies."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """All that the files declare, checked, keyed by id in the files' order."""

    divisions: Mapping[str, Division]
    agencies: Mapping[str, Agency]
    devices: Mapping[str, Device]
    links: Mapping[str, Link]
    private_networks: Mapping[str, PrivateNetwork]


_NATIONALITIES = (
    "哈尼族彝族", "壮族苗族", "傣族景颇族", "彝族", "傣族", "白族", "傈僳族", "藏族",
)  # fmt: skip


def short_name(name: str) -> str:
    """A prefecture's name without its type and nationalities."""
    stem = name.removesuffix("自治州").removesuffix("市")
    for nationality in _NATIONALITIES:
        if stem.endswith(nationality):
            return stem.removesuffix(nationality)
    return stem
