"""Flapping by penalty: each coming doubles it, time takes its square root, and both ends of it have their own limit.

With the usual figures a condition that comes a sixth time within five minutes flaps (2, 4, 8, 16, 32, 64 > 35), and has
ceased to 20 minutes after its last coming (64, 8, 2.8, 1.7, 1.3 < 1.5). One that comes every two and a half minutes or
less often never flaps: it is told each time. The idea is Zino's.
"""

from dataclasses import dataclass
from typing import Final, Self

from pydantic import Field, model_validator

from foundation.clock import MINUTE, SECOND, Instant
from foundation.settings import Duration, StrictModel

MOST: Final = 256.0
"""The highest penalty: however long something flapped, it is over half an hour after it ceased."""
MEMORY: Final = 24 * 60 * MINUTE
"""No penalty is remembered for longer, whatever a rule's figures."""


class Flapping(StrictModel):
    """A rule's key `flap`: how the coming and going of one of its conditions is weighed."""

    watch: bool = True
    """False: each coming and going is told, however often."""
    start: float = Field(default=2.0, gt=1)
    """The penalty of the first coming."""
    factor: float = Field(default=2.0, gt=1)
    """By which each further coming multiplies it."""
    decay: Duration = Field(default=5 * MINUTE, ge=SECOND)
    """After each such time it becomes its square root."""
    above: float = Field(default=35.0, gt=1, lt=MOST)
    """It flaps once its penalty is above this."""
    below: float = Field(default=1.5, gt=1)
    """It has ceased to once its penalty is below this."""
    told_after: Duration = Field(default=0, ge=0)
    """How long a recovery waits before it is told: what comes back within it was never told to be over."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.below < self.start or not self.below < self.above:
            raise ValueError("flap: below must lie under start and under above")
        return self


@dataclass(frozen=True, slots=True)
class Penalty:
    """The weight of one condition's coming and going."""

    value: float
    at: Instant
    """When it had this value; it decays from here."""
    flaps: int
    """How often it came, as far as it is remembered."""
    since: Instant
    """When it came the first of those times."""


def decayed(penalty: Penalty, now: Instant, flap: Flapping) -> Penalty:
    """The penalty as it stands now. A clock that was set back takes nothing away."""
    steps = max(0, now - penalty.at) // flap.decay
    if steps == 0:
        return penalty
    # Past some steps the square root is 1 as near as makes no difference.
    value = penalty.value ** (0.5 ** min(steps, 60))
    return Penalty(value, penalty.at + steps * flap.decay, penalty.flaps, penalty.since)


def came(penalty: Penalty | None, now: Instant, flap: Flapping) -> Penalty:
    """The penalty after the condition came once more."""
    known = None if penalty is None else decayed(penalty, now, flap)
    if known is None or known.value < flap.below:
        return Penalty(flap.start, now, 1, now)
    return Penalty(min(known.value * flap.factor, MOST), known.at, known.flaps + 1, known.since)


def is_over(penalty: Penalty, now: Instant, flap: Flapping) -> bool:
    """Whether it is forgotten: what flapped has ceased to."""
    return decayed(penalty, now, flap).value < flap.below
