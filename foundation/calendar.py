"""Calendar questions in the province's own time zone, Asia/Shanghai.

Months, days and duty shifts are local; instants are UTC (see `foundation.clock`). This module is the only bridge.
"""

import re
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from foundation.clock import Instant

ZONE: Final = ZoneInfo("Asia/Shanghai")


def local(instant: Instant) -> datetime:
    """The local wall time of an instant, aware of its zone."""
    return datetime.fromtimestamp(instant / 1000, ZONE)


def instant(moment: datetime) -> Instant:
    """The instant of a wall time; a naive one is read as local time."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=ZONE)
    return round(aware.timestamp() * 1000)


def parse(text: str) -> Instant:
    """The instant of an ISO 8601 text such as `2026-11-24 14:30`; without an offset it is local time.

    Raises ValueError when the text is no date and time.
    """
    return instant(datetime.fromisoformat(text))


def stamp(moment: Instant) -> str:
    """`2026-11-24 14:32:07`, local time: how an instant is written for people."""
    return local(moment).strftime("%Y-%m-%d %H:%M:%S")


def zoned(moment: Instant) -> str:
    """`2026-11-24 14:32:07 UTC+08:00`: local time with its zone, for times that people agree on with others."""
    offset = local(moment).strftime("%z")
    return f"{stamp(moment)} UTC{offset[:3]}:{offset[3:]}"


def day_of(moment: Instant) -> date:
    """The local date of an instant."""
    return local(moment).date()


def day_bounds(day: date) -> tuple[Instant, Instant]:
    """First instant of the local day, and first instant after it."""
    start = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    return instant(start), instant(start + timedelta(days=1))


def month_bounds(month: str) -> tuple[Instant, Instant]:
    """First instant of a local month written `2026-11`, and first instant after it.

    Raises ValueError when the text is no month.
    """
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month) or not "1970" <= month[:4] <= "9998":
        raise ValueError(f'a month is written like "2026-11", not {month!r}')
    first = datetime.strptime(month, "%Y-%m").replace(tzinfo=ZONE)
    following = (
        first.replace(year=first.year + 1, month=1) if first.month == 12 else first.replace(month=first.month + 1)
    )
    return instant(first), instant(following)


def month_of(moment: Instant) -> str:
    """The local month of an instant, written `2026-11`."""
    return local(moment).strftime("%Y-%m")


def duration(milliseconds: int) -> str:
    """`00:12:41`, or `3d 04:05:06` from one day on: how a length of time is written for people."""
    seconds = max(0, milliseconds) // 1000
    days, rest = divmod(seconds, 86_400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{days}d {clock}" if days else clock
