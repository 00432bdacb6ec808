"""Asks the metric store what the slow rules want to know, and publishes what was found."""

from collections.abc import Callable, Collection, Iterable, Iterator, Set
from typing import Final, TypeVar

from alerting.alerts.queries import open_alerts
from alerting.changes import ObjectKind
from alerting.rules.labels import labels_of
from alerting.rules.loader import RuleSet
from alerting.rules.surveyed import BaselineRule, ForecastRule, RatioRule, SurveyRule
from alerting.survey.past import Past, Place, Ranks
from alerting.survey.verdicts import Verdict, baselines, forecasts, ratios
from alerting.timeline.queries import intervals
from alerting.timeline.track import DEVICE
from foundation.bus import Bus
from foundation.clock import MINUTE, Clock, Instant
from foundation.messages import Finding, State
from storage.metrics.store import MetricStore
from storage.records.database import Records
from topology.network import Network

R = TypeVar("R", bound=SurveyRule)

SEEN: Final = frozenset({State.UP, State.DEGRADED})
OUTAGE: Final = MINUTE
"""What is down for less than this lost some polls; for longer, an outage is told."""


def is_away(state: State, start: Instant, end: Instant) -> bool:
    """Whether a device that was in this state from `start` to `end` lost no polls by itself meanwhile.

    Of a device that a bad line takes away for seconds, again and again, its lost polls are all that is told.
    """
    return state not in SEEN and not (state is State.DOWN and end - start < OUTAGE)


class Surveyor:
    """Judges every object that the slow rules cover, at one moment."""

    def __init__(self, network: Network, store: Ranks) -> None:
        self._network = network
        self._store = store
        self._fitted: dict[tuple[str, Place], SurveyRule | None] = {}

    def findings(
        self, rules: Iterable[SurveyRule], now: Instant, unseen: Callable[[Instant, Instant], Set[str]]
    ) -> Iterator[Finding]:
        """What each rule finds at this moment. Raises MetricStoreError."""
        past = Past(self._store)
        for rule in rules:
            for verdict in self._verdicts(rule, past, now, unseen):
                device, interface = verdict.place
                kind = ObjectKind.INTERFACE if interface else ObjectKind.DEVICE
                object_id = f"{device}/{interface}" if interface else device
                yield Finding(
                    rule.id, kind.value, object_id, device, verdict.holds, verdict.metric, verdict.value, now,
                    verdict.text, verdict.text_en,
                )  # fmt: skip

    def _verdicts(
        self, rule: SurveyRule, past: Past, now: Instant, unseen: Callable[[Instant, Instant], Set[str]]
    ) -> Iterator[Verdict]:
        if isinstance(rule, RatioRule):
            return ratios(rule, past, now, self._fit, unseen)
        if isinstance(rule, ForecastRule):
            return forecasts(rule, past, now, self._fit)
        assert isinstance(rule, BaselineRule)
        return baselines(rule, past, now, self._fit)

    def _fit(self, rule: R, place: Place) -> R | None:
        key = (rule.id, place)
        if key not in self._fitted:
            device = self._network.devices.get(place[0])
            labels = None if device is None else labels_of(self._network, device, place[1])
            covered = labels is not None and rule.scope.covers(labels)
            self._fitted[key] = rule.fitted(labels) if covered and labels is not None else None
        return self._fitted[key]  # type: ignore[return-value]  # the rule of this id is of this kind


class Survey:
    """The job: runs the rules that are due, and tells what holds, and what no longer does."""

    def __init__(
        self, network: Network, rules: RuleSet, store: MetricStore, records: Records, bus: Bus, clock: Clock
    ) -> None:
        self._rules = rules.of(SurveyRule)
        self._surveyor = Surveyor(network, store)
        self._records = records
        self._bus = bus
        self._clock = clock
        self._done_at: dict[str, Instant] = {}
        self._told: set[tuple[str, str]] = set()

    def run(self) -> None:
        """Survey what is due. Raises MetricStoreError or OperatorError; then it is due again next time."""
        now = self._clock.now()
        due = [rule for rule in self._rules if not 0 <= now - self._done_at.get(rule.id, -rule.every) < rule.every]
        if not due:
            return
        with self._records.reading() as session:
            told = self._told | {(alert.rule, alert.object_id) for alert in open_alerts(session)}
        found = [
            finding
            for finding in self._surveyor.findings(due, now, self._unseen)
            if finding.holds or (finding.rule, finding.object_id) in told
        ]
        self._bus.publish_all(found)
        done = {rule.id for rule in due}
        self._told = {one for one in self._told if one[0] not in done} | _holding(found)
        self._done_at |= dict.fromkeys(done, now)

    def _unseen(self, start: Instant, end: Instant) -> Set[str]:
        with self._records.reading() as session:
            return {
                one.id
                for one in intervals(session, DEVICE, None, start, end)
                if is_away(one.state, one.start, end if one.end is None else one.end)
            }


def _holding(findings: Collection[Finding]) -> set[tuple[str, str]]:
    return {(one.rule, one.object_id) for one in findings if one.holds}
