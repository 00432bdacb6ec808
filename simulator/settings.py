"""The simulator's settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from foundation.settings import StrictModel
from simulator.inbox.settings import InboxSettings

__all__ = ["DEMO_SCENARIO", "InboxSettings", "SimulatorSettings"]

DEMO_SCENARIO: Final = Path(__file__).parent / "scenarios" / "demo.yaml"
"""Faults that come and go over a quarter of an hour, for the sample province."""


def _as_path(value: object) -> object:
    return Path(value) if isinstance(value, str) else value


FilePath = Annotated[Path, BeforeValidator(_as_path)]
Port = Annotated[int, Field(ge=1, le=65_535)]


class SimulatorSettings(StrictModel):
    """A province on loopback: each device with address 10.a.b.c answers at 127.a.b.c."""

    port: Port = 16161
    """SNMP, UDP."""
    echo_port: Port = 16107
    """RFC 862 echo, UDP: stands in for ping."""
    control_port: Port = 16180
    """Commands, TCP on 127.0.0.1."""
    community: str = "public"
    """Whoever knows another word gets no answer."""
    seed: int = 1
    """The same seed gives the same province."""
    scenario: FilePath | None = None
    """Faults that come and go by themselves."""
    recordings: Mapping[str, FilePath] = Field(default_factory=dict)
    """`.snmprec` files, by the id of the device that replays them."""
