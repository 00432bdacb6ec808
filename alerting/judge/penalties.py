"""The penalties of all conditions that came lately, by key."""

from collections.abc import Callable, Mapping
from typing import Final

from alerting.alerts.effects import AlertKey
from alerting.alerts.flapping import Flapping, Penalty, came, decayed, is_over
from foundation.clock import MINUTE, Instant

_PRUNE: Final = MINUTE

FlapOf = Callable[[AlertKey], Flapping | None]
"""A condition's figures by its key; None for one whose coming and going is told each time."""


class Penalties:
    """Remembers how often each condition came, until its penalty has decayed."""

    def __init__(self, flap_of: FlapOf, restored: Mapping[AlertKey, Penalty]) -> None:
        self._flap_of = flap_of
        self._known = dict(restored)
        self._pruned_at: Instant = -1

    def get(self, key: AlertKey) -> Penalty | None:
        """The penalty as last reckoned; None when the condition did not come lately."""
        return self._known.get(key)

    def came(self, key: AlertKey, now: Instant) -> bool:
        """The condition came once more; whether that is flapping."""
        flap = self._flap_of(key)
        if flap is None:
            return False
        penalty = self._known[key] = came(self._known.get(key), now, flap)
        return penalty.value > flap.above

    def is_unstable(self, key: AlertKey, now: Instant) -> bool:
        """Whether what came lately counts as flapping now, were it to come again."""
        flap, penalty = self._flap_of(key), self._known.get(key)
        return flap is not None and penalty is not None and decayed(penalty, now, flap).value > flap.above

    def is_over(self, key: AlertKey, now: Instant) -> bool:
        """Whether a condition that flapped has ceased to, or its rule no longer asks."""
        flap, penalty = self._flap_of(key), self._known.get(key)
        return flap is None or penalty is None or is_over(penalty, now, flap)

    def told_after(self, key: AlertKey) -> int:
        """How long the recovery of this condition waits before it is told."""
        flap = self._flap_of(key)
        return 0 if flap is None else flap.told_after

    def prune(self, now: Instant) -> None:
        """Forget what has decayed, now and then."""
        if 0 <= now - self._pruned_at < _PRUNE:
            return
        self._pruned_at = now
        self._known = {key: penalty for key, penalty in self._known.items() if not self.is_over(key, now)}
