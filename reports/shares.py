"""Shares of time as exact whole numbers, turned into a percentage once, at the very end."""

from dataclasses import dataclass
from decimal import Decimal
from functools import total_ordering


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """`part` of `whole`, 0 ≤ part ≤ whole: exact, however many objects are summed.

    A share of nothing (whole = 0) has no percentage. Comparison is that of the exact fractions; a share of nothing
    sorts after every other.
    """

    part: int
    whole: int

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        if not 0 <= self.part <= self.whole:
            raise ValueError(f"{self.part} is no part of {self.whole}")

    @property
    def millipercent(self) -> int | None:
        """Thousandths of a percent, cut off, never rounded up: only a share without any loss is 100.000 %."""
        return None if self.whole == 0 else self.part * 100_000 // self.whole

    @property
    def text(self) -> str:
        """`99.987`: the percentage with three decimals, cut off; `—` for a share of nothing."""
        value = self.millipercent
        return "—" if value is None else f"{value // 1000}.{value % 1000:03}"

    @property
    def ratio(self) -> float | None:
        """The cut-off percentage as a number from 0 to 1, for spreadsheets."""
        value = self.millipercent
        return None if value is None else value / 100_000

    def reaches(self, target: Decimal) -> bool:
        """Whether the exact share is at least `target` percent; a share of nothing reaches none."""
        return self.whole > 0 and self.part * 100 >= target * self.whole

    def __eq__(self, other: object) -> bool:
        """Equal as fractions."""
        if not isinstance(other, Share):
            return NotImplemented
        if not self.whole or not other.whole:
            return self.whole == other.whole
        return self.part * other.whole == other.part * self.whole

    def __lt__(self, other: "Share") -> bool:
        """Lower as a fraction."""
        if not self.whole or not other.whole:
            return bool(self.whole) and not other.whole
        return self.part * other.whole < other.part * self.whole

    __hash__ = None  # type: ignore[assignment]
