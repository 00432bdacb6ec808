"""How many values a request to one device asks for: shrinks when the agent can't, grows slowly back, remembers."""

from typing import Final

SMALLEST: Final = 4
PATIENCE: Final = 15
"""Whole looks without trouble before the first attempt to grow."""
LONGEST_PATIENCE: Final = 1_440
"""A day of looks: an agent that can't is not tried more often than that."""


class RequestSize:
    """The number of values per request for one device."""

    __slots__ = ("_good", "_most", "_patience", "size")

    def __init__(self, most: int) -> None:
        self.size = most
        self._most = most
        self._good = 0
        self._patience = PATIENCE

    def shrink(self) -> bool:
        """A request was too big, or was lost while a small one came through. False when it can't get any smaller."""
        self._good = 0
        if self.size <= SMALLEST:
            return False
        self.size = max(SMALLEST, self.size // 2)
        # Each failure makes the next attempt rarer, so that a device with a low limit is not upset for ever.
        self._patience = min(self._patience * 2, LONGEST_PATIENCE)
        return True

    def succeeded(self) -> bool:
        """A whole look went well. True when the size has grown, so that the requests must be packed anew."""
        if self.size >= self._most:
            return False
        self._good += 1
        if self._good < self._patience:
            return False
        self._good = 0
        self.size = min(self._most, self.size + max(1, self.size // 4))
        return True
