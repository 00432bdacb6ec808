"""What two provinces would set differently about judging."""

from typing import Final

from foundation.clock import MINUTE, SECOND
from foundation.settings import Duration, StrictModel

BEAT: Final = 5 * SECOND
"""How often the collector tells that it lives."""


class JudgingSettings(StrictModel):
    """How patient judging is. The defaults fit a collector that looks at each device every 10 seconds."""

    hold: Duration = 8 * SECOND
    """The longest time that a device which misses waits for its doors' fresh answers. A live door answers at once and
    ends the wait; a dead one is told after the collector's re-checks, which take about 7 s."""
    return_grace: Duration = 15 * SECOND
    """When a path to a cut-off device comes back, how long the device may take to return before it is looked at once
    more and gets an alarm of its own: routing converges after the line does."""
    unknown_after: Duration = 35 * SECOND
    """A device that answered and then was not looked at for this long is unknown: 3 intervals and a margin."""
    missing_unknown_after: Duration = 50 * MINUTE
    """The same for a device that is down: it is looked at every 15 minutes at last."""
    collector_dead_after: Duration = 3 * BEAT
    """Without any sign of the collector for this long, nothing is known about what it no longer looks at."""
    settle: Duration = 15 * SECOND
    """After a start, nothing is raised or cleared for this long: one interval of looks and a margin."""
    link_fresh: Duration = 200 * SECOND
    """How long an end's word on its link may explain a device that misses: 3 intervals of the interface layer."""
    same_failure: Duration = 30 * SECOND
    """A device whose outage began longer than this before the failures above it keeps its own alarm."""
    sample_gap: Duration = 5 * MINUTE
    """Samples further apart than this are not consecutive: a condition starts to count anew."""
