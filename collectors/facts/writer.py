"""Keeps inventories and tunings in the records, beside the poll loop and never in its way.

What is to be kept waits in memory, the newest of each device; every few seconds a thread of its own writes what waits.
A database that is away costs nothing but the waiting.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from pydantic_core import to_json
from sqlalchemy import bindparam, insert, select, update

from collectors.facts.document import write
from collectors.facts.tables import DeviceFacts
from collectors.snmp.inventory import Inventory
from foundation.clock import MINUTE, SECOND, Clock, Instant
from foundation.problems import OperatorError
from storage.records.database import Records

log = logging.getLogger(__name__)

INTERVAL: Final = 3 * SECOND
"""From one round of writing to the next."""
TUNING_INTERVAL: Final = 5 * MINUTE
BATCH: Final = 400
"""Devices in one transaction: others write in between."""

Row = dict[str, Any]


class FactsWriter:
    """Writes what is learned of devices. `keep` on the loop, `run` until `stop`; never raises the database's errors."""

    def __init__(
        self,
        records: Records,
        clock: Clock,
        tunings: Callable[[], Mapping[str, object]] | None = None,
    ) -> None:
        """`tunings` gives every device's tuning, a dataclass or a mapping; it is called on the loop."""
        self._records = records
        self._clock = clock
        self._tunings = tunings
        self._waiting: dict[str, Inventory] = {}
        self._written: dict[str, int] = {}
        """A hash of each device's document as it stands in the database."""
        self._tuning_due = clock.monotonic() + TUNING_INTERVAL / SECOND
        self._failing = False
        self._stopping = asyncio.Event()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="facts-writer")

    def keep(self, device: str, inventory: Inventory) -> None:
        """Take an inventory to be written; one of the same device that still waits is replaced."""
        self._waiting[device] = inventory

    async def run(self) -> None:
        """Write every few seconds until `stop` is called."""
        while not self._stopping.is_set():
            await self.cycle()
            try:
                await asyncio.wait_for(self._stopping.wait(), INTERVAL / SECOND)
            except TimeoutError:
                continue

    async def cycle(self) -> None:
        """One round: what waits, and all tunings when they are due."""
        await self._write_inventories()
        if self._clock.monotonic() >= self._tuning_due:
            self._tuning_due = self._clock.monotonic() + TUNING_INTERVAL / SECOND
            await self._write_tunings()

    async def stop(self) -> None:
        """Write what waits, and all tunings a last time."""
        self._stopping.set()
        await self._write_inventories()
        await self._write_tunings()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _write_inventories(self) -> None:
        while self._waiting:
            batch = {device: self._waiting[device] for device in list(self._waiting)[:BATCH]}
            if not await self._in_thread(self._keep_inventories, batch):
                return
            for device, inventory in batch.items():
                # A newer one may have come meanwhile.
                if self._waiting.get(device) is inventory:
                    del self._waiting[device]

    async def _write_tunings(self) -> None:
        if self._tunings is None:
            return
        now = self._clock.now()
        found = list(self._tunings().items())
        for start in range(0, len(found), BATCH):
            if not await self._in_thread(self._keep_tunings, (found[start : start + BATCH], now)):
                return

    async def _in_thread(self, work: Callable[[Any], None], argument: object) -> bool:
        """Whether it was written."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, work, argument)
        except OperatorError as error:
            if not self._failing:
                log.warning("What was learned of devices can't be kept; it waits in memory: %s", error)
            self._failing = True
            return False
        if self._failing:
            log.info("What was learned of devices is kept again.")
        self._failing = False
        return True

    def _keep_inventories(self, batch: Mapping[str, Inventory]) -> None:
        rows: list[Row] = []
        hashes: dict[str, int] = {}
        for device, inventory in batch.items():
            document = write(inventory)
            hashes[device] = hash(document)
            row: Row = {"device": device, "inventory_at": inventory.at}
            if self._written.get(device) != hashes[device]:
                row["inventory"] = document
            rows.append(row)
        self._upsert([row for row in rows if "inventory" in row], ("inventory_at", "inventory"))
        self._upsert([row for row in rows if "inventory" not in row], ("inventory_at",))
        self._written.update(hashes)

    def _keep_tunings(self, given: tuple[Sequence[tuple[str, object]], Instant]) -> None:
        found, now = given
        rows = [{"device": device, "tuning_at": now, "tuning": to_json(tuning).decode()} for device, tuning in found]
        self._upsert(rows, ("tuning_at", "tuning"))

    def _upsert(self, rows: Sequence[Row], columns: tuple[str, ...]) -> None:
        """Each row's columns, in one transaction; a device that is new gets a row."""
        if not rows:
            return
        with self._records.transaction() as session:
            devices = [row["device"] for row in rows]
            known = set(session.scalars(select(DeviceFacts.device).where(DeviceFacts.device.in_(devices))))
            new = [row for row in rows if row["device"] not in known]
            old = [
                {"of": row["device"], **{name: row[name] for name in columns}} for row in rows if row["device"] in known
            ]
            if new:
                session.execute(insert(DeviceFacts), new)
            if old:
                table = DeviceFacts.__table__
                session.connection().execute(
                    update(table).where(table.c.device == bindparam("of")).values({n: bindparam(n) for n in columns}),  # type: ignore[arg-type]
                    old,
                )
