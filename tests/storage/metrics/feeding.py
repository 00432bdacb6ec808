"""A process that feeds a metric store as the platform does, but without waiting between its rounds.

    python -m tests.storage.metrics.feeding SETTINGS DATA FIRST LAST

Each round is a look at every device, five seconds later than the one before. After each it prints the round's number:
by then the round is accepted. After the last it goes on until nothing waits, prints `done`, and ends at the end of its
input.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry

from foundation.bus import Bus
from foundation.clock import DAY, SECOND, Instant
from foundation.messages import Observation, Reach
from storage.metrics.open import open_metric_store, open_metric_writer, open_spool
from storage.metrics.rows import RowBuilder
from storage.metrics.settings import MetricSettings
from tests.networks import small_network

START: Final = 1_764_000_000_000
STEP: Final = 5 * SECOND


class FastClock:
    """A clock on which every round takes five seconds, however long it takes."""

    def __init__(self, start: Instant) -> None:
        self._start = self._now = start

    def now(self) -> Instant:
        """The present round's instant."""
        return self._now

    def monotonic(self) -> float:
        """Seconds since the first round."""
        return (self._now - self._start) / SECOND

    def step(self) -> None:
        """On to the next round."""
        self._now += STEP


def tell(line: str) -> None:
    """Say how far it is."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def feed(settings: MetricSettings, data: Path, first: int, last: int) -> None:
    """All rounds, then until nothing waits."""
    network, bus = small_network(), Bus()
    clock = FastClock(START + first * STEP)
    store = open_metric_store(settings, data, clock)
    spool = open_spool(settings, data)
    writer = open_metric_writer(settings, bus, store, RowBuilder(network), clock, CollectorRegistry(), spool)
    if settings.settling:
        # The server needs its seconds to write down what it accepted; on this clock they are hours.
        writer._settling = DAY
    for number in range(first, last):
        bus.publish_all(
            [Observation(device, clock.now(), Reach.ANSWERED, rtt_ms=float(number)) for device in network.devices]
        )
        await writer.cycle()
        tell(str(number))
        clock.step()
        await asyncio.sleep(0.01)  # a round of the platform is 500 times as long; the others shall have a chance
    while spool.figures.batches:
        await writer.cycle()
        clock.step()
        await asyncio.sleep(0.05)
    tell("done")
    await asyncio.to_thread(sys.stdin.read)
    await writer.stop()
    spool.close()
    store.close()


if __name__ == "__main__":
    given = MetricSettings.model_validate(json.loads(sys.argv[1]))
    asyncio.run(feed(given, Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
