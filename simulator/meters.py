"""Meters: totals that rise by a law, so that they can be read at any instant without having been stepped there."""

from typing import Final

from simulator.curve import EPOCH, Moment, Wobble

_START: Final = Moment(EPOCH)


class Meter:
    """A total that rises with the daily curve, at a flat rate, or both; the law changes only by `turn`.

    Between two turns `total` is a pure function of the moment and never falls. A turn keeps the total and changes how
    it goes on.
    """

    __slots__ = ("_carried", "_curve", "_flat", "_from", "_since", "wobble")

    def __init__(self, wobble: Wobble, *, curve: float = 0.0, flat: float = 0.0) -> None:
        """`curve` is the rate per second at full load, `flat` the rate per second at all times."""
        self.wobble = wobble
        self._curve = curve
        self._flat = flat
        self._carried = 0.0
        self._since = EPOCH
        self._from = wobble.integral(_START.work)

    def total(self, moment: Moment) -> float:
        """What has been counted up to a moment that does not lie before the last turn."""
        total = self._carried
        if self._curve:
            total += self._curve * (self.wobble.integral(moment.work) - self._from)
        if self._flat:
            total += self._flat * (moment.now - self._since) / 1000
        return total

    def turn(self, moment: Moment, *, curve: float, flat: float = 0.0) -> None:
        """Let it rise by another law from this moment on."""
        if curve == self._curve and flat == self._flat:
            return
        self._carried = self.total(moment)
        self._since = moment.now
        self._from = self.wobble.integral(moment.work)
        self._curve = curve
        self._flat = flat

    @property
    def running(self) -> bool:
        """Whether it rises at all."""
        return bool(self._curve or self._flat)
