"""The collector's own figures.

The hot path adds to plain whole numbers; they become Prometheus metrics when `/metrics` is read. prometheus-client's
own counters take a lock at each step, which at a thousand steps a second is a good part of the poll loop's work.
"""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

BUCKETS: Final = (0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper ends of the lateness histogram, in seconds."""


class Telemetry(Collector):
    """Counts what the collector does. One per process, used on the event loop only."""

    __slots__ = (
        "_lateness",
        "broken_walks",
        "denied",
        "duplicates",
        "foreign",
        "full_looks",
        "inflight",
        "inventories",
        "inventory_failures",
        "late",
        "late_sum",
        "latest",
        "malformed",
        "misses",
        "pings",
        "quick_looks",
        "refused",
        "rejected",
        "requests",
        "restarts",
        "resyncs",
        "silent",
        "sockets",
        "timeouts",
    )  # fmt: skip

    def __init__(self, registry: CollectorRegistry) -> None:
        self.quick_looks = 0
        self.full_looks = 0
        self.misses = 0
        self.silent = 0
        self.denied = 0
        """Looks at which the agent refused every login that we have for it."""
        self.resyncs = 0
        """SNMPv3 engines whose id, boots and time were asked for again."""
        self.restarts = 0
        self.requests = 0
        self.timeouts = 0
        self.refused = 0
        """Requests that an ICMP message, or this machine itself, turned back."""
        self.rejected = 0
        """Requests that the agent answered with an error status: tooBig, genErr, authorizationError."""
        self.malformed = 0
        """Packets that are no SNMP answer: truncated, garbage, of another version."""
        self.foreign = 0
        """Packets that answer no request under way: late, or of another community."""
        self.duplicates = 0
        self.inventories = 0
        self.inventory_failures = 0
        self.broken_walks = 0
        """Walks that were stopped because the agent's OIDs did not increase, or never ended."""
        self.pings = 0
        self.late = 0
        """Turns dropped because the device's look before, or the whole loop, took too long."""
        self.late_sum = 0.0
        self.latest = 0.0
        """The latest start of a look, in seconds after its turn, since this was last set to 0."""
        self.inflight = 0
        self.sockets = 0
        self._lateness = [0] * (len(BUCKETS) + 1)
        registry.register(self)

    @property
    def looks(self) -> int:
        """Looks finished, whatever they found."""
        return self.quick_looks + self.full_looks + self.misses + self.silent + self.denied

    def resynchronised(self) -> None:
        """An SNMPv3 engine that was known is asked for its id and time again."""
        self.resyncs += 1

    def started_after(self, seconds: float) -> None:
        """A look started this long after its turn."""
        self._lateness[bisect_left(BUCKETS, seconds)] += 1
        self.late_sum += seconds
        if seconds > self.latest:
            self.latest = seconds

    @property
    def lateness(self) -> tuple[int, ...]:
        """How many looks began within each of BUCKETS after their turn, and how many later than the last."""
        return tuple(self._lateness)

    def collect(self) -> Iterator[Metric]:
        """The metrics as they are now."""
        looks = CounterMetricFamily("yunwei_poll_looks", "Looks at devices finished, by layers.", labels=["layers"])
        looks.add_metric(["reachability"], self.quick_looks)
        looks.add_metric(["all"], self.full_looks)
        yield looks
        packets = CounterMetricFamily(
            "yunwei_poll_packets_ignored", "Packets received and ignored, by reason.", labels=["reason"]
        )
        packets.add_metric(["malformed"], self.malformed)
        packets.add_metric(["foreign"], self.foreign)
        packets.add_metric(["duplicate"], self.duplicates)
        yield packets
        for name, text, value in (
            ("yunwei_poll_requests", "SNMP requests sent.", self.requests),
            ("yunwei_poll_timeouts", "SNMP requests that nobody answered in time.", self.timeouts),
            ("yunwei_poll_refused", "SNMP requests turned back by ICMP or by this machine.", self.refused),
            ("yunwei_poll_rejected", "SNMP requests answered with an error status.", self.rejected),
            ("yunwei_poll_missed", "Looks at which nothing answered.", self.misses),
            ("yunwei_poll_silent", "Looks at which only the ping was answered.", self.silent),
            ("yunwei_poll_denied", "Looks at which the agent refused every login.", self.denied),
            ("yunwei_poll_resyncs", "SNMPv3 engines discovered anew.", self.resyncs),
            ("yunwei_poll_restarts", "Restarts of agents seen.", self.restarts),
            ("yunwei_poll_late", "Turns dropped because the collector was behind.", self.late),
            ("yunwei_poll_pings", "Pings sent to silent devices.", self.pings),
            ("yunwei_inventory_walks", "Inventories taken.", self.inventories),
            ("yunwei_inventory_failures", "Inventories that could not be finished.", self.inventory_failures),
            ("yunwei_inventory_broken_walks", "Walks stopped because the agent led in circles.", self.broken_walks),
        ):
            yield CounterMetricFamily(name, text, value=value)
        yield GaugeMetricFamily("yunwei_poll_inflight", "Looks under way.", value=self.inflight)
        yield GaugeMetricFamily("yunwei_poll_sockets", "SNMP sockets open.", value=self.sockets)
        yield self._histogram()

    def _histogram(self) -> HistogramMetricFamily:
        below = 0
        buckets: list[tuple[str, float]] = []
        for end, count in zip((*map(str, BUCKETS), "+Inf"), self._lateness, strict=True):
            below += count
            buckets.append((end, below))
        return HistogramMetricFamily(
            "yunwei_poll_lateness_seconds",
            "How long after its turn a look started.",
            buckets=buckets,
            sum_value=self.late_sum,
        )
