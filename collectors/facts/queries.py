"""What is kept of devices, for whoever asks: the device page, the command line, the poll loop when it starts."""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from collectors.facts.document import DocumentError, read
from collectors.facts.tables import DeviceFacts
from collectors.snmp.inventory import Inventory
from foundation.clock import Instant

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is kept of one device."""

    device: str
    inventory: Inventory | None
    """With its moment in `inventory.at`; None before the first one."""
    tuning: Mapping[str, Any] | None
    """How it is polled, by the names of `collectors.watching.tuning.Tuning`; None where nothing is known."""
    tuning_at: Instant | None


def facts_of(session: Session, device: str) -> Facts | None:
    """What is kept of a device; None for one that was never learned."""
    row = session.get(DeviceFacts, device)
    return None if row is None else _facts(row)


def addresses_of(session: Session, device: str) -> dict[str, tuple[str, ...]]:
    """A device's addresses by interface name, each with its prefix length; empty before its first inventory."""
    facts = facts_of(session, device)
    if facts is None or facts.inventory is None:
        return {}
    found = {interface.name: interface.raw.addresses for interface in facts.inventory.interfaces}
    found |= {interface.name: interface.raw.addresses for interface in facts.inventory.others}
    return {name: addresses for name, addresses in found.items() if addresses}


def all_facts(session: Session) -> dict[str, Facts]:
    """What is kept of all devices, by device."""
    return {row.device: _facts(row) for row in session.scalars(select(DeviceFacts)).yield_per(200)}


def forget_others(session: Session, devices: Iterable[str], before: Instant) -> int:
    """Drop what is kept of devices other than these, unless it was learned since `before`; how many there were."""
    known = set(devices)
    rows = session.execute(select(DeviceFacts.device, DeviceFacts.inventory_at)).all()
    gone = [device for device, at in rows if device not in known and (at is None or at < before)]
    for start in range(0, len(gone), 500):
        session.execute(delete(DeviceFacts).where(DeviceFacts.device.in_(gone[start : start + 500])))
    return len(gone)


def _facts(row: DeviceFacts) -> Facts:
    inventory = None
    if row.inventory is not None and row.inventory_at is not None:
        try:
            inventory = read(row.inventory, row.inventory_at)
        except DocumentError as error:
            # The next inventory writes it anew.
            log.warning("%s It is left out for device %s.", error, row.device, extra={"device": row.device})
    tuning = None
    if row.tuning is not None:
        try:
            found = json.loads(row.tuning)
        except ValueError:
            found = None
        tuning = found if isinstance(found, dict) else None
    return Facts(row.device, inventory, tuning, row.tuning_at)
