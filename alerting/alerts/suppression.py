"""Why an alert is suppressed: the fixed order, and the reason that each name of a cause stands for."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from alerting.alerts.states import AlertState

STORM: Final = "storm:"
"""Before the rule and the centre of the storm that holds an alert: `storm:alert-storm/530627`."""

AREA: Final = "area:"
"""Before the area whose common cause holds an alert: `area:530627`."""


class Reason(StrEnum):
    """Why an alert that holds is not told, in the order in which the reasons are tried."""

    MAINTENANCE = "maintenance"
    PARENT = "parent"
    """A failure nearer the cause has the alarm."""
    INHIBITION = "inhibition"
    """Another alert on the same object says the same."""
    FLAPPING = "flapping"
    """A state of its own rather than a suppression: see `AlertState.FLAPPING`."""
    STORM_DIGEST = "storm-digest"
    """One of too many milder alerts at once: the storm's own alert lists it."""


_REASONS: Final[Mapping[str, Reason]] = {
    "maintenance": Reason.MAINTENANCE,
    "neighbour": Reason.INHIBITION,
    "inhibition": Reason.INHIBITION,
    "storm": Reason.STORM_DIGEST,
}


def reason_of(suppressed_by: str) -> Reason | None:
    """What `maintenance:12`, `device:530627-R1`, `inhibition:…` … stands for; None when nothing suppresses.

    Whatever is not named here is a failure nearer the cause: `device:`, `link:`, `area:` and their like.
    """
    if not suppressed_by:
        return None
    return _REASONS.get(suppressed_by.partition(":")[0], Reason.PARENT)


def is_real(state: AlertState, suppressed_by: str) -> bool:
    """Whether an open alert makes its object worse than healthy: not one that something nearer the cause explains, but
    one that only waits in a storm's list does."""
    return state is not AlertState.SUPPRESSED or suppressed_by.startswith(STORM)
