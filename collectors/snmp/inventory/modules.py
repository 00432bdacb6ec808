"""What a device is built of: entPhysicalTable (ENTITY-MIB, RFC 6933), without its hundreds of sensors and ports."""

import sys
from collections.abc import Mapping
from typing import Final

from collectors.snmp.conversation import Conversation
from collectors.snmp.inventory.model import Module
from collectors.snmp.inventory.tables import Row, read_columns
from collectors.snmp.text import text_of

_ENTRY: Final = "1.3.6.1.2.1.47.1.1.1.1"
DESCRIPTION: Final = f"{_ENTRY}.2"
CONTAINED_IN: Final = f"{_ENTRY}.4"
CLASS: Final = f"{_ENTRY}.5"
NAME: Final = f"{_ENTRY}.7"
HARDWARE: Final = f"{_ENTRY}.8"
FIRMWARE: Final = f"{_ENTRY}.9"
SOFTWARE: Final = f"{_ENTRY}.10"
SERIAL: Final = f"{_ENTRY}.11"
MODEL: Final = f"{_ENTRY}.13"

COLUMNS: Final = (DESCRIPTION, CONTAINED_IN, NAME, HARDWARE, FIRMWARE, SOFTWARE, SERIAL, MODEL)

KINDS: Final[Mapping[int, str]] = {
    1: "other", 2: "unknown", 3: "chassis", 4: "backplane", 5: "container", 6: "powerSupply", 7: "fan", 8: "sensor",
    9: "module", 10: "port", 11: "stack", 12: "cpu", 13: "energyObject", 14: "battery", 15: "storageDrive",
}  # fmt: skip
"""entPhysicalClass (IANA-ENTITY-MIB)."""

KEPT: Final = frozenset({"chassis", "backplane", "powerSupply", "fan", "module", "stack", "battery"})
"""What an operator replaces. Slots, sensors and ports are known from elsewhere, and are the most rows by far."""

OUTERMOST: Final = frozenset({"chassis", "stack"})

MOST_MODULES: Final = 128


async def read_modules(talk: Conversation) -> tuple[Module, ...]:
    """The rows worth keeping, in the agent's order. Raises Unanswered."""
    classes = await talk.walk(CLASS)
    rows: dict[str, Row] = {
        index: {CLASS: value}
        for index, value in classes.items()
        if index.isdigit() and isinstance(value, int) and KINDS.get(value) in KEPT
    }
    # Where there are more than are kept, the boxes come before what is in them; among themselves they keep their order.
    chosen = sorted(rows, key=lambda index: KINDS.get(int(str(rows[index][CLASS]))) not in OUTERMOST)[:MOST_MODULES]
    rows = {index: rows[index] for index in sorted(chosen, key=int)}
    await read_columns(talk, rows, COLUMNS)
    return tuple(module_of(int(index), row) for index, row in rows.items())


def module_of(index: int, row: Row) -> Module:
    """One row as a module."""
    kind, parent = row.get(CLASS), row.get(CONTAINED_IN)
    return Module(
        index,
        sys.intern(text_of(row.get(NAME))),
        sys.intern(text_of(row.get(DESCRIPTION))),
        KINDS.get(kind, "unknown") if isinstance(kind, int) else "unknown",
        parent if isinstance(parent, int) else 0,
        text_of(row.get(MODEL)),
        text_of(row.get(SERIAL)),
        text_of(row.get(HARDWARE)),
        text_of(row.get(FIRMWARE)),
        text_of(row.get(SOFTWARE)),
    )
