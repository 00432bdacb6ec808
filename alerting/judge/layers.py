"""Judging what does not come: a device answers, and a layer of it that gave values gives none."""

from collections.abc import Mapping
from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.changes import ObjectKind
from alerting.judge.desk import Desk
from alerting.judge.earlier import Earlier
from alerting.judge.watched import Watched
from alerting.rules.observed import MissingDataRule
from foundation.clock import MINUTE, Instant
from foundation.messages import Observation

LAYERS: Final[Mapping[str, tuple[str, str]]] = {
    "interfaces": ("接口数据", "interface data"),
    "health": ("健康数据", "health data"),
}


class Layers:
    """Keeps when each layer last gave a value."""

    def __init__(self, desk: Desk) -> None:
        self._reports, self._words = desk.reports, desk.words

    def resume(self, earlier: Earlier) -> bool:
        """Go on with an alert that was open before the start."""
        watched, rule = earlier.watched, earlier.rule
        if watched is None or not isinstance(rule, MissingDataRule):
            return False
        watched.lacking.add(rule.layer)
        watched.given[rule.layer] = earlier.condition.started_at
        return True

    def look(self, watched: Watched, observation: Observation, now: Instant, *, settled: bool) -> None:
        """Take one answered look, whatever it holds: what a reachability look lacks has had time to come, too."""
        at = observation.at
        given = watched.given
        if observation.complete:
            for reading in observation.interfaces:
                if reading.in_bps is not None:
                    given["interfaces"] = at
                    break
            for sensor in observation.health:
                if sensor.value is not None:
                    given["health"] = at
                    break
        if not settled:
            return
        for layer, rule in watched.plan.lacks.items():
            last = given.get(layer)
            if last is None:
                continue
            if last == at:
                if layer in watched.lacking:
                    watched.lacking.discard(layer)
                    self._reports.calm(AlertKey(ObjectKind.DEVICE, watched.id, rule.id), now)
                continue
            # While the device itself was out of sight, nothing could come.
            since = max(last, watched.broken_at)
            if at - since < rule.hold:
                continue
            watched.lacking.add(layer)
            words, words_en = LAYERS[layer]
            values = {"layer": words, "layer_en": words_en, "minutes": str((at - since) // MINUTE)}
            condition = self._words.said(
                rule, watched.plan.device, ObjectKind.DEVICE, watched.id, since, values, metric=layer
            )
            self._reports.report(condition, now)
