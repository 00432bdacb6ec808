"""Turns what was observed into the rows that metric stores keep.

This is the hot path: it runs for every observation, so it appends to flat lists and calls nothing twice.
"""

from collections.abc import Sequence
from typing import Final

from foundation.clock import Instant
from foundation.messages import CounterVerdict, HealthReading, Observation, Reach
from storage.metrics.store import FIELDS, TAGS, Columns, Measurement, MetricBatch
from storage.metrics.verdicts import CODES
from topology.network import Network

UNKNOWN_PLACE: Final = ("unknown", "unknown")
"""Site and tier of a device that the network does not declare; some stores keep no empty tags."""


_NORMAL: Final = CounterVerdict.NORMAL


class RowBuilder:
    """Knows where each device stands, and makes rows of observations."""

    def __init__(self, network: Network) -> None:
        self._places = {
            device.id: (device.county or device.division, str(device.tier)) for device in network.devices.values()
        }

    def batch(self, observations: Sequence[Observation]) -> MetricBatch:
        """The rows of some observations, in their order.

        Each observation gives one device row, a missed one too: loss 100, no round-trip time. Only a complete look
        gives interface rows. A device's `site` is the county it stands in, else the division that answers for it.
        """
        devices = _Table(Measurement.DEVICE)
        interfaces = _Table(Measurement.INTERFACE)
        place_of = self._places.get
        for observation in observations:
            device, at = observation.device, observation.at
            site, tier = place_of(device, UNKNOWN_PLACE)
            _add_device(devices, observation, site, tier)
            if observation.complete and observation.interfaces:
                _add_interfaces(interfaces, observation, device, at, site, tier)
        return MetricBatch({Measurement.DEVICE: devices.columns, Measurement.INTERFACE: interfaces.columns})


def loss(observation: Observation) -> float:
    """Percent of the look's requests that went unanswered.

    A look that found the device had at least one answer (of its agent, or of a ping), so `timeouts` unanswered
    requests are at most `timeouts / (timeouts + 1)` of all.
    """
    if observation.reach is Reach.MISSED:
        return 100.0
    timeouts = observation.timeouts
    return 100.0 * timeouts / (timeouts + 1) if timeouts else 0.0


class _Table:
    """The growing columns of one measurement."""

    __slots__ = ("at", "columns", "fields", "tags")

    def __init__(self, measurement: Measurement) -> None:
        self.at: list[Instant] = []
        self.tags: list[list[str]] = [[] for _ in TAGS[measurement]]
        self.fields: list[list[float | None]] = [[] for _ in FIELDS[measurement]]
        self.columns = Columns(
            self.at,
            dict(zip(TAGS[measurement], self.tags, strict=True)),
            dict(zip(FIELDS[measurement], self.fields, strict=True)),
        )


def _add_device(table: _Table, observation: Observation, site: str, tier: str) -> None:
    table.at.append(observation.at)
    devices, sites, tiers = table.tags
    devices.append(observation.device)
    sites.append(site)
    tiers.append(tier)
    rtt_ms, losses, cpu, memory, temperature, uptime_s, poll_ms = table.fields
    rtt_ms.append(None if observation.reach is Reach.MISSED else observation.rtt_ms)
    losses.append(loss(observation))
    health = observation.health
    if health:
        cpu.append(_highest(health, "cpu"))
        memory.append(_highest(health, "memory"))
        temperature.append(_highest(health, "temperature"))
    else:
        cpu.append(None)
        memory.append(None)
        temperature.append(None)
    uptime_s.append(observation.uptime_s)
    poll_ms.append(observation.poll_ms)


def _add_interfaces(table: _Table, observation: Observation, device: str, at: Instant, site: str, tier: str) -> None:
    readings = observation.interfaces
    count = len(readings)
    table.at.extend([at] * count)
    devices, names, sites, tiers = table.tags
    devices.extend([device] * count)
    names.extend([reading.name for reading in readings])
    sites.extend([site] * count)
    tiers.extend([tier] * count)
    in_bps, out_bps, in_util, out_util, in_errors, out_errors, in_discards, out_discards, oper, admin, verdict = (
        table.fields
    )
    for reading in readings:
        in_bps.append(reading.in_bps)
        out_bps.append(reading.out_bps)
        in_util.append(reading.in_util)
        out_util.append(reading.out_util)
        in_errors.append(reading.in_errors)
        out_errors.append(reading.out_errors)
        in_discards.append(reading.in_discards)
        out_discards.append(reading.out_discards)
        oper.append(reading.oper)
        admin.append(reading.admin)
        # Nearly always normal, and an enumeration's hash is slow.
        verdict.append(0 if reading.verdict is _NORMAL else CODES[reading.verdict])


def _highest(health: Sequence[HealthReading], kind: str) -> float | None:
    """The worst of a device's sensors of a kind: the one that alarms first."""
    worst: float | None = None
    for reading in health:
        value = reading.value
        if value is not None and reading.kind == kind and (worst is None or value > worst):
            worst = value
    return worst
