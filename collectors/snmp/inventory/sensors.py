"""The sensors that a device has, by its family's profile; what the inventory knows of names is not asked again."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from collectors.snmp.interfaces import RawInterface
from collectors.snmp.inventory.model import Identity, Module
from collectors.snmp.inventory.modules import KINDS
from collectors.snmp.profiles.names import EntityNames
from collectors.snmp.profiles.profile import Identified
from foundation.messages import IfStatus

_CLASSES: Final[Mapping[str, int]] = {word: number for number, word in KINDS.items()}


def names_for(
    modules: Iterable[Module], raw: Iterable[RawInterface], name_of: Mapping[int, str], declared: Collection[str]
) -> EntityNames:
    """What sensors may be called by. Modules without a name of either sort are left to be asked for."""
    modules, raw = tuple(modules), tuple(raw)
    return EntityNames(
        entities={one.index: name for one in modules if (name := one.name or one.description)},
        classes={one.index: _CLASSES[one.kind] for one in modules if one.kind in _CLASSES},
        parents={one.index: one.parent for one in modules},
        interfaces=name_of,
        spellings={name: one.index for one in raw for name in (one.descr, one.if_name, name_of[one.index]) if name},
        busy=frozenset(one.index for one in raw if one.oper == IfStatus.UP or name_of[one.index] in declared),
    )


def identified(identity: Identity, told: Identified) -> Identity:
    """The identity with what the family's profile tells; the standard MIBs fill what it leaves open."""
    return Identity(
        identity.name,
        identity.description,
        identity.object_id,
        identity.location,
        identity.contact,
        told.vendor or identity.vendor,
        told.model or identity.model,
        told.serial or identity.serial,
        told.version or identity.version,
    )
