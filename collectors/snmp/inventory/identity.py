"""Who a device is, by the standard MIBs: the system group and the chassis row of ENTITY-MIB."""

from collections.abc import Sequence
from typing import Final

from collectors.snmp import oids
from collectors.snmp.gufo import Answer
from collectors.snmp.inventory.model import Identity, Module
from collectors.snmp.text import text_of

SYSTEM: Final = (oids.SYS_NAME, oids.SYS_DESCR, oids.SYS_OBJECT_ID, oids.SYS_LOCATION, oids.SYS_CONTACT)

CHASSIS: Final = "chassis"


def read_identity(system: Answer, modules: Sequence[Module]) -> Identity:
    """From the system group and the modules. A stack is known by its first chassis."""
    chassis = next((module for module in modules if module.kind == CHASSIS), None)
    version = chassis.software if chassis is not None else ""
    if not version:
        # Many tell the software of the board that runs it, and none for the box around it.
        version = next((module.software for module in modules if module.software), "")
    return Identity(
        name=text_of(system.get(oids.SYS_NAME)),
        description=text_of(system.get(oids.SYS_DESCR)),
        object_id=text_of(system.get(oids.SYS_OBJECT_ID)).lstrip("."),
        location=text_of(system.get(oids.SYS_LOCATION)),
        contact=text_of(system.get(oids.SYS_CONTACT)),
        model=chassis.model if chassis is not None else "",
        serial=chassis.serial if chassis is not None else "",
        version=version,
    )
