"""What can be set about collecting."""

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from collectors.snmp.credentials import Login, community_login, user_login
from collectors.snmp.credentials import Version as SnmpVersion
from foundation.clock import HOUR, SECOND
from foundation.problems import OperatorError, did_you_mean
from foundation.settings import Duration, Secret, StrictModel

Port = Annotated[int, Field(ge=1, le=65535)]


def _version(value: Any) -> Any:
    """YAML reads a bare 1 or 3 as a number, and `2c` as text; people also write v3."""
    return str(value).removeprefix("v") if type(value) in (int, str) else value


def _protocol(value: Any) -> Any:
    """`SHA-256`, `sha256` and `AES` as devices' manuals write them."""
    if not isinstance(value, str):
        return value
    plain = value.lower().replace("-", "").replace("_", "")
    return {"sha": "sha1", "aes": "aes128"}.get(plain, plain)


MOST_IN_A_SET = 8
"""Logins that are tried at one device."""


class Credential(StrictModel):
    """How an SNMP agent is spoken to; the topology's devices name one, or a set of them, by its key."""

    version: Annotated[Literal["1", "2c", "3"], BeforeValidator(_version)] = "2c"
    community: Secret | None = None
    """For versions 1 and 2c."""
    user: str | None = Field(default=None, min_length=1)
    """For version 3, as all below."""
    auth: Annotated[
        Literal["md5", "sha1", "sha224", "sha256", "sha384", "sha512"] | None, BeforeValidator(_protocol)
    ] = None
    auth_password: Secret | None = None
    privacy: Annotated[Literal["des", "aes128", "aes192", "aes256"] | None, BeforeValidator(_protocol)] = None
    privacy_password: Secret | None = None
    key_expansion: Literal["blumenthal", "cisco"] = "blumenthal"
    """How the device makes a key for AES-192 or AES-256 out of a shorter one; there are two ways, and no standard."""

    @model_validator(mode="after")
    def _is_whole(self) -> "Credential":
        secure = {
            "user": self.user, "auth": self.auth, "auth_password": self.auth_password,
            "privacy": self.privacy, "privacy_password": self.privacy_password,
        }  # fmt: skip
        if self.version != "3":
            if self.community is None:
                raise ValueError(f"version {self.version} needs a community")
            if given := [name for name, value in secure.items() if value is not None]:
                raise ValueError(f"{given[0]} belongs to version 3: write version: 3, or take it out")
            return self
        if self.community is not None:
            raise ValueError("a community belongs to versions 1 and 2c; version 3 has a user")
        if self.user is None:
            raise ValueError("version 3 needs a user")
        for protocol, password in (("auth", "auth_password"), ("privacy", "privacy_password")):
            if (secure[protocol] is None) != (secure[password] is None):
                raise ValueError(f"{protocol} and {password} go together")
        if self.privacy is not None and self.auth is None:
            raise ValueError("privacy needs auth: SNMPv3 encrypts only what it signs")
        return self

    def login(self, name: str) -> Login:
        """Itself with its secrets read and its keys worked out.

        Raises OperatorError when a secret can't be read.
        """
        if self.community is not None:
            return community_login(self.community.resolve(), name=name, version=SnmpVersion(self.version))
        return user_login(
            self.user or "",
            name=name,
            auth=self.auth or "",
            auth_password=self.auth_password.resolve() if self.auth_password else "",
            privacy=self.privacy or "",
            privacy_password=self.privacy_password.resolve() if self.privacy_password else "",
            expansion=self.key_expansion,
        )


def resolve_logins(
    named: Iterable[str], credentials: Mapping[str, Credential], sets: Mapping[str, Sequence[str]]
) -> dict[str, tuple[Login, ...]]:
    """The logins to try, in order, for each of these names of a credential or a set of them.

    Raises OperatorError when a name is unknown or a secret can't be read.
    """
    logins: dict[str, Login] = {}
    found: dict[str, tuple[Login, ...]] = {}
    for name in sorted(set(named)):
        members = sets.get(name, (name,))
        for member in members:
            if member not in credentials:
                remedy = did_you_mean(member, [*credentials, *sets]) or "Add them under credentials."
                raise OperatorError(
                    f'The topology refers to credentials "{member}", which the settings don\'t have. {remedy}'
                )
            if member not in logins:
                logins[member] = credentials[member].login(member)
        found[name] = tuple(logins[member] for member in members)
    return found


class CollectorSettings(StrictModel):
    """The poll loop. Lengths of time are in milliseconds once loaded."""

    port: Port = 161
    """The agents' UDP port, where a device has none of its own."""
    rewrite: str | None = None
    """A network such as `127.0.0.0/8` whose prefix replaces that of every address: how the simulated province, whose
    10.a.b.c answers at 127.a.b.c, is polled."""
    reachability_interval: Duration = 10 * SECOND
    interval: Duration = 60 * SECOND
    """Of the interface and health layers; a whole multiple of `reachability_interval`."""
    inventory_interval: Duration = 6 * HOUR
    timeout: Duration = 1_500
    """The first wait for an answer; then it follows the device's own round trips."""
    deadline: Duration = 20 * SECOND
    """The longest that one look at a device may take, its inventory apart."""
    concurrency: int = Field(default=384, ge=1, le=20_000)
    """Looks at devices that answer in flight at once, and as many inventories. Looks that wait for a device which does
    not answer don't count."""
    site_concurrency: int = Field(default=64, ge=1, le=20_000)
    """The same at one site (the county, else the division)."""
    device_packets_per_second: int = Field(default=100, ge=1, le=10_000)
    """Sent to one device at most."""
    uplink_share: float = Field(default=2.0, gt=0, le=100)
    """Percent of a line's speed that polling may use, both directions together. Full looks and inventories wait;
    reachability never does, and has its floor on slow lines."""
    values_per_request: int = Field(default=50, ge=4, le=150)
    """Where the self-tuning of each device starts, and its upper end."""
    interfaces_per_device: int = Field(default=256, ge=1, le=4_096)
    """Polled at most; those of declared links come first."""
    pinger: Literal["icmp", "udp_echo", "off"] = "icmp"
    """What tells a silent agent from a dead device."""
    echo_port: Port = 7
    """For `udp_echo` (RFC 862)."""
    gateways: list[str] = Field(default_factory=list, max_length=8)
    """Addresses of what stands between the collector and the core: while none of them answers a ping, and nothing else
    does, the collector is blind, and no device is blamed. One that never answered tells nothing."""

    @field_validator("gateways")
    @classmethod
    def _are_addresses(cls, value: list[str]) -> list[str]:
        for address in value:
            try:
                IPv4Address(address)
            except ValueError:
                raise ValueError(f'"{address}" is no IPv4 address: give one such as "10.0.0.1"') from None
        return value

    @field_validator("rewrite")
    @classmethod
    def _is_network(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                IPv4Network(value)
            except ValueError:
                raise ValueError('give an IPv4 network such as "127.0.0.0/8"') from None
        return value

    @model_validator(mode="after")
    def _intervals_fit(self) -> "CollectorSettings":
        if self.reachability_interval < SECOND:
            raise ValueError("reachability_interval is at least 1 s")
        if self.interval == 0 or self.interval % self.reachability_interval:
            raise ValueError("interval must be a whole multiple of reachability_interval")
        if self.inventory_interval < self.interval:
            raise ValueError("inventory_interval must not be shorter than interval")
        if not 50 <= self.timeout <= 10 * SECOND:
            raise ValueError("timeout is between 50 ms and 10 s")
        if self.deadline < self.timeout:
            raise ValueError("deadline must not be shorter than timeout")
        return self

    def polled_address(self, address: str) -> str:
        """Where a device with this management address is polled."""
        if self.rewrite is None:
            return address
        network = IPv4Network(self.rewrite)
        host = int(IPv4Address(address)) & int(network.hostmask)
        return str(IPv4Address(int(network.network_address) | host))
