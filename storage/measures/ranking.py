"""The interfaces or devices with the highest values over a scope: the province, a prefecture, a county.

Where a quantity has two directions, an object stands where its worse one puts it. An object belongs to the division in
which the network says that it stands now, wherever it stood when it was measured.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from foundation.clock import Instant
from storage.metrics.store import Aggregate, Measurement, MetricStore, RankQuery
from topology.model import Tier
from topology.network import Network

INTERFACES: Final = Measurement.INTERFACE
DEVICES: Final = Measurement.DEVICE


@dataclass(frozen=True, slots=True)
class Quantity:
    """What can be ranked by."""

    measurement: Measurement
    columns: tuple[str, ...]
    """One, or one for each direction: in, out."""
    unit: str


QUANTITIES: Final[Mapping[str, Quantity]] = {
    "utilisation": Quantity(INTERFACES, ("in_util", "out_util"), "%"),
    "traffic": Quantity(INTERFACES, ("in_bps", "out_bps"), "bps"),
    "errors": Quantity(INTERFACES, ("in_errors", "out_errors"), "pps"),
    "discards": Quantity(INTERFACES, ("in_discards", "out_discards"), "pps"),
    "cpu": Quantity(DEVICES, ("cpu",), "%"),
    "memory": Quantity(DEVICES, ("memory",), "%"),
    "temperature": Quantity(DEVICES, ("temperature",), "°C"),
    "latency": Quantity(DEVICES, ("rtt_ms",), "ms"),
    "loss": Quantity(DEVICES, ("loss",), "%"),
}
AGGREGATES: Final = (Aggregate.MEAN, Aggregate.MAX, Aggregate.P95)
RANKED_AT_ONCE: Final = 500_000
"""More objects than a network has: all are asked for where a store can't confine the question to a scope."""

Object = tuple[str, str | None]
"""A device, and of an interface its name."""


@dataclass(frozen=True, slots=True)
class RankingRow:
    """One place of a ranking."""

    device: str
    interface: str | None
    """None where devices are ranked."""
    value: float
    by_column: Mapping[str, float]
    """The value of each direction that has one."""


def by_object(
    metrics: MetricStore,
    quantity: Quantity,
    window: tuple[Instant, Instant],
    aggregate: Aggregate,
    where: Mapping[str, str] | None = None,
) -> dict[Object, dict[str, float]]:
    """The value of each direction of every object that has one; `where` are tags. Raises MetricStoreError."""
    found: dict[Object, dict[str, float]] = {}
    for column in quantity.columns:
        query = RankQuery(quantity.measurement, column, *window, aggregate, where or {}, RANKED_AT_ONCE)
        for ranked in metrics.rank(query):
            values = found.setdefault((ranked.tags["device"], ranked.tags.get("ifname")), {})
            # One that moved to another site has a series for each: the worse one counts.
            values[column] = max(ranked.value, values.get(column, ranked.value))
    return found


def ranking(
    network: Network,
    metrics: MetricStore,
    quantity: Quantity,
    scope: str,
    window: tuple[Instant, Instant],
    aggregate: Aggregate,
    limit: int,
) -> list[RankingRow]:
    """The highest first. `scope` is a division's code. Raises MetricStoreError."""
    division = network.divisions[scope]
    where = {"site": scope} if division.tier is Tier.COUNTY else {}
    inside = _members(network, scope)
    found = by_object(metrics, quantity, window, aggregate, where)
    rows = [
        RankingRow(device, name, max(values.values()), values)
        for (device, name), values in found.items()
        if device in inside
    ]
    rows.sort(key=lambda row: (-row.value, row.device, row.interface or ""))
    return rows[:limit]


def _members(network: Network, scope: str) -> set[str]:
    def lies_in(code: str) -> bool:
        return any(found.code == scope for found in network.lineage(code))

    known: dict[str, bool] = {}
    inside = set()
    for device in network.devices.values():
        code = device.county or device.division
        if code not in known:
            known[code] = lies_in(code)
        if known[code]:
            inside.add(device.id)
    return inside
