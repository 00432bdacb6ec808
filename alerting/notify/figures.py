"""The notifier's own figures, for /metrics."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge

from alerting.notify.outbox import ChannelName
from alerting.notify.queries import Backlog
from foundation.clock import SECOND, Instant


class NotifyFigures:
    """Sent, failed, pending, and how long the oldest has been waiting: by channel."""

    def __init__(self, registry: CollectorRegistry) -> None:
        channel = ("channel",)
        self.sent = Counter("yunwei_notify_sent", "Messages handed over.", channel, registry=registry)
        self.resent = Counter("yunwei_notify_resent", "Messages sent once more, marked.", channel, registry=registry)
        self.failed = Counter(
            "yunwei_notify_failed", "Attempts that failed.", ("channel", "outcome"), registry=registry
        )
        self._pending = Gauge("yunwei_notify_pending", "Messages that have not left.", channel, registry=registry)
        self._oldest = Gauge(
            "yunwei_notify_oldest_pending_seconds", "Age of the oldest that has not left.", channel, registry=registry
        )
        for name in ChannelName:
            self.sent.labels(name.value)
            for outcome in ("retry", "dead"):
                self.failed.labels(name.value, outcome)

    def waiting(self, backlog: Mapping[str, Backlog], now: Instant) -> None:
        """Show what waits."""
        for name in ChannelName:
            found = backlog.get(name.value)
            oldest = None if found is None else found.oldest_created_at
            self._pending.labels(name.value).set(0 if found is None else found.pending)
            self._oldest.labels(name.value).set(0 if oldest is None else max(0, now - oldest) / SECOND)
