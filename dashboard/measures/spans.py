"""The lengths of time that graphs and rankings look back over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from foundation.clock import DAY, HOUR, MINUTE, Instant


@dataclass(frozen=True, slots=True)
class Span:
    """One length of time and the step of its graphs: a value every few pixels, and one that roll-ups answer."""

    name: str
    length: int
    step: int

    def until(self, now: Instant) -> tuple[Instant, Instant]:
        """[start, end) that ends with the step that `now` is in."""
        end = (now // self.step + 1) * self.step
        return end - self.length, end


SPANS: Final[Mapping[str, Span]] = {
    span.name: span
    for span in (
        Span("1h", HOUR, MINUTE),
        Span("2h", 2 * HOUR, MINUTE),
        Span("24h", DAY, 5 * MINUTE),
        Span("7d", 7 * DAY, HOUR),
        Span("30d", 30 * DAY, HOUR),
        Span("1y", 365 * DAY, 12 * HOUR),
    )
}


def span_of(name: str | None, default: str) -> Span:
    """The span of that name; the default for any other."""
    return SPANS.get(name or "", SPANS[default])
