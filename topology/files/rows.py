"""The rows of `topology.yaml` and `agencies.csv`: which keys there are and what each may hold."""

import ipaddress
import re
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from foundation.settings import StrictModel
from topology.files.findings import CODE_FORM, IDENTITY_FORM
from topology.model import LinkRole, Role, Tier


def _digits(value: object) -> object:
    """A code written without quotes reaches us as a whole number."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _blank_is_none(value: object) -> object:
    return None if value == "" else value


def _filled(value: object) -> object:
    if value == "":
        raise ValueError("the field is empty; fill it in")
    return value


def _number(value: object) -> object:
    """Cells are text; anything but plain digits is left for the check to refuse."""
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value) else value


def _code(text: str) -> str:
    if not re.fullmatch(CODE_FORM, text):
        raise ValueError(f'"{text[:40]}" is no division code; GB/T 2260 codes have six digits')
    return text


def _identity(text: str) -> str:
    if not re.fullmatch(IDENTITY_FORM, text):
        raise ValueError(
            f'"{text[:80]}" can\'t be an id; take up to 64 letters, digits, ".", "_" and "-", a letter or digit first'
        )
    return text


def _printable(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("the text begins or ends with a blank, or holds a line break or control character")
    return text


def _address(text: str) -> str:
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        raise ValueError(
            f'"{text[:40]}" is no IPv4 address; write four numbers from 0 to 255, as in 10.6.27.1'
        ) from None
    if address.is_multicast or address.is_unspecified or address in _NO_HOSTS:
        raise ValueError(f"{text} can't be the address of a device")
    return text


_NO_HOSTS: Final = ipaddress.IPv4Network("240.0.0.0/4")

Code = Annotated[str, BeforeValidator(_digits), BeforeValidator(_filled), AfterValidator(_code)]
Identity = Annotated[str, BeforeValidator(_digits), BeforeValidator(_filled), AfterValidator(_identity)]
Text = Annotated[str, Field(max_length=200), BeforeValidator(_filled), AfterValidator(_printable)]
Address = Annotated[str, BeforeValidator(_filled), AfterValidator(_address)]
Port = Annotated[int, Field(ge=1, le=65_535)]
Speed = Annotated[int, Field(ge=1, le=10_000_000)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
End = Annotated[list[Text], Field(min_length=2, max_length=2)]
Carrier = Literal["", "电信", "移动", "联通", "广电"]
DivisionTier = Literal["province", "prefecture", "county"]
RouterRole = Literal["core", "aggregation", "county"]

TIER_OF_ROLE: Final = {
    Role.CORE: Tier.PROVINCE,
    Role.AGGREGATION: Tier.PREFECTURE,
    Role.COUNTY: Tier.COUNTY,
    Role.ACCESS: Tier.AGENCY,
}


class Defaults(StrictModel):
    """What holds where a row says nothing."""

    credentials: Identity = "default"


class TopologyFile(StrictModel):
    """The whole of `topology.yaml`. The rows are checked one by one, so that one bad row hides no other."""

    version: Literal[1]
    defaults: Defaults = Defaults()
    divisions: list[Any]
    devices: list[Any]
    links: list[Any]
    private_networks: list[Any] = Field(default=[])


class DivisionRow(StrictModel):
    """An administrative division."""

    code: Code
    tier: DivisionTier
    parent: Code | None = None
    name: Text
    name_en: Text
    seat: Annotated[list[Any], Field(min_length=2, max_length=2)]
    centre: Code | None = None


class Seat(StrictModel):
    """A point, in degrees, WGS84."""

    longitude: Longitude
    latitude: Latitude


class DeviceRow(StrictModel):
    """A router of the province's own network."""

    id: Identity
    role: RouterRole
    division: Code
    address: Address
    name: Text | None = None
    credentials: Identity | None = None
    snmp_port: Port | None = None


class LinkRow(StrictModel):
    """A line. Each end is a pair: the device's id and the interface's name."""

    id: Identity | None = None
    lower: End
    upper: End
    role: LinkRole = Field(strict=False)
    speed_mbps: Speed
    carrier: Carrier = ""


class PrivateNetworkRow(StrictModel):
    """A private network and who belongs to it."""

    id: Identity
    name: Text
    name_en: Text
    departments: list[Text] = Field(default=[])
    agencies: list[Identity] = Field(default=[])
    but: list[Identity] = Field(default=[], alias="except")


class AgencyRow(StrictModel):
    """A line of `agencies.csv`: an agency, its access router, and the line that ties it in."""

    id: Identity
    name: Text
    name_en: Text
    tier: DivisionTier
    division: Code
    county: Code
    department: Text
    router: Identity
    address: Address
    interface: Text
    upper: Identity
    upper_interface: Text
    speed_mbps: Annotated[Speed, BeforeValidator(_number), BeforeValidator(_filled)]
    carrier: Carrier
    credentials: Annotated[Identity | None, BeforeValidator(_blank_is_none)] = None
    snmp_port: Annotated[Port | None, BeforeValidator(_number), BeforeValidator(_blank_is_none)] = None
