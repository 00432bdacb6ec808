"""The judging part's own figures."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from alerting.alerts.states import AlertState


class JudgeMetrics:
    """What judging does and how it fares, for `/metrics`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._observed = Counter("yunwei_judge_observations", "Device observations judged.", registry=registry)
        self._seconds = Histogram(
            "yunwei_judge_batch_seconds",
            "Time for one turn: judging a batch, and its transaction.",
            registry=registry,
            buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10),
        )
        self._alerts = Gauge("yunwei_judge_open_alerts", "Open alerts by state.", ["state"], registry=registry)
        self._held = Gauge("yunwei_judge_held_devices", "Devices that miss and wait for evidence.", registry=registry)
        self._waiting = Gauge("yunwei_judge_waiting_effects", "Judgements that wait to be recorded.", registry=registry)
        self._failed = Counter(
            "yunwei_judge_failed_transactions", "Transactions that failed and are tried again.", registry=registry
        )

    def turn(
        self,
        *,
        observed: int,
        seconds: float,
        failed: int,
        held: int,
        waiting: int,
        alerts: Mapping[AlertState, int],
    ) -> None:
        """One turn is over."""
        self._observed.inc(observed)
        self._seconds.observe(seconds)
        self._failed.inc(failed)
        self._held.set(held)
        self._waiting.set(waiting)
        for state, count in alerts.items():
            self._alerts.labels(state.value).set(count)
