"""How much a request to one device asks for: shrinks when the agent can't, grows slowly back, remembers."""

from typing import Final

SMALLEST: Final = 4
PATIENCE: Final = 15
"""Whole looks without trouble before the first attempt to grow."""
LONGEST_PATIENCE: Final = 1_440
"""A day of looks: an agent that can't is not tried more often than that."""
REPETITIONS: Final = 40
"""Rows that a step of a walk asks for, of an agent that has never had trouble with it."""


class RequestSize:
    """The number of values per request, and of rows per step of a walk, for one device."""

    __slots__ = ("_good", "_most", "_patience", "repetitions", "size")

    def __init__(self, most: int) -> None:
        self.size = most
        self.repetitions = REPETITIONS
        self._most = most
        self._good = 0
        self._patience = PATIENCE

    def remember(self, size: int) -> None:
        """Begin with a size that is known to work."""
        self.size = max(SMALLEST, min(size, self._most))

    def shrink(self) -> bool:
        """A request was too big, or was lost while a small one came through. False when it can't get any smaller."""
        if self.size <= SMALLEST:
            self._good = 0
            return False
        self.size = max(SMALLEST, self.size // 2)
        self._failed()
        return True

    def fewer(self) -> bool:
        """A step of a walk brought too many rows. False when it can't bring any fewer."""
        if self.repetitions <= 1:
            return False
        self.repetitions = max(1, self.repetitions // 4)
        self._failed()
        return True

    def _failed(self) -> None:
        self._good = 0
        # Each failure makes the next attempt rarer, so that a device with a low limit is not upset for ever.
        self._patience = min(self._patience * 2, LONGEST_PATIENCE)

    def succeeded(self) -> bool:
        """A whole look went well. True when the size has grown, so that the requests must be packed anew."""
        if self.size >= self._most and self.repetitions >= REPETITIONS:
            return False
        self._good += 1
        if self._good < self._patience:
            return False
        self._good = 0
        self.repetitions = min(REPETITIONS, 2 * self.repetitions)
        if self.size >= self._most:
            return False
        self.size = min(self._most, self.size + max(1, self.size // 4))
        return True
