"""The province's equipment: every router with its ports and meters, wired by the topology, struck by effects."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Final

from foundation.messages import IfStatus
from simulator.curve import EPOCH, Moment, Wobble
from simulator.effects import Effects
from simulator.meters import Meter
from simulator.routers import Port, Router, Session
from simulator.routing import Demand, Load, loads
from simulator.sessions import LineAddresses, autonomous_systems, line_addresses, protocol_on
from topology.model import Device, Link, Role
from topology.network import Network

_IDLE: Final = Load(18_000.0, 15_000.0)
"""Routing protocol and keepalive on a line that carries no agency's traffic, in bits per second."""
_HIGHEST: Final = 0.55
"""The share of a line's speed that its ordinary busiest load stays below."""
_DISCARDS: Final = 220.0
"""Packets a second that the sending end of a full line drops."""
_ETHERNET: Final = 6
_LOOPBACK: Final = 24
_NONE: Final[frozenset[int]] = frozenset()


@dataclass(slots=True)
class Line:
    """A link with its two ports and what it carries each way."""

    link: Link
    upper: Port
    lower: Port
    down: Meter
    """Octets from the upper to the lower end."""
    up: Meter


class Plant:
    """All routers and lines. It changes only by `strike`, `restart` and `shuffle`."""

    def __init__(self, network: Network, seed: int) -> None:
        self.network = network
        self.routers: dict[str, Router] = {}
        self.lines: dict[str, Line] = {}
        systems = autonomous_systems(network)
        for device in network.devices.values():
            router = Router(device, _location(device, network), seed, systems[device.division])
            router.ports.append(_loopback(router))
            self.routers[device.id] = router
        self._demands = {
            device.id: _demand(device, network, seed)
            for device in network.devices.values()
            if device.agency is not None
        }
        addresses = line_addresses(network)
        for link in network.links.values():
            self._lay(link, seed, addresses[link.id])
        for router in self.routers.values():
            if router.device.role is Role.ACCESS:
                _add_lan(router)
            router.deal_indexes()
        self._carriage: tuple[object, ...] = (frozenset(), frozenset(), {}, {})
        self._route(Moment(EPOCH), None)
        for router in self.routers.values():
            moment = Moment(router.boot)
            for port in router.ports:
                port.reset(moment)

    def strike(self, effects: Effects, moment: Moment) -> set[str]:
        """Put effects in force in place of all earlier ones; the ids of routers whose neighbours changed."""
        changed: set[str] = set()
        for line in self.lines.values():
            self._strike_ports(line, effects, moment)
            link = line.link
            lives = (
                link.id not in effects.blocked_links
                and link.upper not in effects.dead_devices
                and link.lower not in effects.dead_devices
            )
            if lives != line.upper.link_lives:
                line.upper.link_lives = line.lower.link_lives = lives
                changed |= {link.upper, link.lower}
                if line.upper.session is not None:
                    line.upper.session.changed = moment.now
            self._strike_session(line, effects, moment)
        for id_, router in self.routers.items():
            vitals = router.vitals
            vitals.cpu_forced = effects.cpu.get(id_)
            vitals.heat_forced = effects.heat.get(id_)
            vitals.leak, since = effects.leaks.get(id_, (0.0, EPOCH))
            vitals.leak_since = max(since, router.boot)
            router.failed = effects.failed_parts.get(id_, _NONE)
        carriage = (effects.dead_devices, effects.blocked_links, effects.surges_down, effects.surges_up)
        if carriage != self._carriage:
            self._carriage = carriage
            self._route(moment, effects)
        return changed

    def restart(self, devices: Iterable[str], moment: Moment) -> None:
        """Boot devices anew."""
        for device in devices:
            self.routers[device].restart(moment)

    def shuffle(self, devices: Iterable[str], moment: Moment) -> None:
        """Deal devices' ifIndexes anew."""
        for device in devices:
            self.routers[device].shuffle(moment.now)

    def _strike_session(self, line: Line, effects: Effects, moment: Moment) -> None:
        session = line.upper.session
        if session is None:
            return
        link = line.link
        before = (session.lost, line.upper.shut, line.lower.shut)
        session.lost = link.id in effects.lost_sessions
        line.upper.shut = (link.upper, link.id) in effects.shut_sessions
        line.lower.shut = (link.lower, link.id) in effects.shut_sessions
        if (session.lost, line.upper.shut, line.lower.shut) != before:
            session.changed = moment.now

    def _strike_ports(self, line: Line, effects: Effects, moment: Moment) -> None:
        for port in (line.upper, line.lower):
            key = (port.router.device.id, port.name)
            down = key in effects.oper_down or line.link.id in effects.cut_links
            port.admin = IfStatus.DOWN if key in effects.admin_down else IfStatus.UP
            oper = IfStatus.DOWN if down else IfStatus.UP
            if oper is not port.oper:
                port.oper = oper
                port.changed = moment.now
            carries = not down
            port.broken_in.turn(moment, curve=0.0, flat=effects.errors_in.get(key, 0.0) if carries else 0.0)
            port.broken_out.turn(moment, curve=0.0, flat=effects.errors_out.get(key, 0.0) if carries else 0.0)

    def _route(self, moment: Moment, effects: Effects | None) -> None:
        dead = effects.dead_devices if effects else frozenset()
        blocked = effects.blocked_links if effects else frozenset()
        carried = loads(self.network, self._demands, dead, blocked)
        for id_, line in self.lines.items():
            link = line.link
            if id_ in blocked or link.upper in dead or link.lower in dead:
                line.down.turn(moment, curve=0.0)
                line.up.turn(moment, curve=0.0)
                line.upper.dropped_out.turn(moment, curve=0.0)
                line.lower.dropped_out.turn(moment, curve=0.0)
                continue
            speed = link.speed_mbps * 1e6
            load = carried.get(id_, _IDLE)
            for meter, sender, rate, surge in (
                (line.down, line.upper, load.down, effects.surges_down.get(id_) if effects else None),
                (line.up, line.lower, load.up, effects.surges_up.get(id_) if effects else None),
            ):
                if surge is None:
                    meter.turn(moment, curve=min(rate, speed * _HIGHEST) / 8)
                    sender.dropped_out.turn(moment, curve=0.0)
                else:
                    meter.turn(moment, curve=0.0, flat=speed * surge / 800)
                    sender.dropped_out.turn(moment, curve=0.0, flat=_DISCARDS if surge > 90 else 0.0)

    def _lay(self, link: Link, seed: int, addresses: LineAddresses) -> None:
        random = Random(f"{seed}/{link.id}")  # noqa: S311 - repeatable, no secret
        down, up = Meter(Wobble.of(random)), Meter(Wobble.of(random))
        protocol = protocol_on(self.network, link)
        session = Session(protocol) if protocol else None
        upper = Port(
            self.routers[link.upper], link.upper_interface, kind=_ETHERNET, speed_mbps=link.speed_mbps,
            alias=_far_end(link, link.lower, link.lower_interface), inbound=up, outbound=down, link=link,
            address=addresses.upper, session=session,
        )  # fmt: skip
        lower = Port(
            self.routers[link.lower], link.lower_interface, kind=_ETHERNET, speed_mbps=link.speed_mbps,
            alias=_far_end(link, link.upper, link.upper_interface), inbound=down, outbound=up, link=link,
            address=addresses.lower, session=session,
        )  # fmt: skip
        upper.peer, lower.peer = lower, upper
        upper.router.ports.append(upper)
        lower.router.ports.append(lower)
        self.lines[link.id] = Line(link, upper, lower, down, up)


def _loopback(router: Router) -> Port:
    still = Meter(router.vitals.wobble)
    return Port(
        router, "LoopBack0", kind=_LOOPBACK, speed_mbps=0, alias="management", inbound=still, outbound=still,
        address=router.device.address,
    )  # fmt: skip


def _add_lan(router: Router) -> None:
    """The agency's own side: what comes down the first line leaves here."""
    taken = {port.name for port in router.ports}
    name = next(name for number in range(8, 1000) if (name := f"GigabitEthernet0/0/{number}") not in taken)
    uplink = next((port for port in router.ports if port.link is not None), router.ports[0])
    router.ports.append(
        Port(
            router, name, kind=_ETHERNET, speed_mbps=1000, alias="LAN", inbound=uplink.outbound, outbound=uplink.inbound
        )
    )


def _far_end(link: Link, device: str, interface: str) -> str:
    carrier = f" {link.carrier}" if link.carrier else ""
    return f"To {device} {interface}{carrier}"


def _demand(device: Device, network: Network, seed: int) -> Demand:
    random = Random(f"{seed}/{device.id}/demand")  # noqa: S311 - see above
    speed = sum(link.speed_mbps for link in network.uplinks(device.id)) * 1e6
    down = min(speed * 0.5, speed * random.lognormvariate(-2.4, 0.6), 60e6)
    return Demand(down, down * random.uniform(0.2, 0.5))


def _location(device: Device, network: Network) -> str:
    where = device.county or device.division
    return "".join(division.name for division in reversed(network.lineage(where)))
