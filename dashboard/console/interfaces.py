"""A device's interfaces as the metric store last saw them, with the links declared on them."""

from dataclasses import dataclass

from foundation.clock import MINUTE, Instant
from foundation.messages import CounterVerdict
from storage.metrics.store import Aggregate, Measurement, MetricStore, RankQuery
from storage.metrics.verdicts import verdict_of
from topology.model import Link
from topology.network import Network

RECENT = 10 * MINUTE
"""An interface that nobody saw for longer shows no values."""

COLUMNS = ("oper", "admin", "in_bps", "out_bps", "in_util", "out_util", "in_errors", "out_errors", "verdict")


@dataclass(frozen=True, slots=True)
class InterfaceRow:
    """One interface. A value is None when none was seen lately."""

    name: str
    link: Link | None
    other: str | None
    """The device at the other end."""
    oper: int | None
    admin: int | None
    in_bps: float | None
    out_bps: float | None
    in_util: float | None
    out_util: float | None
    errors: float | None
    """Packets a second, both ways."""
    verdict: CounterVerdict | None = None
    """Why the last look gave rates or not; the rates may be of an earlier look then."""


def interfaces_of(network: Network, metrics: MetricStore, device: str, now: Instant) -> list[InterfaceRow]:
    """Seen or declared, uplinks first. Raises MetricStoreError."""
    values: dict[str, dict[str, float]] = {}
    for column in COLUMNS:
        query = RankQuery(
            Measurement.INTERFACE, column, now - RECENT, now + 1, Aggregate.LAST, {"device": device}, limit=2000
        )
        for ranked in metrics.rank(query):
            values.setdefault(ranked.tags["ifname"], {})[column] = ranked.value
    declared = [link.lower_interface for link in network.uplinks(device)]
    declared += [link.upper_interface for link in network.downlinks(device)]
    names = dict.fromkeys([*declared, *sorted(values)])
    return [_row(network, device, name, values.get(name, {})) for name in names]


def _row(network: Network, device: str, name: str, seen: dict[str, float]) -> InterfaceRow:
    link = network.link_at(device, name)
    other = None if link is None else (link.upper if link.lower == device else link.lower)
    errors = [seen[column] for column in ("in_errors", "out_errors") if column in seen]
    return InterfaceRow(
        name,
        link,
        other,
        int(seen["oper"]) if "oper" in seen else None,
        int(seen["admin"]) if "admin" in seen else None,
        seen.get("in_bps"),
        seen.get("out_bps"),
        seen.get("in_util"),
        seen.get("out_util"),
        sum(errors) if errors else None,
        verdict_of(seen.get("verdict")),
    )
