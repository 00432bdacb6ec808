"""Everything that must happen at some moment, in buckets of a few milliseconds.

Due looks and request deadlines are entered by the thousand a second, and nearly all deadlines are void when their
moment comes because the answer was there first. So an entry costs one list append, nothing is ever cancelled, and who
is called checks by its token whether it is still meant.
"""

from collections.abc import Callable

Action = Callable[[int], None]
"""Called with the token it was entered with."""


class Timetable:
    """Actions by moment. Moments are seconds on the monotonic clock; an action is never called before its moment."""

    def __init__(self, now: float, granularity: float = 0.02) -> None:
        self._granularity = granularity
        self._buckets: dict[int, list[tuple[Action, int]]] = {}
        self._next = int(now / granularity)
        """The earliest bucket that has not been run yet."""

    def __len__(self) -> int:
        """How many entries wait, void ones included."""
        return sum(len(bucket) for bucket in self._buckets.values())

    def enter(self, when: float, action: Action, token: int) -> None:
        """Call `action(token)` once `when` has come; a moment that has passed comes at the next run."""
        number = int(when / self._granularity) + 1
        if number < self._next:
            number = self._next
        bucket = self._buckets.get(number)
        if bucket is None:
            self._buckets[number] = [(action, token)]
        else:
            bucket.append((action, token))

    def run(self, now: float) -> int:
        """Call everything whose moment has come, in order of buckets; returns how many were called.

        What an action enters for a moment that has passed is called at the next run, so a run always ends.
        """
        last = int(now / self._granularity)
        first, self._next = self._next, max(self._next, last + 1)
        called = 0
        for number in self._waiting(first, last):
            for action, token in self._buckets.pop(number):
                action(token)
                called += 1
        return called

    def _waiting(self, first: int, last: int) -> list[int]:
        """The filled buckets among these, in order."""
        if last - first > len(self._buckets):
            # After a long pause it is cheaper to look at what is there than at every moment that passed.
            return sorted(number for number in self._buckets if number <= last)
        return [number for number in range(first, last + 1) if number in self._buckets]
