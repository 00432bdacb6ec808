"""How far a value has moved within a time."""

from collections import deque

from foundation.clock import Instant


class Trail:
    """The lowest value of the last while (or the highest, for falls): amortised, one comparison a sample.

    Kept are only values that may yet be the extreme: each is better than all that came after it.
    """

    __slots__ = ("_kept", "_upwards", "_within")

    def __init__(self, within: int, *, upwards: bool) -> None:
        self._within = within
        self._upwards = upwards
        self._kept: deque[tuple[Instant, float]] = deque()

    def add(self, at: Instant, value: float) -> tuple[float, float]:
        """Take a sample: how far it lies above the lowest (below the highest) of the time, and that one."""
        kept = self._kept
        if self._upwards:
            while kept and kept[-1][1] >= value:
                kept.pop()
        else:
            while kept and kept[-1][1] <= value:
                kept.pop()
        kept.append((at, value))
        oldest = at - self._within
        while kept[0][0] < oldest:
            kept.popleft()
        before = kept[0][1]
        return (value - before if self._upwards else before - value), before
