"""What to ask a device each minute: exact instances, packed into few requests, worked out once for each inventory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Final

from collectors.snmp import oids
from collectors.snmp.counters import Sample
from collectors.snmp.gufo import MOST_VALUES, Answer, Value
from collectors.snmp.inventory import Inventory, PolledInterface
from collectors.snmp.profiles.sensors import Sensor
from collectors.snmp.routing import Peer
from foundation.messages import CounterVerdict


@dataclass(slots=True)
class Track:
    """The memory of one interface's counters. It follows the name through an inventory, never the ifIndex."""

    sample: Sample | None = None
    ticks: int = 0
    """sysUpTime when `sample` was read, in hundredths of a second."""
    verdict: CounterVerdict = CounterVerdict.FIRST
    """Why there is no sample, while there is none."""

    def forget(self) -> None:
        """The agent's counters began anew."""
        self.sample = None
        self.verdict = CounterVerdict.RESET


class InterfaceItem:
    """One interface's objects, in the order in which decoding reads them."""

    __slots__ = ("columns", "fetch", "identity", "if_name", "name", "oids", "speed", "track", "wide")

    def __init__(
        self, name: str, speed: int, wide: bool, columns: tuple[str, ...], identity: str, if_name: Value, track: Track
    ) -> None:
        """`columns` are admin and oper status and the seven of a counter sample; an absent object's OID is empty.

        `identity` is the instance that must read `if_name` at each poll, or empty where that need not be checked.
        """
        self.name = name
        self.speed = speed
        self.wide = wide
        self.columns = columns
        self.identity = identity
        self.if_name = if_name
        self.track = track
        self.fetch = _fetcher(columns)
        """All columns' values at once, at the speed of C; raises KeyError when one is absent."""
        self.oids = tuple(oid for oid in (*columns, identity) if oid)
        """The objects to ask for."""


Item = InterfaceItem | Peer | Sensor
"""What is asked for together, in one request."""


@dataclass(frozen=True, slots=True)
class Request:
    """One GET of the plan. Each asks the agent's clock and its table's stamp too, so it can be judged by itself."""

    oids: list[str]
    interfaces: tuple[InterfaceItem, ...]
    sensors: tuple[Sensor, ...]
    peers: tuple[Peer, ...] = ()


@dataclass(slots=True)
class Plan:
    """All that is asked of a device at a full look."""

    requests: tuple[Request, ...]
    last_change: int | None
    """ifTableLastChange of the inventory; a different one means that indexes may have moved."""
    taken: float
    """When the inventory was taken, on the monotonic clock."""
    items: tuple[Item, ...] = field(repr=False, default=())

    @property
    def values(self) -> int:
        """How many values it asks for."""
        return sum(len(request.oids) for request in self.requests)


ALWAYS: Final = (oids.SYS_UPTIME, oids.IF_TABLE_LAST_CHANGE)


def make_plan(inventory: Inventory, tracks: dict[str, Track], size: int, taken: float) -> Plan:
    """The plan for an inventory; `tracks` is the device's memory by interface name, and grows or shrinks with it."""
    for name in tracks.keys() - {interface.name for interface in inventory.interfaces}:
        del tracks[name]
    check = inventory.last_change is None
    items: list[Item] = [
        _item(interface, tracks.setdefault(interface.name, Track()), check) for interface in inventory.interfaces
    ]
    items.extend(inventory.sensors)
    items.extend(inventory.peers)
    return Plan(pack(items, size, stamp=not check), inventory.last_change, taken, tuple(items))


def repack(plan: Plan, size: int, without: frozenset[int] = frozenset()) -> Plan:
    """The same plan in requests of another size; `without` are positions of items that the agent refuses."""
    items = tuple(item for position, item in enumerate(plan.items) if position not in without)
    return Plan(pack(items, size, stamp=plan.last_change is not None), plan.last_change, plan.taken, items)


def pack(items: Sequence[Item], size: int, *, stamp: bool) -> tuple[Request, ...]:
    """Items in order, in requests of at most `size` values; what belongs to one item stays in one request."""
    always = list(ALWAYS if stamp else ALWAYS[:1])
    size = max(len(always) + 1, min(size, MOST_VALUES))
    requests: list[Request] = []
    asked = list(always)
    held: list[Item] = []
    for item in items:
        if held and len(asked) + len(item.oids) > size:
            requests.append(_request(asked, held))
            asked, held = list(always), []
        asked.extend(item.oids)
        held.append(item)
    if held or not requests:
        requests.append(_request(asked, held))
    return tuple(requests)


def _request(asked: list[str], held: list[Item]) -> Request:
    return Request(
        asked,
        tuple(item for item in held if isinstance(item, InterfaceItem)),
        tuple(item for item in held if not isinstance(item, (InterfaceItem, Peer))),
        tuple(item for item in held if isinstance(item, Peer)),
    )


@lru_cache(maxsize=4_096)
def _fetcher(columns: tuple[str, ...]) -> Callable[[Answer], tuple[Value, ...]]:
    return itemgetter(*columns)


def _item(interface: PolledInterface, track: Track, check: bool) -> InterfaceItem:
    index = interface.raw.index

    def present(column: str) -> str:
        return oids.under(column, index) if column in interface.columns else ""

    columns = (
        oids.under(oids.IF_ADMIN_STATUS, index),
        oids.under(oids.IF_OPER_STATUS, index),
        present(oids.IF_HC_IN_OCTETS if interface.wide else oids.IF_IN_OCTETS),
        present(oids.IF_HC_OUT_OCTETS if interface.wide else oids.IF_OUT_OCTETS),
        present(oids.IF_IN_ERRORS),
        present(oids.IF_OUT_ERRORS),
        present(oids.IF_IN_DISCARDS),
        present(oids.IF_OUT_DISCARDS),
        present(oids.IF_DISCONTINUITY),
    )
    identity, stamp = interface.stamp if check else ("", None)
    return InterfaceItem(interface.name, interface.raw.speed, interface.wide, columns, identity, stamp, track)
