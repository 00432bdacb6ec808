"""A simulated router: its ports, its boot time and its sensors."""

from hashlib import blake2s
from random import Random
from typing import Final

from foundation.clock import DAY, SECOND, Instant
from foundation.messages import IfStatus
from simulator.ber import Oid
from simulator.curve import EPOCH, Moment, Wobble
from simulator.meters import Meter
from topology.model import Device, Link, Role

_BOOTED: Final[Instant] = EPOCH + 731 * DAY
"""2026-01-01: routers came up 1 to 300 days before it, so some pass sysUpTime's 497 days while they are watched."""


class Session:
    """One routing adjacency over a line, as both its ends share it."""

    __slots__ = ("changed", "lost", "protocol")

    def __init__(self, protocol: str) -> None:
        self.protocol = protocol
        """`bgp` or `ospf`."""
        self.lost = False
        """The line is fine and the two don't agree."""
        self.changed: Instant = EPOCH
        """When it was last won or lost."""


class Port:
    """One interface. Counters are meters less what they stood at when the router booted."""

    __slots__ = (
        "_bases", "address", "admin", "alias", "broken_in", "broken_out", "changed", "dropped_out", "inbound", "index",
        "kind", "link", "link_lives", "mac", "name", "oper", "outbound", "peer", "router", "session", "shut",
        "speed_mbps",
    )  # fmt: skip

    def __init__(
        self,
        router: "Router",
        name: str,
        *,
        kind: int,
        speed_mbps: int,
        alias: str,
        inbound: Meter,
        outbound: Meter,
        link: Link | None = None,
        address: str = "",
        session: Session | None = None,
    ) -> None:
        still = inbound.wobble
        self.router = router
        self.name = name
        self.kind = kind
        """ifType: 6 ethernetCsmacd, 24 softwareLoopback."""
        self.speed_mbps = speed_mbps
        self.alias = alias
        self.link = link
        self.peer: Port | None = None
        """The port at the other end of the link."""
        self.link_lives = link is not None
        """Whether frames pass both ways, so that both ends hear each other."""
        self.address = address
        """Its IPv4 address; empty where it has none."""
        self.session = session
        """The routing adjacency with the far end."""
        self.shut = False
        """An operator shut the neighbour down at this end."""
        self.index = 0
        self.mac = _mac(router.device.id, name)
        self.inbound = inbound
        """Octets."""
        self.outbound = outbound
        self.broken_in = Meter(still)
        """ifInErrors, in packets."""
        self.broken_out = Meter(still)
        self.dropped_out = Meter(still)
        """ifOutDiscards, in packets: what a full line could not carry."""
        self.admin = IfStatus.UP
        self.oper = IfStatus.UP
        self.changed: Instant | None = None
        """When its operational status last changed; None when it has not since the boot."""
        self._bases = (0.0, 0.0, 0.0, 0.0, 0.0)

    def reset(self, moment: Moment) -> None:
        """Start all counters at zero."""
        self._bases = (
            self.inbound.total(moment),
            self.outbound.total(moment),
            self.broken_in.total(moment),
            self.broken_out.total(moment),
            self.dropped_out.total(moment),
        )
        self.changed = None

    def in_octets(self, moment: Moment) -> int:
        """ifHCInOctets, not yet cut to 64 bits."""
        return int(self.inbound.total(moment) - self._bases[0])

    def out_octets(self, moment: Moment) -> int:
        """ifHCOutOctets."""
        return int(self.outbound.total(moment) - self._bases[1])

    def in_errors(self, moment: Moment) -> int:
        """ifInErrors."""
        return int(self.broken_in.total(moment) - self._bases[2])

    def out_errors(self, moment: Moment) -> int:
        """ifOutErrors."""
        return int(self.broken_out.total(moment) - self._bases[3])

    def out_discards(self, moment: Moment) -> int:
        """ifOutDiscards."""
        return int(self.dropped_out.total(moment) - self._bases[4])


class Vitals:
    """How a router's processors, memory and temperature stand on an ordinary day, and what faults make of it."""

    __slots__ = (
        "cpu_base", "cpu_forced", "cpu_span", "heat_base", "heat_forced", "leak", "leak_since", "memory_base", "wobble",
    )  # fmt: skip

    def __init__(self, random: Random) -> None:
        self.cpu_base = random.uniform(4, 16)
        self.cpu_span = random.uniform(12, 34)
        self.memory_base = random.uniform(34, 58)
        self.heat_base = random.uniform(31, 41)
        self.wobble = Wobble.of(random)
        self.cpu_forced: float | None = None
        """Percent, while a surge is in force."""
        self.heat_forced: float | None = None
        """Degrees Celsius, while the router overheats."""
        self.leak = 0.0
        """Percent of memory lost a minute since `leak_since`."""
        self.leak_since: Instant = EPOCH

    def cpu(self, moment: Moment, processor: int) -> int:
        """hrProcessorLoad in percent."""
        sway = self.wobble.sway((moment.now - EPOCH) / 1000 + 97 * processor)
        if self.cpu_forced is not None:
            value = self.cpu_forced + 1.5 * sway
        else:
            value = self.cpu_base + self.cpu_span * moment.load + 3 * sway
        return min(100, max(0, round(value)))

    def memory(self, moment: Moment) -> float:
        """Percent of memory in use."""
        sway = self.wobble.sway((moment.now - EPOCH) / 4000)
        value = self.memory_base + 6 * moment.load + 1.5 * sway
        if self.leak:
            value += self.leak * (moment.now - self.leak_since) / 60_000
        return min(99.5, max(1.0, value))

    def temperature(self, moment: Moment) -> float:
        """Degrees Celsius in the chassis."""
        sway = self.wobble.sway((moment.now - EPOCH) / 2000)
        if self.heat_forced is not None:
            return self.heat_forced + 0.4 * sway
        return self.heat_base + 5 * moment.load + 1.2 * sway


PROCESSORS: Final = {Role.CORE: 4, Role.AGGREGATION: 2, Role.COUNTY: 2, Role.ACCESS: 1}
MEMORY_KIB: Final = {
    Role.CORE: 16 * 1024**2,
    Role.AGGREGATION: 8 * 1024**2,
    Role.COUNTY: 4 * 1024**2,
    Role.ACCESS: 512 * 1024,
}
MAX_MESSAGE: Final = {Role.CORE: 12_000, Role.AGGREGATION: 12_000, Role.COUNTY: 12_000, Role.ACCESS: 1_472}
"""Bytes an agent puts into one message: big routers' usual default, and what fits an Ethernet frame on small ones."""


class Router:
    """One device of the topology as its agent shows it."""

    __slots__ = (
        "autonomous_system", "boot", "device", "failed", "indexing", "location", "ports", "renumbered", "seed",
        "vitals",
    )  # fmt: skip

    def __init__(self, device: Device, location: str, seed: int, autonomous_system: int = 0) -> None:
        self.device = device
        self.location = location
        self.seed = seed
        random = Random(f"{seed}/{device.id}")  # noqa: S311 - repeatable, no secret
        self.boot: Instant = _BOOTED - random.randrange(DAY, 300 * DAY, SECOND)
        self.vitals = Vitals(random)
        self.autonomous_system = autonomous_system
        self.failed: frozenset[int] = frozenset()
        """entPhysicalIndex of each part that has failed."""
        self.ports: list[Port] = []
        self.indexing = 0
        """How often the ifIndexes have been dealt anew."""
        self.renumbered: Instant | None = None
        """When they last were; None when not since the boot."""

    def ticks(self, now: Instant) -> int:
        """Hundredths of a second since the boot, not yet cut to 32 bits."""
        return max(0, now - self.boot) // 10

    def since_boot(self, instant: Instant | None) -> int:
        """sysUpTime at a past instant: 0 for None and for instants before the boot."""
        return 0 if instant is None else self.ticks(instant) & 0xFFFFFFFF

    def restart(self, moment: Moment) -> None:
        """Boot anew: the clock and all counters stand at zero."""
        self.boot = moment.now
        self.renumbered = None
        self.vitals.leak_since = moment.now
        for port in self.ports:
            port.reset(moment)

    def deal_indexes(self) -> None:
        """Give every port an ifIndex: distinct, with gaps, not its place in the list, and another at each new deal."""
        count = len(self.ports)
        random = Random(f"{self.seed}/{self.device.id}/indexes")  # noqa: S311 - see above
        pool = sorted(random.sample(range(count + 3, count * 3 + 24), count))
        turn = self.indexing % count
        # A turned row gives each port another port's number: what an identity kept by ifIndex falls for.
        for port, index in zip(self.ports, pool[turn:] + pool[:turn], strict=True):
            port.index = index

    def shuffle(self, now: Instant) -> None:
        """Deal the ifIndexes anew."""
        self.indexing += 1
        self.renumbered = now
        self.deal_indexes()


def processor_index(number: int) -> Oid:
    """The hrDeviceIndex of a processor, counted from 0 (as net-snmp numbers them)."""
    return (196_608 + number,)


def _mac(device: str, port: str) -> bytes:
    """A locally administered address that belongs to this port alone."""
    return b"\x02" + blake2s(f"{device}/{port}".encode(), digest_size=5).digest()
