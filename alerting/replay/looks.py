"""Stored rows as the looks that they were made of, as far as rows tell."""

from collections.abc import Iterator, Mapping
from typing import Final

from foundation.clock import DAY, Instant
from foundation.messages import (
    CounterVerdict,
    HealthReading,
    InterfaceReading,
    Observation,
    Reach,
)
from storage.metrics.store import Columns, Measurement
from storage.metrics.verdicts import verdict_of

_RATES: Final = (
    "in_bps", "out_bps", "in_util", "out_util", "in_errors", "out_errors", "in_discards", "out_discards",
)  # fmt: skip
_HEALTH: Final[Mapping[str, str]] = {"cpu": "%", "memory": "%", "temperature": "°C"}
"""The sensors of which rows keep the highest, and their units."""
_ALL_LOST: Final = 100.0
_WRAP_S: Final = 497 * DAY / 1000
"""An agent's clock that falls from beyond this has passed its end: that is no restart."""


class Looks:
    """Makes looks of rows, one stretch of time after the other."""

    def __init__(self) -> None:
        self._uptimes: dict[str, float] = {}

    def of(self, rows: Mapping[Measurement, Columns]) -> Iterator[Observation]:
        """The looks of a stretch, in the order of their moments.

        A row with every request unanswered is a miss; one without the agent's clock is a silent agent, since each of
        its answers carries it.
        """
        ports = _ports(rows.get(Measurement.INTERFACE))
        devices = rows.get(Measurement.DEVICE)
        if devices is None:
            return
        columns = devices.fields
        for row, (device, at) in enumerate(zip(devices.tags["device"], devices.at, strict=True)):
            if columns["loss"][row] == _ALL_LOST and columns["rtt_ms"][row] is None:
                yield Observation(device, at, Reach.MISSED, missed_since=at)
                continue
            uptime = columns["uptime_s"][row]
            if uptime is None:
                yield Observation(device, at, Reach.SILENT, missed_since=at, rtt_ms=columns["rtt_ms"][row])
                continue
            before = self._uptimes.get(device, 0.0)
            self._uptimes[device] = uptime
            readings = ports.get((device, at), ())
            yield Observation(
                device,
                at,
                Reach.ANSWERED,
                rtt_ms=columns["rtt_ms"][row],
                uptime_s=uptime,
                restarted=uptime < before - 1 and before < _WRAP_S,
                interfaces=tuple(readings),
                health=tuple(
                    HealthReading(kind, kind, value, unit)
                    for kind, unit in _HEALTH.items()
                    if (value := columns[kind][row]) is not None
                ),
                complete=bool(readings),
                poll_ms=columns["poll_ms"][row] or 0.0,
            )


def _ports(columns: Columns | None) -> dict[tuple[str, Instant], list[InterfaceReading]]:
    found: dict[tuple[str, Instant], list[InterfaceReading]] = {}
    if columns is None:
        return found
    rates = [columns.fields[name] for name in _RATES]
    statuses = zip(columns.fields["admin"], columns.fields["oper"], columns.fields["verdict"], strict=True)
    names = zip(columns.tags["device"], columns.at, columns.tags["ifname"], strict=True)
    for (device, at, name), (admin, oper, verdict), *values in zip(names, statuses, *rates, strict=True):
        reading = InterfaceReading(
            name, round(admin or 0), round(oper or 0), verdict_of(verdict) or CounterVerdict.FIRST, *values
        )
        found.setdefault((device, at), []).append(reading)
    return found
