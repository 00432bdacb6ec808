"""What the benchmarks of judging share: nobody acts, and a quiet look at a device."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from alerting.changes import AlertChange
from foundation.clock import Instant
from foundation.messages import CounterVerdict, HealthReading, IfStatus, InterfaceReading, Message, Observation, Reach
from topology.network import Network

HOME = Path(__file__).parents[1]
START = 1_795_500_000_000


class NobodyActs:
    """Acting is measured elsewhere."""

    def __init__(self) -> None:
        self.changes: list[AlertChange] = []

    def respond(self, session: Session, changes: Sequence[AlertChange], now: Instant) -> list[Message]:  # noqa: ARG002
        """Remember only."""
        self.changes.extend(changes)
        return []


def observation(network: Network, device: str, at: Instant) -> Observation:
    """A quiet poll of 20 values: 2 interfaces with 8 rates each, 4 sensors."""
    names = [link.lower_interface for link in network.uplinks(device)]
    names += [link.upper_interface for link in network.downlinks(device)]
    names = [*names, "lan1", "lan2"][:2]
    return Observation(
        device=device,
        at=at,
        reach=Reach.ANSWERED,
        rtt_ms=2.5,
        complete=True,
        interfaces=tuple(
            InterfaceReading(
                name, IfStatus.UP, IfStatus.UP, CounterVerdict.NORMAL, 3e7, 2e7, 31.0, 22.0, 0.0, 0.0, 0.0, 0.0
            )
            for name in names
        ),
        health=(
            HealthReading("cpu1", "cpu", 35.0, "%"),
            HealthReading("cpu2", "cpu", 31.0, "%"),
            HealthReading("memory", "memory", 48.0, "%"),
            HealthReading("chassis", "temperature", 38.0, "°C"),
        ),
    )
