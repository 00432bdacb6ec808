"""What a month's report is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from foundation.clock import Instant
from reports.load import MonthLoad
from reports.rows import IncidentRow, WorkRow
from reports.segments import Stated


@dataclass(frozen=True, slots=True)
class MonthInput:
    """All that the report of one month depends on, beside the network and the targets."""

    month: str
    start: Instant
    end: Instant
    """The month's end, or the present while it runs."""
    provisional: bool
    made_at: Instant
    agencies: Mapping[str, Sequence[Stated]]
    """Intervals of each agency within [start, end)."""
    devices: Mapping[str, Sequence[Stated]]
    previous_start: Instant
    """The first instant of the month before."""
    previous_agencies: Mapping[str, Sequence[Stated]]
    """Intervals of each agency within [previous_start, start)."""
    incidents: Sequence[IncidentRow]
    """Incidents that lasted at some moment of the window, in order of their start."""
    works: Sequence[WorkRow] = ()
    """Maintenance windows that lasted at some moment of the window, in order of their start."""
    links: Mapping[str, Sequence[Stated]] = field(default_factory=dict)
    """Intervals of each link within [start, end)."""
    sites: Mapping[str, Sequence[Stated]] = field(default_factory=dict)
    """Intervals of each site, by its division's code."""
    private_networks: Mapping[str, Sequence[Stated]] = field(default_factory=dict)
    load: MonthLoad = field(default_factory=MonthLoad)
    """What was measured of the busiest lines."""
