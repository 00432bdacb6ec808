"""A value against its limits: the device's own where it has some, the profile's elsewhere. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from collectors.snmp.kinds import KINDS, HealthKind
from foundation.messages import HealthStatus, LimitSource


@dataclass(frozen=True, slots=True)
class Bound:
    """One limit, in the kind's unit."""

    value: float
    source: LimitSource


Verdict = tuple[HealthStatus, float | None, LimitSource]
"""Status, the limit that it was judged by, and where that came from."""

UNLIMITED: Verdict = (HealthStatus.OK, None, LimitSource.NONE)


class Limits:
    """Up to four limits of one sensor."""

    __slots__ = ("_calm", "_critical", "_high", "_low", "_low_critical", "_low_warning", "_warning")

    def __init__(self, bounds: Mapping[str, Bound]) -> None:
        """`bounds` by `warning`, `critical`, `low_warning`, `low_critical`; those that don't exist are left out."""
        self._critical = bounds.get("critical")
        self._warning = bounds.get("warning")
        self._low_critical = bounds.get("low_critical")
        self._low_warning = bounds.get("low_warning")
        highs = [bound for bound in (self._warning, self._critical) if bound is not None]
        lows = [bound for bound in (self._low_warning, self._low_critical) if bound is not None]
        nearest = min(highs, key=lambda bound: bound.value, default=None)
        lowest = max(lows, key=lambda bound: bound.value, default=None)
        self._high = inf if nearest is None else nearest.value
        self._low = -inf if lowest is None else lowest.value
        shown = nearest or lowest
        # While all is well the limit that comes first is told, so that people see how far it is.
        self._calm: Verdict = UNLIMITED if shown is None else (HealthStatus.OK, shown.value, shown.source)

    def judge(self, value: float) -> Verdict:
        """At a limit or past it counts."""
        if self._low < value < self._high:
            return self._calm
        for bound, above, status in (
            (self._critical, True, HealthStatus.CRITICAL),
            (self._low_critical, False, HealthStatus.CRITICAL),
            (self._warning, True, HealthStatus.WARNING),
            (self._low_warning, False, HealthStatus.WARNING),
        ):
            if bound is not None and (value >= bound.value if above else value <= bound.value):
                return status, bound.value, bound.source
        return self._calm


def believable(bounds: Mapping[str, Bound], kind: HealthKind) -> dict[str, Bound]:
    """The device's own thresholds without those that can't be meant.

    Where a low one reaches a high one, as when all are 0, nobody set any. A high one at or below 0 is none, but for
    kinds that may lie there (dBm, volts and amperes with a sign); nor is a low one that the kind can't come below.
    """
    highs = [bound.value for name, bound in bounds.items() if not name.startswith("low")]
    lows = [bound.value for name, bound in bounds.items() if name.startswith("low")]
    if highs and lows and max(lows) >= min(highs):
        return {}
    lowest = KINDS[kind].low
    signed = lowest < 0 and kind != "temperature"
    return {
        name: bound
        for name, bound in bounds.items()
        if (bound.value > lowest if name.startswith("low") else signed or bound.value > 0)
    }
