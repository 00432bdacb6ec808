"""Rates from two samples of an interface's counters; a rate that can't be is no value (RFC 2863, RFC 3418).

All of this is pure: two samples and the agent's own interval in, rates and a verdict out.
"""

from typing import Final, NamedTuple

from foundation.messages import CounterVerdict

COUNTER32: Final = 2**32

TOLERANCE: Final = 1.25
"""How far above the interface's speed a rate may seem: agents read their counters every few seconds, not when asked."""

UNKNOWN_SPEED: Final = 1_600_000_000_000
"""The limit in bits a second where an agent tells no speed: the fastest port there is."""

SMALLEST_FRAME: Final = 64 * 8
"""Bits of the shortest Ethernet frame: no more packets a second than speed divided by it."""


class Sample(NamedTuple):
    """An interface's counters at one moment; None where the agent has none."""

    in_octets: int | None
    out_octets: int | None
    in_errors: int | None
    out_errors: int | None
    in_discards: int | None
    out_discards: int | None
    discontinuity: int | None
    """ifCounterDiscontinuityTime."""


class Rates(NamedTuple):
    """Rates over an interval: bits a second, packets a second."""

    verdict: CounterVerdict
    in_bps: float | None = None
    out_bps: float | None = None
    in_errors: float | None = None
    out_errors: float | None = None
    in_discards: float | None = None
    out_discards: float | None = None


FIRST: Final = Rates(CounterVerdict.FIRST)
RESET: Final = Rates(CounterVerdict.RESET)
CORRUPT: Final = Rates(CounterVerdict.CORRUPT)


def rates(before: Sample, after: Sample, seconds: float, speed: int, wide: bool) -> Rates:
    """The rates between two samples, `seconds` apart on the agent's clock (more than 0).

    `speed` is the interface's in bits a second, 0 where unknown; `wide` says that the octets are Counter64.

    - A moved ifCounterDiscontinuityTime is a RESET.
    - A counter that fell is a RESET, except a 32-bit octet counter that can have passed its end once at this speed:
      that is a WRAP.
    - A rate beyond the speed, or a 32-bit octet counter that can have passed its end unseen, is CORRUPT.
    - One counter's verdict takes the rates of all: what broke one has usually broken the others.
    """
    if before[6] != after[6]:
        return RESET
    limit = (speed or UNKNOWN_SPEED) * TOLERANCE
    if not wide and speed and speed * seconds >= 8 * COUNTER32:
        return CORRUPT
    verdict = CounterVerdict.NORMAL
    octets: list[float | None] = [None, None]
    most = limit * seconds / 8
    for place in (0, 1):
        old, new = before[place], after[place]
        if old is None or new is None:
            continue
        delta = new - old
        if delta < 0:
            if wide or not speed or delta + COUNTER32 > most:
                return RESET
            delta += COUNTER32
            verdict = CounterVerdict.WRAP
        elif delta > most:
            return CORRUPT
        octets[place] = delta * 8 / seconds
    packets: list[float | None] = [None, None, None, None]
    most = limit * seconds / SMALLEST_FRAME
    for place in (2, 3, 4, 5):
        old, new = before[place], after[place]
        if old is None or new is None:
            continue
        delta = new - old
        if delta < 0:
            return RESET
        if delta:
            if delta > most:
                return CORRUPT
            packets[place - 2] = delta / seconds
        else:
            packets[place - 2] = 0.0
    return Rates(verdict, octets[0], octets[1], packets[0], packets[1], packets[2], packets[3])
