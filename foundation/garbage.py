"""Python's cycle collector, set for a process that makes a thousand short-lived messages a second.

What the rooms pass on is freed by its last owner; hardly anything is a cycle. With Python's own threshold of 700 new
objects the collector would walk through the whole network's memory again and again to find nothing: a tenth of what
polling costs.
"""

import gc
from typing import Final

NEW_OBJECTS: Final = 50_000
"""Objects made and not freed since the last collection that start the next one of the youngest generation."""
YOUNG: Final = 20
"""Collections of the youngest generation to one of the middle one."""
MIDDLE: Final = 20
"""Collections of the middle generation to one of the oldest, if there is enough new in it."""


def calm_collector() -> None:
    """Let the process collect cycles seldom. Called once, by who owns the process."""
    gc.set_threshold(NEW_OBJECTS, YOUNG, MIDDLE)
