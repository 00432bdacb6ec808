"""Rates from two samples of an interface's counters; a rate that can't be is no value (RFC 2863, RFC 3418).

All of this is pure: two samples and the agent's own interval in, rates and a verdict out.
"""

from typing import Final

from foundation.messages import CounterVerdict

COUNTER32: Final = 2**32
COUNTER64: Final = 2**64

TOLERANCE: Final = 1.25
"""How far above the interface's speed a rate may seem: agents read their counters every few seconds, not when asked."""

UNKNOWN_SPEED: Final = 1_600_000_000_000
"""The limit in bits a second where an agent tells no speed: the fastest port there is."""

SMALLEST_FRAME: Final = 64 * 8
"""Bits of the shortest Ethernet frame: no more packets a second than speed divided by it."""

Count = int | None
"""A counter's value; None where the agent has none."""

Sample = tuple[Count, Count, Count, Count, Count, Count, Count]
"""An interface's counters at one moment: octets in and out, errors in and out, discards in and out, and
ifCounterDiscontinuityTime. Plain tuples, since two are made for each interface at each poll."""

Rate = float | None

Rates = tuple[CounterVerdict, Rate, Rate, Rate, Rate, Rate, Rate]
"""A verdict, then bits a second in and out, errors in and out, discards in and out a second."""

_NORMAL: Final = CounterVerdict.NORMAL
RESET: Final[Rates] = (CounterVerdict.RESET, None, None, None, None, None, None)
DISCONTINUITY: Final[Rates] = (CounterVerdict.DISCONTINUITY, None, None, None, None, None, None)
CORRUPT: Final[Rates] = (CounterVerdict.CORRUPT, None, None, None, None, None, None)


def rates(before: Sample, after: Sample, seconds: float, speed: int, wide: bool) -> Rates:
    """The rates between two samples, `seconds` apart on the agent's clock (more than 0).

    `speed` is the interface's in bits a second, 0 where unknown; `wide` says that the octets are Counter64.

    - A moved ifCounterDiscontinuityTime is a DISCONTINUITY.
    - A counter that fell is a RESET, except an octet counter that can have passed its end once at this speed: that is a
      WRAP. A 64-bit one can only from the very end of its range, where no reset finds it by chance.
    - A rate beyond the speed, a 32-bit octet counter that can have passed its end unseen, and a value that is no whole
      number are CORRUPT.
    - One counter's verdict takes the rates of all: what broke one has usually broken the others.
    """
    if not wide and speed and speed * seconds >= 8 * COUNTER32:
        return CORRUPT
    limit = (speed or UNKNOWN_SPEED) * TOLERANCE * seconds
    try:
        in0, out0, in_errors0, out_errors0, in_discards0, out_discards0, discontinuity0 = before
        in1, out1, in_errors1, out_errors1, in_discards1, out_discards1, discontinuity1 = after
        octets_in, octets_out = in1 - in0, out1 - out0  # type: ignore[operator]  # None raises, and is seen to below
        errors_in, errors_out = in_errors1 - in_errors0, out_errors1 - out_errors0  # type: ignore[operator]
        discards_in, discards_out = in_discards1 - in_discards0, out_discards1 - out_discards0  # type: ignore[operator]
    except TypeError:
        return _piecewise(before, after, seconds, speed, wide)
    octets, packets = limit / 8, limit / SMALLEST_FRAME
    # Nearly every sample is this simple; it is the only path that has to be quick.
    if (
        discontinuity0 == discontinuity1
        and 0 <= octets_in <= octets
        and 0 <= octets_out <= octets
        and 0 <= errors_in <= packets
        and 0 <= errors_out <= packets
        and 0 <= discards_in <= packets
        and 0 <= discards_out <= packets
    ):
        return (
            _NORMAL,
            octets_in * 8 / seconds,
            octets_out * 8 / seconds,
            errors_in / seconds,
            errors_out / seconds,
            discards_in / seconds,
            discards_out / seconds,
        )
    return _piecewise(before, after, seconds, speed, wide)


def _piecewise(before: Sample, after: Sample, seconds: float, speed: int, wide: bool) -> Rates:
    """The same, counter by counter: for what is absent, has fallen, or is too much."""
    if before[6] != after[6]:
        return DISCONTINUITY
    limit = (speed or UNKNOWN_SPEED) * TOLERANCE * seconds
    verdict = _NORMAL
    found: list[Rate] = [None] * 6
    for place in range(6):
        old, new = before[place], after[place]
        if old is None or new is None:
            continue
        if type(old) is not int or type(new) is not int:
            return CORRUPT
        delta = new - old
        most = limit / (8 if place < 2 else SMALLEST_FRAME)
        if delta < 0:
            delta += COUNTER64 if wide else COUNTER32
            # Errors and discards are never guessed: they are cleared by hand more often than they wrap.
            if place > 1 or not speed or not 0 <= delta <= most:
                return RESET
            verdict = CounterVerdict.WRAP
        elif delta > most:
            return CORRUPT
        found[place] = delta * (8 if place < 2 else 1) / seconds
    return (verdict, *found)  # type: ignore[return-value]  # six of them
