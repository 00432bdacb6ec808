"""What can be set about collecting."""

from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from foundation.clock import HOUR, SECOND
from foundation.settings import Duration, Secret, StrictModel

Port = Annotated[int, Field(ge=1, le=65535)]

# YAML reads a bare 2 as a number, and `version: 2c` as text; only the text names a version here.
Version = Annotated[Literal["2c"], BeforeValidator(lambda value: "2c" if value == "v2c" else value)]


class Credential(StrictModel):
    """How an SNMP agent is spoken to; the topology's devices name one by its key."""

    version: Version = "2c"
    community: Secret


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
    """Looks in flight at once."""
    values_per_request: int = Field(default=50, ge=4, le=150)
    """Where the self-tuning of each device starts, and its upper end."""
    interfaces_per_device: int = Field(default=256, ge=1, le=4_096)
    """Polled at most; those of declared links come first."""
    pinger: Literal["icmp", "udp_echo", "off"] = "icmp"
    """What tells a silent agent from a dead device."""
    echo_port: Port = 7
    """For `udp_echo` (RFC 862)."""

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
