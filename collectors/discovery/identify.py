"""Asks an agent what it is: a few requests, so that a sweep stays gentle."""

from dataclasses import replace
from typing import Final

from collectors.discovery.agent import Found, Heard
from collectors.snmp import oids
from collectors.snmp.conversation import Conversation, Unanswered
from collectors.snmp.interfaces import PHYSICAL_TYPES, RawInterface, names
from collectors.snmp.inventory.addresses import read_addresses
from collectors.snmp.inventory.cdp import read_cdp
from collectors.snmp.inventory.identity import SYSTEM
from collectors.snmp.inventory.lldp import read_lldp
from collectors.snmp.inventory.local_ports import LocalPorts
from collectors.snmp.inventory.model import Neighbour
from collectors.snmp.inventory.ports import read_ports
from collectors.snmp.profiles.profile import ProfileSet
from collectors.snmp.text import number_of, text_of

MOST_PORTS: Final = 512


async def identify(talk: Conversation, found: Found, profiles: ProfileSet) -> Found:
    """The agent with all that it tells about itself; what it stops at is left as it is."""
    try:
        system = await talk.get([*SYSTEM, oids.SYS_UPTIME])
        description = text_of(system.get(oids.SYS_DESCR))
        object_id = text_of(system.get(oids.SYS_OBJECT_ID)).removeprefix(".")
        profile = profiles.match(object_id, description)
        ticks = number_of(system, oids.SYS_UPTIME)
        found = replace(
            found,
            name=text_of(system.get(oids.SYS_NAME)),
            description=description,
            object_id=object_id,
            location=text_of(system.get(oids.SYS_LOCATION)),
            vendor=profile.vendor,
            family=profile.title,
            profile=profile.name,
            uptime_s=None if ticks is None else ticks / 100,
        )
        who = profile.identify(description, await talk.get(profile.identity_oids))
        found = replace(
            found, vendor=who.vendor or profile.vendor, model=who.model, serial=who.serial, software=who.version
        )
        ports = (await read_ports(talk, MOST_PORTS)).raw
        name_of = names(ports)
        found = replace(found, interfaces=tuple(name_of[port.index] for port in ports if port.type in PHYSICAL_TYPES))
        local = LocalPorts(ports, name_of)
        neighbours = await read_lldp(talk, local) or await read_cdp(talk, object_id, local)
        found = replace(found, heard=_heard(neighbours, ports, name_of))
        addresses = await read_addresses(talk)
    except Unanswered:
        return replace(found, complete=False)
    own = (text.partition("/")[0] for texts in addresses.values() for text in texts)
    return replace(found, addresses=tuple(sorted(text for text in own if ":" not in text)))


def _heard(
    neighbours: tuple[Neighbour, ...], ports: tuple[RawInterface, ...], name_of: dict[int, str]
) -> tuple[Heard, ...]:
    speeds = {name_of[port.index]: port.speed for port in ports}
    return tuple(
        Heard(
            one.local_interface, speeds.get(one.local_interface, 0), one.system, one.port, one.port_description,
            one.address,
        )
        for one in neighbours
    )  # fmt: skip
