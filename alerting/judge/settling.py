"""When verdicts may begin to fall."""

from foundation.clock import Instant


class Settling:
    """After a start, and after a blind collector sees again, nothing is decided for a while: all is looked at first."""

    def __init__(self, interval: int, now: Instant) -> None:
        self._interval = interval
        self.until = now + interval
        """No verdict falls before."""
        self.is_over = False

    def begin(self, now: Instant) -> None:
        """What was known is outdated."""
        self.until = now + self._interval
        self.is_over = False

    def waits(self, now: Instant) -> bool:
        """Whether all must wait. When the clock was set back it waits no longer than one interval from now."""
        self.until = min(self.until, now + self._interval)
        return now < self.until
