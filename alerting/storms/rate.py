"""How many alerts become due in one place, and whether that is a storm. Plain values in and out."""

from collections.abc import Hashable
from dataclasses import dataclass, field

from foundation.clock import Instant


@dataclass(slots=True)
class Rate:
    """Counts what becomes due; the same alert counts once, at its last coming.

    It storms from the moment when more than `most` came within `within`, until fewer have for as long as `settle`.
    """

    most: int
    within: int
    settle: int
    storms: bool = False
    over_at: Instant = 0
    """While it storms: when the rate was last above the limit."""
    _came: dict[Hashable, Instant] = field(default_factory=dict)
    """In the order of coming."""

    def come(self, key: Hashable, now: Instant) -> bool:
        """One more became due; whether it storms now."""
        self._came.pop(key, None)
        self._came[key] = now
        return self.turn(now)

    def turn(self, now: Instant) -> bool:
        """Let time pass; whether it storms still.

        A clock that was set back forgets what came later than now: that ends a storm sooner, and silences nothing.
        """
        self._came = {key: at for key, at in self._came.items() if now - self.within < at <= now}
        self.over_at = min(self.over_at, now)
        if len(self._came) > self.most:
            self.storms, self.over_at = True, now
        elif self.storms and now - self.over_at >= self.settle:
            self.storms = False
        return self.storms
