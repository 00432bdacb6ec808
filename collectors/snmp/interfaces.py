"""Who an interface is: its name. The ifIndex may change at every restart and is learned anew (RFC 2863, 3.1.5)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from foundation.messages import IfStatus

PHYSICAL_TYPES: Final = frozenset({
    6,  # ethernetCsmacd
    7, 26, 62, 69, 117,  # older Ethernet types
    18, 19, 30, 39, 171,  # ds1, e1, ds3, sonet, pos
    22, 23, 32, 37, 49, 118,  # serial lines: propPointToPointSerial, ppp, frameRelay, atm, aal5, hdlc
    161,  # ieee8023adLag
})  # fmt: skip
"""ifType values (IANAifType-MIB) of interfaces that carry a line. Loopbacks, tunnels and VLANs repeat their traffic."""


@dataclass(frozen=True, slots=True)
class RawInterface:
    """One row of ifTable and ifXTable, as the agent tells it."""

    index: int
    if_name: str
    descr: str
    alias: str
    type: int
    speed: int
    """Bits a second; 0 where the agent tells none."""
    admin: int
    oper: int
    mac: str = ""
    """ifPhysAddress as `aa:bb:cc:dd:ee:ff`; empty where there is none."""
    addresses: tuple[str, ...] = ()
    """IPv4 and IPv6 with the length of their prefix: `10.1.2.3/24`."""


def speed_of(if_speed: int | None, if_high_speed: int | None) -> int:
    """Bits a second from ifSpeed and ifHighSpeed (megabits); 0 where neither tells.

    ifSpeed stops at its maximum, where ifHighSpeed must be read; below 1 Mbit/s only ifSpeed tells.
    """
    if if_high_speed is not None and if_high_speed > 0:
        return if_high_speed * 1_000_000
    if if_speed is not None and 0 < if_speed < 2**32 - 1:
        return if_speed
    return 0


def names(
    interfaces: Sequence[RawInterface],
    declared: Collection[str] = (),
    before: Mapping[str, RawInterface] | None = None,
) -> dict[int, str]:
    """A unique name for each ifIndex, the same after the indexes were shuffled.

    A name is ifName, else ifDescr, else ifAlias, the first that only one interface has. Where the topology declares a
    link on an interface by its ifDescr or ifAlias (`GigabitEthernet0/1` for `Gi0/1`), that is its name. An interface
    of `before` whose ifName is new (a later software writes it otherwise) while its ifDescr is not keeps the name that
    it had, and with it its history.
    """
    columns = [
        {interface.index: interface.if_name for interface in interfaces},
        {interface.index: interface.descr for interface in interfaces},
        {interface.index: interface.alias for interface in interfaces},
    ]
    found: dict[int, str] = {}
    taken: set[str] = set()
    wanted = set(declared) - set(columns[0].values())
    for column in columns[1:]:
        for index, name in _unique(column):
            if name in wanted and index not in found and name not in taken:
                found[index] = name
                taken.add(name)
    for index, name in _renamed(interfaces, set(declared), before or {}).items():
        if index not in found and name not in taken:
            found[index] = name
            taken.add(name)
    for column in columns:
        for index, name in _unique(column):
            if index not in found and name not in taken:
                found[index] = name
                taken.add(name)
    for interface in interfaces:
        if interface.index not in found:
            # Nothing tells it from its twins but the index; better an unstable name than none.
            stem = interface.if_name or interface.descr or interface.alias or "if"
            name = f"{stem}#{interface.index}"
            while name in taken:
                name += "+"
            found[interface.index] = name
            taken.add(name)
    return found


def _renamed(
    interfaces: Sequence[RawInterface], declared: Collection[str], before: Mapping[str, RawInterface]
) -> dict[int, str]:
    """Former names, by ifIndex, of interfaces that have a new ifName and a well-known ifDescr, now or once before."""
    if not before:
        return {}
    there = {interface.if_name for interface in interfaces}
    known = {raw.if_name for raw in before.values()}
    times = Counter(raw.descr for raw in before.values())
    # Only a name that is no interface's ifName now can be one that was left behind.
    left = {
        raw.descr: (name, raw.if_name) for name, raw in before.items() if times[raw.descr] == 1 and name not in there
    }
    if_names = {interface.index: interface.if_name for interface in interfaces}
    found: dict[int, str] = {}
    for index, descr in _unique({interface.index: interface.descr for interface in interfaces}):
        former, if_name_before = left.get(descr, ("", ""))
        if_name = if_names[index]
        if former and if_name not in declared and (if_name == if_name_before or if_name not in known):
            found[index] = former
    return found


def _unique(column: Mapping[int, str]) -> Iterable[tuple[int, str]]:
    times = Counter(column.values())
    return ((index, name) for index, name in column.items() if name and times[name] == 1)


def worth_polling(
    interfaces: Iterable[RawInterface], name_of: Mapping[int, str], declared: Collection[str], most: int
) -> list[RawInterface]:
    """Interfaces with a declared link, then other physical ones that are switched on; at most so many."""
    linked: list[RawInterface] = []
    others: list[RawInterface] = []
    for interface in interfaces:
        if name_of[interface.index] in declared:
            linked.append(interface)
        elif interface.type in PHYSICAL_TYPES and interface.admin == IfStatus.UP:
            others.append(interface)
    return (linked + others)[:most]
