"""What differs between provinces: the targets, when the monthly report is made, and where it goes."""

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field

from foundation.settings import StrictModel


def parse_percent(value: object) -> object:
    """`99.95` as an exact decimal; what is no number is handed on unchanged.

    Raises ValueError when it is no percentage, or has more than three decimals: figures are cut off there.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value
    percent = Decimal(str(value))
    if not percent.is_finite() or not 0 < percent <= 100:
        raise ValueError("a target is a percentage above 0 and up to 100, such as 99.95")
    if percent != round(percent, 3):
        raise ValueError("a target has at most three decimals, such as 99.995")
    return percent


Percent = Annotated[Decimal, BeforeValidator(parse_percent)]
"""A percentage, 0 < p ≤ 100, exact."""


class Targets(StrictModel):
    """The availability each tier should reach, and the load no line should exceed, in percent.

    Defaults are proposals; contracts and assessment differ.
    """

    core: Percent = Decimal("99.99")
    """Provincial core routers."""
    prefecture: Percent = Decimal("99.95")
    """Province–prefecture, 16."""
    county: Percent = Decimal("99.9")
    """Prefecture–county, 129."""
    agency: Percent = Decimal("99.5")
    """County–agency, 2,511."""
    link_load: Percent = Decimal(70)
    """Percent of a line's capacity; one whose busy hours are above should be widened (扩容)."""


class ReportSettings(StrictModel):
    """The monthly report. Times are local (Asia/Shanghai)."""

    targets: Targets = Targets()
    day: int = Field(default=1, ge=1, le=28)
    """The day of the month on which last month's report is made."""
    time: str = Field(default="01:30", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    directory: str = Field(default="reports", min_length=1)
    """Where reports are written: a path, or a name inside the data directory."""

    @property
    def cron(self) -> dict[str, int]:
        """The day, hour and minute for a cron trigger in Asia/Shanghai."""
        hour, minute = self.time.split(":")
        return {"day": self.day, "hour": int(hour), "minute": int(minute)}
