"""What a sensor may measure: the closed vocabulary of `HealthReading.kind`, with units and plausible values."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Final, Literal

HealthKind = Literal[
    "cpu", "memory", "disk", "load", "charge", "humidity", "utilisation",
    "temperature", "optical_rx", "optical_tx", "optical_bias", "current", "voltage", "power_draw",
    "fan_speed", "runtime", "sessions",
    "fan", "power", "module", "battery", "output", "alarm", "contact",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of reading."""

    unit: str
    """Of its values; empty for a state."""
    low: float = -inf
    """A value below can't be: the sensor is broken, or says in this way that there is none."""
    high: float = inf
    is_state: bool = False
    """Its value is the MIB's number for a state, its word the MIB's word for it."""


_PERCENT: Final = Kind("%", 0, 100)
_STATE: Final = Kind("", is_state=True)

KINDS: Final[Mapping[HealthKind, Kind]] = {
    "cpu": _PERCENT,
    "memory": _PERCENT,
    "disk": _PERCENT,
    # A UPS may carry more than its rating for a while.
    "load": Kind("%", 0, 300),
    "charge": Kind("%", 0, 110),
    "humidity": _PERCENT,
    "utilisation": _PERCENT,
    "temperature": Kind("°C", -100, 300),
    # -40 dBm is the floor of an optic's own register: no light. That is no power that could be too low.
    "optical_rx": Kind("dBm", -39.99, 30),
    "optical_tx": Kind("dBm", -39.99, 30),
    "optical_bias": Kind("mA", 0, 2_000),
    "current": Kind("A", -100_000, 100_000),
    "voltage": Kind("V", -100_000, 1_000_000),
    "power_draw": Kind("W", 0, 10_000_000),
    "fan_speed": Kind("rpm", 0, 200_000),
    "runtime": Kind("min", 0, 1_000_000),
    "sessions": Kind("", 0),
    "fan": _STATE,
    "power": _STATE,
    "module": _STATE,
    "battery": _STATE,
    "output": _STATE,
    "alarm": _STATE,
    "contact": _STATE,
}
"""All of them. Values: `load` is a UPS's output, `charge` its battery, `runtime` what is left of it, `output` where its
power comes from; `contact` is a dry contact or a yes-or-no sensor."""
