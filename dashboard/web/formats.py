"""How numbers, instants and lengths of time are written on pages."""

from math import floor

from flask import Flask

from dashboard.web.texts import gettext
from foundation.calendar import duration, local, stamp
from foundation.clock import DAY, HOUR, MINUTE, SECOND, Clock, Instant


def percent(share: float | None, digits: int = 2) -> str:
    """`99.62%`. Cut, never rounded up: 100 % means that nothing was lost."""
    if share is None:
        return "—"
    scale: float = 10**digits
    return f"{floor(share * 100 * scale + 1e-9) / scale:.{digits}f}%"


def moment(instant: Instant | None) -> str:
    """`2026-11-24 14:32:07`, or a dash."""
    return "—" if instant is None else stamp(instant)


def short_moment(instant: Instant | None) -> str:
    """`11-24 14:32`."""
    return "—" if instant is None else local(instant).strftime("%m-%d %H:%M")


def time_of_day(instant: Instant | None) -> str:
    """`14:32:07`."""
    return "—" if instant is None else local(instant).strftime("%H:%M:%S")


def length(milliseconds: int | None) -> str:
    """`00:12:41`."""
    return "—" if milliseconds is None else duration(milliseconds)


def ago(milliseconds: int | None) -> str:
    """How long ago, in the largest unit that fits."""
    if milliseconds is None:
        return "—"
    if milliseconds < MINUTE:
        return gettext("%(n)s 秒前", n=max(0, milliseconds) // SECOND)
    if milliseconds < HOUR:
        return gettext("%(n)s 分钟前", n=milliseconds // MINUTE)
    if milliseconds < DAY:
        return gettext("%(n)s 小时前", n=milliseconds // HOUR)
    return gettext("%(n)s 天前", n=milliseconds // DAY)


def grouped(number: float) -> str:
    """`2,511`."""
    return f"{number:,}"


def bits(rate: float | None) -> str:
    """`12.4 Mbps`."""
    if rate is None:
        return "—"
    for size, unit in ((1e9, "Gbps"), (1e6, "Mbps"), (1e3, "kbps")):
        if rate >= size:
            return f"{rate / size:.1f} {unit}"
    return f"{rate:.0f} bps"


def use_formats(app: Flask, clock: Clock) -> None:
    """Make them filters of the templates."""
    app.jinja_env.filters.update(
        percent=percent,
        moment=moment,
        short_moment=short_moment,
        time_of_day=time_of_day,
        length_of_time=length,
        bits=bits,
        ago=lambda instant: "—" if instant is None else ago(clock.now() - instant),
        since=lambda instant: "—" if instant is None else duration(clock.now() - instant),
        grouped=grouped,
    )
