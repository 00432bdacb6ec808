"""What a device is and has: walked at the start, every few hours, and when something moved."""

from collectors.snmp.inventory.model import (
    Identity,
    Inventory,
    Module,
    NamedInterface,
    Neighbour,
    PolledInterface,
)
from collectors.snmp.inventory.ports import COUNTERS
from collectors.snmp.inventory.taking import take_inventory

__all__ = [
    "COUNTERS",
    "Identity",
    "Inventory",
    "Module",
    "NamedInterface",
    "Neighbour",
    "PolledInterface",
    "take_inventory",
]
