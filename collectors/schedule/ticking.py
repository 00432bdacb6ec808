"""A timetable that is run beside a block of code: for what looks once and ends, without a poll loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from collectors.schedule.timetable import Timetable
from foundation.clock import Clock

TICK: Final = 0.02
"""Seconds between two runs."""


@asynccontextmanager
async def ticking(clock: Clock) -> AsyncIterator[Timetable]:
    """A timetable that is run every TICK until the block ends."""
    timetable = Timetable(clock.monotonic(), TICK)

    async def tick() -> None:
        while True:
            timetable.run(clock.monotonic())
            await asyncio.sleep(TICK)

    task = asyncio.create_task(tick())
    try:
        yield timetable
    finally:
        task.cancel()
