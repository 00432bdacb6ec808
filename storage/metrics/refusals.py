"""Finds the lines that a server refuses among those that it takes.

InfluxDB answers one bad line in ten thousand with one error for them all. Generations differ in whether they have kept
the others and in what they tell; so the lines are halved until the refused ones stand alone. Lines may be sent twice:
they say the same.
"""

from collections.abc import Callable, Sequence
from typing import Final

from storage.metrics.store import MetricRefusedError, PartlyRefusedError, Refusal

MOST_REQUESTS: Final = 128
"""Requests that may be spent on one write: five bad lines in ten thousand are found with as many."""


def write_in_parts(text: str, send: Callable[[str], None]) -> None:
    """Send lines; when some are refused, send all others and raise PartlyRefusedError with those.

    When so many are refused that the requests do not suffice, parts with good lines among them are given up too.
    Raises MetricStoreError when the server goes away meanwhile: the whole text can be sent again.
    """
    try:
        send(text)
    except MetricRefusedError as error:
        refused: list[Refusal] = []
        _Search(send, refused).halve(text.split("\n"), str(error))
        if refused:
            raise PartlyRefusedError(str(error), refused) from error


class _Search:
    def __init__(self, send: Callable[[str], None], refused: list[Refusal]) -> None:
        self._send = send
        self._refused = refused
        self._requests = 0

    def halve(self, lines: Sequence[str], reason: str) -> None:
        """Find the refused among lines that were refused together."""
        if len(lines) == 1 or self._requests >= MOST_REQUESTS:
            self._refused.append(Refusal(tuple(lines), reason))
            return
        middle = len(lines) // 2
        for half in (lines[:middle], lines[middle:]):
            self._requests += 1
            try:
                self._send("\n".join(half))
            except MetricRefusedError as error:
                self.halve(half, str(error))
