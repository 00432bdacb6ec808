"""Whether a line went at the moment at which a device fell silent. Pure.

A line that is told down while the device still answers was lost by itself. One that was still told to be up well after
the device had fallen silent was lost later. Any other may have gone with the device.
"""

from foundation.clock import Instant


def went_after(line_down: Instant, device_lived: Instant) -> bool:
    """Whether a line was told down only after a device had shown its last sign of life.

    `line_down`: the first word that the line is down; `device_lived`: the device's last answer before it fell silent.
    """
    return line_down > device_lived


def went_together(line_down: Instant, line_up: Instant, device_lived: Instant, first_miss: Instant, slack: int) -> bool:
    """Whether a line may have gone in the same moment as a device.

    `line_up`: the last word that the line is up, negative when there is none; `first_miss`: the device's first miss;
    `slack`: how long after it the line's ends may still call the line up, in milliseconds.
    """
    return went_after(line_down, device_lived) and line_up <= first_miss + slack
