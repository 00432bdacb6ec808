"""The report's pictures as plain geometry; the template draws them as SVG."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from reports.availability import Ledger
from reports.shares import Share

FULL, GOOD, LOW, BAD, NONE = "full", "good", "low", "bad", "none"

_FLOORS: Final = (99_900, 99_500, 99_000, 98_000, 95_000, 90_000, 80_000, 50_000, 0)
"""Where a scale may begin, in thousandths of a percent."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of one division."""

    day: date
    level: str
    share: Share
    height: float
    """Of the column, 0 to 1, over the scale's floor."""


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from `floor` to 100 percent, in thousandths of a percent."""

    floor: int

    def place(self, share: Share) -> float:
        """Where a share stands, 0 to 1; 0 for a share of nothing."""
        return self.at(share.millipercent or 0)

    def at(self, millipercent: int) -> float:
        """Where a value stands, 0 to 1."""
        return min(1.0, max(0.0, (millipercent - self.floor) / (100_000 - self.floor)))

    def target(self, percent: Decimal) -> float:
        """Where a target stands."""
        return self.at(int(percent * 1000))

    @property
    def text(self) -> str:
        """The floor, as the axis says it."""
        return f"{self.floor / 1000:g}%"


def scale_for(shares: Iterable[Share], target: Decimal) -> Scale:
    """The narrowest scale that shows all of these shares, and the target, above its floor."""
    shown = [value for share in shares if (value := share.millipercent) is not None]
    lowest = min([*shown, int(target * 1000)])
    return Scale(next((floor for floor in _FLOORS if floor < lowest), 0))


def level(ledger: Ledger, target: Decimal) -> str:
    """How a day went: without loss, at the target, below it, more than one point below it, or not observed."""
    if not ledger.due:
        return NONE
    if not ledger.lost:
        return FULL
    if ledger.assessed.reaches(target):
        return GOOD
    return LOW if ledger.assessed.reaches(target - 1) else BAD


def cells(days: Sequence[date], ledgers: Sequence[Ledger], target: Decimal, scale: Scale) -> list[Cell]:
    """One cell a day."""
    return [
        Cell(day, level(ledger, target), ledger.assessed, scale.place(ledger.assessed))
        for day, ledger in zip(days, ledgers, strict=True)
    ]
