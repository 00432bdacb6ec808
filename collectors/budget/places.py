"""A bounded number of inventories at once; who finds no place is told when there is one."""

from collections import deque
from collections.abc import Callable


class Places:
    """Counts inventories under way, and remembers who waits, each once and in order."""

    def __init__(self, most: int, resume: Callable[[str], None]) -> None:
        """`resume` is called with a device when there is a place again; it may take it or leave it."""
        self.taken = 0
        self._most = most
        self._resume = resume
        self._waiting: deque[str] = deque()
        self._known: set[str] = set()

    def take(self, device: str) -> bool:
        """Take a place; False, and the device waits, when there is none."""
        if self.taken < self._most:
            self.taken += 1
            return True
        if device not in self._known:
            self._known.add(device)
            self._waiting.append(device)
        return False

    def give_back(self) -> None:
        """A place is free."""
        self.taken -= 1
        if self._waiting:
            device = self._waiting.popleft()
            self._known.discard(device)
            self._resume(device)
