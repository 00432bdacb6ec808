"""The faults that the simulator can play, as an operator writes them: in a scenario file or a command.

A fault names its target by id: a device, a link, `device/interface`, or a county's code. `for` is how long it lasts;
without it the fault stays until it is cleared.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, TypeAdapter, model_validator

from foundation.settings import Duration, StrictModel


def _as_flag(value: object) -> object:
    return (
        {"true": True, "yes": True, "false": False, "no": False}.get(value, value) if isinstance(value, str) else value
    )


Flag = Annotated[bool, BeforeValidator(_as_flag)]
"""A yes or no; a command line can only write it as a word."""
Part = Annotated[int, BeforeValidator(lambda value: int(value) if value in (1.0, 2.0) else value), Field(ge=1, le=2)]
"""The first or the second of two parts; a command line knows only numbers with a point."""
Percent = Annotated[float, Field(ge=0, le=100)]


class Fault(StrictModel):
    """What all faults have."""

    target: str
    lasts: Annotated[Duration | None, Field(alias="for", gt=0)] = None
    """How long it lasts; None until it is cleared."""


class DeviceDead(Fault):
    """The box is off: agent and ping are silent, its lines carry nothing. It boots anew when the fault ends, unless
    `reboots` says otherwise."""

    fault: Literal["device-dead"]
    reboots: Flag = True
    ports: Literal["up", "down"] = "up"
    """What becomes of its neighbours' ports towards it: they stay up behind transmission gear."""


class CountyPowerCut(Fault):
    """All devices of a county are off; they boot anew when the power is back."""

    fault: Literal["county-power-cut"]
    reboots: Flag = True


class AgentSilent(Fault):
    """The SNMP agent does not answer; ping does, and traffic passes."""

    fault: Literal["agent-silent"]


class LinkDown(Fault):
    """A link is down: ifOperStatus is down at both ends, and nothing passes."""

    fault: Literal["link-down"]


class FibreCut(Fault):
    """A cable is cut: like `link-down`, for one link by id, or for all links between two devices (`A B`)."""

    fault: Literal["fibre-cut"]


class InterfaceDown(Fault):
    """One end's port is down (`device/interface`); the far end stays up, as behind transmission gear."""

    fault: Literal["interface-down"]
    by: Literal["oper", "admin"] = "oper"
    """`admin`: somebody shut it down, so that ifAdminStatus is down too."""


class Loss(Fault):
    """Packets from and to a device are lost, independently of each other."""

    fault: Literal["loss"]
    percent: Annotated[float, Field(gt=0, le=100)]


class Delay(Fault):
    """A device answers late."""

    fault: Literal["delay"]
    delay: Annotated[Duration, Field(le=60_000)]
    jitter: Annotated[Duration, Field(le=60_000)] = 0
    """Each answer is late by `delay` ± up to this much."""


class CpuSurge(Fault):
    """All processors of a device are busy."""

    fault: Literal["cpu-surge"]
    percent: Percent = 97.0


class MemoryLeak(Fault):
    """A device loses memory steadily, up to 99.5 %."""

    fault: Literal["memory-leak"]
    percent_per_minute: Annotated[float, Field(gt=0, le=100)] = 5.0


class Temperature(Fault):
    """A device is hot."""

    fault: Literal["temperature"]
    celsius: Annotated[float, Field(ge=-40, le=150)] = 78.0


class FanFailed(Fault):
    """A fan of a device stands still. Access routers have none."""

    fault: Literal["fan-failed"]
    fan: Part = 1


class PowerFailed(Fault):
    """A power supply of a device gives no power; the other one carries it. Access routers have none of their own."""

    fault: Literal["power-failed"]
    supply: Part = 1


class RoutingDown(Fault):
    """A routing neighbour is lost at both ends (`device/neighbour`, the neighbour by its device's id or its address),
    while the line between the two carries traffic."""

    fault: Literal["routing-down"]
    by: Literal["oper", "admin"] = "oper"
    """`admin`: somebody shut the neighbour down on the device, which tells it so."""


class Errors(Fault):
    """Packets arrive damaged at an interface (`device/interface`), or leave it so."""

    fault: Literal["errors"]
    per_second: Annotated[float, Field(gt=0, le=1e6)] = 50.0
    direction: Literal["in", "out", "both"] = "in"


class TrafficSurge(Fault):
    """A link is full; what it can't carry is discarded by the sending end."""

    fault: Literal["traffic-surge"]
    percent: Annotated[float, Field(gt=0, le=100)] = 97.0
    direction: Literal["down", "up", "both"] = "down"
    """`down` is towards the lower end, away from the core."""


class Restart(Fault):
    """A device boots anew: its clock and counters start at zero. It is silent for `outage` first."""

    fault: Literal["restart"]
    outage: Annotated[Duration, Field(le=3_600_000)] = 0
    shuffle: Flag = False
    """Deal its ifIndexes anew."""

    @model_validator(mode="after")
    def _lasts_by_outage(self) -> "Restart":
        if self.lasts is not None:
            raise ValueError('a restart takes "outage", how long the device is silent, instead of "for"')
        return self


class IfIndexShuffle(Fault):
    """A device deals its ifIndexes anew without booting: ifTableLastChange moves."""

    fault: Literal["ifindex-shuffle"]

    @model_validator(mode="after")
    def _happens_at_once(self) -> "IfIndexShuffle":
        if self.lasts is not None:
            raise ValueError('an ifIndex shuffle happens at once: it takes no "for"')
        return self


AnyFault = Annotated[
    DeviceDead
    | CountyPowerCut
    | AgentSilent
    | LinkDown
    | FibreCut
    | InterfaceDown
    | Loss
    | Delay
    | CpuSurge
    | MemoryLeak
    | Temperature
    | FanFailed
    | PowerFailed
    | RoutingDown
    | Errors
    | TrafficSurge
    | Restart
    | IfIndexShuffle,
    Field(discriminator="fault"),
]
FAULT: TypeAdapter[AnyFault] = TypeAdapter(AnyFault)

MODELS: tuple[type[Fault], ...] = (
    DeviceDead, CountyPowerCut, AgentSilent, LinkDown, FibreCut, InterfaceDown, Loss, Delay, CpuSurge, MemoryLeak,
    Temperature, FanFailed, PowerFailed, RoutingDown, Errors, TrafficSurge, Restart, IfIndexShuffle,
)  # fmt: skip
KINDS: tuple[str, ...] = tuple(str(model.model_fields["fault"].annotation.__args__[0]) for model in MODELS)  # type: ignore[union-attr]
"""The faults' names."""


def length(fault: AnyFault) -> int | None:
    """How long a fault lasts in milliseconds: 0 for one that happens at one instant, None until it is cleared."""
    if isinstance(fault, IfIndexShuffle):
        return 0
    return fault.outage if isinstance(fault, Restart) else fault.lasts
