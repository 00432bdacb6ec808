"""What the faults in force amount to, all taken together: a pure function of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from foundation.clock import Instant
from simulator.faults import (
    AgentSilent,
    AnyFault,
    CountyPowerCut,
    CpuSurge,
    Delay,
    DeviceDead,
    Errors,
    FanFailed,
    FibreCut,
    InterfaceDown,
    LinkDown,
    Loss,
    MemoryLeak,
    PowerFailed,
    Restart,
    RoutingDown,
    Temperature,
    TrafficSurge,
)
from simulator.mibs.entity import FANS, SUPPLIES
from simulator.targets import Target
from topology.network import Network

Key = TypeVar("Key")

Port = tuple[str, str]
"""A device's id and an interface's name."""


@dataclass(frozen=True, slots=True)
class ActiveFault:
    """A fault in force."""

    id: int
    fault: AnyFault
    target: Target
    since: Instant
    until: Instant | None
    """When it ends by itself."""


@dataclass(frozen=True, slots=True)
class Lag:
    """How late a device answers, in milliseconds."""

    delay: int
    jitter: int


@dataclass(frozen=True, slots=True)
class Effects:
    """All faults together. Where two strike the same thing, the worse counts."""

    dead_devices: frozenset[str]
    silent_agents: frozenset[str]
    cut_links: frozenset[str]
    """Down at both ends."""
    admin_down: frozenset[Port]
    oper_down: frozenset[Port]
    """Down at this end alone; those shut down by administration are in both."""
    blocked_links: frozenset[str]
    """All links that carry nothing: cut ones, and those with a port down."""
    loss: Mapping[str, float]
    """The chance that one packet is lost, by device."""
    lag: Mapping[str, Lag]
    cpu: Mapping[str, float]
    leaks: Mapping[str, tuple[float, Instant]]
    """Percent of memory a minute, and since when, by device."""
    heat: Mapping[str, float]
    errors_in: Mapping[Port, float]
    """Packets a second."""
    errors_out: Mapping[Port, float]
    surges_down: Mapping[str, float]
    """Percent of a link's speed, towards its lower end."""
    surges_up: Mapping[str, float]
    failed_parts: Mapping[str, frozenset[int]]
    """entPhysicalIndex of each part that has failed, by device."""
    lost_sessions: frozenset[str]
    """Links whose ends have lost each other as routing neighbours."""
    shut_sessions: frozenset[tuple[str, str]]
    """(device, link): the neighbour over the link is shut down on the device."""


def effects(network: Network, active: Iterable[ActiveFault]) -> Effects:
    """What these faults do to the network."""
    dead: set[str] = set()
    silent: set[str] = set()
    cut: set[str] = set()
    admin: set[Port] = set()
    oper: set[Port] = set()
    passed: dict[str, float] = {}
    lag: dict[str, Lag] = {}
    cpu: dict[str, float] = {}
    leaks: dict[str, tuple[float, Instant]] = {}
    heat: dict[str, float] = {}
    errors_in: dict[Port, float] = {}
    errors_out: dict[Port, float] = {}
    surges_down: dict[str, float] = {}
    surges_up: dict[str, float] = {}
    failed: dict[str, set[int]] = {}
    lost: set[str] = set()
    shut: set[tuple[str, str]] = set()
    for item in active:
        fault, target = item.fault, item.target
        match fault:
            case DeviceDead() | CountyPowerCut() | Restart():
                dead.update(target.devices)
                if isinstance(fault, DeviceDead) and fault.ports == "down":
                    oper.update(_ports_towards(network, target.devices))
            case AgentSilent():
                silent.update(target.devices)
            case LinkDown() | FibreCut():
                cut.update(target.links)
            case InterfaceDown():
                assert target.port is not None
                oper.add(target.port)
                if fault.by == "admin":
                    admin.add(target.port)
            case Loss():
                for device in target.devices:
                    passed[device] = passed.get(device, 1.0) * (1 - fault.percent / 100)
            case Delay():
                for device in target.devices:
                    known = lag.get(device, Lag(0, 0))
                    lag[device] = Lag(max(known.delay, fault.delay), max(known.jitter, fault.jitter))
            case CpuSurge():
                _raise(cpu, target.devices, fault.percent)
            case MemoryLeak():
                for device in target.devices:
                    leaks[device] = (fault.percent_per_minute, item.since)
            case Temperature():
                _raise(heat, target.devices, fault.celsius)
            case FanFailed():
                for device in target.devices:
                    failed.setdefault(device, set()).add(FANS[fault.fan - 1].index)
            case PowerFailed():
                for device in target.devices:
                    failed.setdefault(device, set()).add(SUPPLIES[fault.supply - 1].index)
            case RoutingDown(by="admin"):
                shut.update((device, link) for device in target.devices for link in target.links)
            case RoutingDown():
                lost.update(target.links)
            case Errors():
                assert target.port is not None
                if fault.direction != "out":
                    _raise(errors_in, (target.port,), fault.per_second)
                if fault.direction != "in":
                    _raise(errors_out, (target.port,), fault.per_second)
            case TrafficSurge():
                if fault.direction != "up":
                    _raise(surges_down, target.links, fault.percent)
                if fault.direction != "down":
                    _raise(surges_up, target.links, fault.percent)
    at_ports = {link.id for port in oper if (link := network.link_at(*port)) is not None}
    return Effects(
        dead_devices=frozenset(dead),
        silent_agents=frozenset(silent),
        cut_links=frozenset(cut),
        admin_down=frozenset(admin),
        oper_down=frozenset(oper),
        blocked_links=frozenset(cut | at_ports),
        loss={device: 1 - share for device, share in passed.items()},
        lag=lag,
        cpu=cpu,
        leaks=leaks,
        heat=heat,
        errors_in=errors_in,
        errors_out=errors_out,
        surges_down=surges_down,
        surges_up=surges_up,
        failed_parts={device: frozenset(parts) for device, parts in failed.items()},
        lost_sessions=frozenset(lost),
        shut_sessions=frozenset(shut),
    )


def _ports_towards(network: Network, devices: Iterable[str]) -> Iterable[Port]:
    """The ports of a device's neighbours in which its lines end."""
    for device in devices:
        for link in (*network.uplinks(device), *network.downlinks(device)):
            yield (link.lower, link.lower_interface) if link.upper == device else (link.upper, link.upper_interface)


def _raise(values: dict[Key, float], keys: Iterable[Key], value: float) -> None:
    for key in keys:
        values[key] = max(value, values.get(key, value))
