"""One line's budget: how many bytes polling may put on it, and who has waited longest for some. Pure.

A bucket that fills at the line's rate and holds a minute of it. Reachability is counted and never refused; a full look
or an inventory goes when the bucket holds what it will take, after those that have waited longer. So looks are put off
while there is too little, in their order, and none is forgotten.
"""

from typing import Final

HOLDS: Final = 60.0
"""Seconds of the line's rate that the bucket holds, and by which it can be overdrawn."""

INVENTORY_YIELDS: Final = 300.0
"""Seconds that an inventory counts as younger than it is: full looks go before it, until it has waited that long."""


class Line:
    """The budget of one link, both directions together. Moments are seconds on the monotonic clock."""

    __slots__ = ("_held", "_settled", "_settled_at", "ample", "devices", "rate", "speed_mbps", "spent", "waiting")

    def __init__(self, rate: float, now: float, *, devices: int = 0, speed_mbps: float = 0.0) -> None:
        """`rate` is in bytes a second; the bucket is full at first."""
        self.rate = rate
        self.devices = devices
        """How many devices are polled over it."""
        self.speed_mbps = speed_mbps
        self.spent = 0
        """Bytes put on it so far. Whoever polls adds to it; the bucket is worked out only when it is asked for."""
        self.waiting: dict[str, tuple[float, int]] = {}
        """Who has been refused: the moment that its rank counts from, and the bytes it needs."""
        self.ample = rate * HOLDS
        """While `spent` stays below this there is surely enough: what was held when it was last worked out."""
        self._held = rate * HOLDS
        self._settled = 0
        self._settled_at = now

    def held(self, now: float) -> float:
        """Bytes in the bucket; negative while it is overdrawn."""
        most = self.rate * HOLDS
        held = self._held + self.rate * (now - self._settled_at) - (self.spent - self._settled)
        self._held = max(-most, min(most, held))
        self._settled, self._settled_at = self.spent, now
        self.ample = self.spent + self._held
        return self._held

    def short(self, device: str, need: int, since: float, now: float) -> float:
        """Bytes that are missing for `need` more, those counted that have waited since before `since`; 0 if none is.

        A need above what the bucket can hold is met by a full one.
        """
        ahead = sum(bytes_ for other, (rank, bytes_) in self.waiting.items() if rank < since and other != device)
        wanted = min(need + ahead, self.rate * HOLDS)
        return max(0.0, wanted - self.held(now))
