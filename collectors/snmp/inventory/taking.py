"""Takes a device's inventory: what must be known to poll it first, then what may be known besides."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from collectors.snmp import oids
from collectors.snmp.conversation import Conversation
from collectors.snmp.gufo import Answer
from collectors.snmp.interfaces import RawInterface, names, worth_polling
from collectors.snmp.inventory import ports, stamps
from collectors.snmp.inventory.addresses import read_addresses
from collectors.snmp.inventory.bgp import read_bgp
from collectors.snmp.inventory.cdp import read_cdp
from collectors.snmp.inventory.identity import SYSTEM, read_identity
from collectors.snmp.inventory.lldp import read_lldp
from collectors.snmp.inventory.local_ports import LocalPorts
from collectors.snmp.inventory.model import Inventory, NamedInterface, Neighbour, PolledInterface
from collectors.snmp.inventory.modules import read_modules
from collectors.snmp.inventory.ospf import read_ospf
from collectors.snmp.inventory.peers import with_gone
from collectors.snmp.inventory.sensors import identified, names_for
from collectors.snmp.inventory.spare import SpareTables
from collectors.snmp.inventory.stamps import STAMPS, Stamps, read_stamps
from collectors.snmp.profiles.finding import find_sensors
from collectors.snmp.profiles.names import EntityNames
from collectors.snmp.profiles.profile import Profile, ProfileSet
from collectors.snmp.profiles.sensors import Sensor
from collectors.snmp.routing import Peer
from collectors.snmp.text import text_of
from foundation.clock import Instant
from foundation.messages import IfStatus

LONGEST_SEARCH: Final = 30.0
"""Seconds that looking for sensors may take."""

MOST_INTERFACES: Final = 4_096
"""Seen at most, polled or not."""


async def take_inventory(
    talk: Conversation,
    declared: Collection[str],
    most: int,
    *,
    everything: bool,
    profiles: ProfileSet,
    before: Inventory | None = None,
    now: Instant = 0,
) -> Inventory:
    """Learn what a device is and has.

    `declared` are interfaces that the topology has links on; of the others at most `most` together are polled, or all
    kinds of them with `everything`. `profiles` tell its vendor's objects. `before` is the inventory before this one:
    tables whose last-change stamp has not moved since are not walked again, names outlive a renaming, and neighbours
    that vanished are kept. `now` ages what is kept; 0 where nobody keeps time.

    Raises Unanswered when the agent stops answering on the way. A table that can be done without and is not answered
    is left as it was before, and its stamp forgotten.
    """
    start = await talk.get([*SYSTEM, *STAMPS])
    stamped = read_stamps(start, before, now)
    raw, polled, name_of = await _interfaces(talk, declared, most, everything, before, stamped)
    profile = profiles.match(text_of(start.get(oids.SYS_OBJECT_ID)), text_of(start.get(oids.SYS_DESCR)))
    extras = await _extras(talk, start, profile, LocalPorts(raw, name_of), before or Inventory(), stamped)
    names_known = names_for(extras.inventory.modules, raw, name_of, declared)
    sensors = await _sensors(talk, profile, names_known, before or Inventory(), stamped)
    raw = [replace(one, addresses=extras.addresses.get(one.index, ())) for one in raw]
    return replace(
        extras.inventory,
        interfaces=tuple(replace(polled[one.index], raw=one) for one in raw if one.index in polled),
        others=tuple(NamedInterface(name_of[one.index], one) for one in raw if one.index not in polled),
        sensors=sensors,
        profile=profile.name,
        peers=with_gone(extras.inventory.peers, before.peers if before is not None else (), now),
        last_change=stamped.now.get(stamps.INTERFACES),
        found=len(raw),
        missing=frozenset(declared) - frozenset(name_of.values()),
        at=now,
        walked_at=before.walked_at if before is not None and stamped.before else now,
    )


async def _interfaces(
    talk: Conversation,
    declared: Collection[str],
    most: int,
    everything: bool,
    before: Inventory | None,
    stamped: Stamps,
) -> tuple[list[RawInterface], dict[int, PolledInterface], dict[int, str]]:
    """All interfaces, those polled among them by ifIndex, and everyone's name."""
    raw: tuple[RawInterface, ...] | None = None
    details: Answer = {}
    known: dict[int, PolledInterface] = {}
    if before is not None and stamped.same(stamps.INTERFACES) and ports.raw_interfaces(before):
        raw = await ports.refresh_ports(talk, before)
        known = {interface.raw.index: interface for interface in before.interfaces}
    if raw is None:
        found = await ports.read_ports(talk, MOST_INTERFACES)
        raw, details, known = found.raw, found.details, {}
    name_of = names(raw, declared, _names_before(before))
    chosen = raw[:most] if everything else worth_polling(raw, name_of, declared, most)
    new = [interface for interface in chosen if interface.index not in known]
    if new and not details:
        details = await ports.read_identifiers(talk, new)
    fresh = await ports.polled_interfaces(talk, new, name_of, details)
    polled = {one.index: fresh.get(one.index) or replace(known[one.index], name=name_of[one.index]) for one in chosen}
    return list(raw), polled, name_of


def _names_before(before: Inventory | None) -> Mapping[str, RawInterface]:
    if before is None:
        return {}
    named = {one.name: one.raw for one in before.interfaces}
    return named | {one.name: one.raw for one in before.others}


@dataclass(frozen=True, slots=True)
class _Extras:
    inventory: Inventory
    """Identity, modules, neighbours, peers and stamps."""
    addresses: Mapping[int, tuple[str, ...]]


async def _extras(
    talk: Conversation, start: Answer, profile: Profile, local: LocalPorts, before: Inventory, stamped: Stamps
) -> _Extras:
    """What an inventory can do without."""
    spare = SpareTables(talk)
    kept = dict(stamped.now)
    modules, neighbours = before.modules, before.neighbours
    if not stamped.same(stamps.MODULES):
        failures = spare.failures
        modules = await spare.read(lambda: read_modules(talk), modules)
        if spare.failures > failures:
            kept.pop(stamps.MODULES, None)
    nothing: Answer = {}
    facts = await spare.read(lambda: talk.get(list(profile.identity_oids)), nothing)
    plain = read_identity(start, modules)
    identity = identified(plain, profile.identify(plain.description, facts))
    lldp: tuple[Neighbour, ...] = tuple(one for one in neighbours if one.protocol == "lldp")
    cdp: tuple[Neighbour, ...] = tuple(one for one in neighbours if one.protocol == "cdp")
    if not stamped.same(stamps.NEIGHBOURS) or not stamped.same(stamps.INTERFACES):
        failures = spare.failures
        lldp = await spare.read(lambda: read_lldp(talk, local), lldp)
        if spare.failures > failures:
            kept.pop(stamps.NEIGHBOURS, None)
    cdp = await spare.read(lambda: read_cdp(talk, identity.object_id, local), cdp)
    nobody: tuple[Peer, ...] = ()
    bgp = await spare.read(lambda: read_bgp(talk, identity.object_id), nobody)
    ospf = await spare.read(lambda: read_ospf(talk), nobody)
    was: dict[int, tuple[str, ...]] = {one.index: one.addresses for one in ports.raw_interfaces(before)}
    addresses = await spare.read(lambda: read_addresses(talk), was)
    return _Extras(
        Inventory(identity=identity, modules=modules, neighbours=lldp + cdp, peers=bgp + ospf, stamps=kept), addresses
    )


async def _sensors(
    talk: Conversation, profile: Profile, names_known: EntityNames, before: Inventory, stamped: Stamps
) -> tuple[Sensor, ...]:
    """Those found now; those known before where no module came or went since, or the agent does not answer now.

    An interface that came up is a reason to look again: from now on its optics are judged.
    """
    up_before = {one.index for one in ports.raw_interfaces(before) if one.oper == IfStatus.UP}
    same = stamped.same(stamps.MODULES) and before.profile == profile.name
    if same and before.sensors and names_known.busy <= up_before:
        return before.sensors

    async def find() -> tuple[Sensor, ...]:
        return tuple(await find_sensors(talk, profile, names_known))

    return await SpareTables(talk).read(find, before.sensors if before.profile == profile.name else (), LONGEST_SEARCH)
