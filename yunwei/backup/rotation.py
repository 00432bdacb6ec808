"""Which backups may go. Pure: names and instants in, names out."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from yunwei.backup_settings import Keep

PREFIX: Final = "yunwei-"
STAMP: Final = "%Y%m%dT%H%M%S"
SUFFIXES: Final = (".backup", ".backup.age")


def name_of(moment: datetime, *, encrypted: bool) -> str:
    """The file name of a backup made at a local moment: `yunwei-20261124T024000.backup`."""
    return f"{PREFIX}{moment.strftime(STAMP)}{SUFFIXES[encrypted]}"


def moment_of(name: str) -> datetime | None:
    """When a backup was made, by its name; None for files that are none of ours."""
    for suffix in SUFFIXES:
        if name.startswith(PREFIX) and name.endswith(suffix):
            try:
                return datetime.strptime(name[len(PREFIX) : -len(suffix)], STAMP)  # noqa: DTZ007 - local, as written
            except ValueError:
                return None
    return None


def superfluous(names: Iterable[str], keep: Keep) -> set[str]:
    """The backups that no rule of `keep` keeps. The newest of all is never among them, nor is a file of others."""
    dated = sorted(((moment, name) for name in names if (moment := moment_of(name)) is not None), reverse=True)
    kept: set[str] = {dated[0][1]} if dated else set()
    rules: tuple[tuple[int, Callable[[datetime], object]], ...] = (
        (keep.daily, lambda moment: moment.date()),
        (keep.weekly, lambda moment: moment.isocalendar()[:2]),
        (keep.monthly, lambda moment: (moment.year, moment.month)),
    )
    for most, period_of in rules:
        periods: set[object] = set()
        for moment, name in dated:
            period = period_of(moment)
            if period in periods:
                continue
            if len(periods) == most:
                break
            periods.add(period)
            kept.add(name)
    return {name for _moment, name in dated} - kept
