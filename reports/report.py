"""A month's report: all rows together, in the order in which every writer shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from foundation.clock import Instant
from reports.load import MonthLoad
from reports.rows import (
    AgencyRow,
    EventRow,
    FrequentRow,
    GroupRow,
    IncidentFigures,
    IncidentRow,
    LineRow,
    LinkRow,
    OutageRow,
    PartyRow,
    PrivateNetworkRow,
    SiteRow,
    TierRow,
    WorkRow,
)


@dataclass(frozen=True, slots=True)
class MonthReport:
    """A month of the network: everything that a writer shows."""

    month: str
    """`2026-11`."""
    start: Instant
    end: Instant
    """The window's end: the month's, or of a running month the moment of the report."""
    provisional: bool
    """The month is still running."""
    made_at: Instant
    days: Sequence[date]
    province: GroupRow
    prefectures: Sequence[GroupRow]
    counties: Sequence[GroupRow]
    agencies: Sequence[AgencyRow]
    tiers: Sequence[TierRow]
    prefecture_lines: Sequence[LineRow]
    county_lines: Sequence[LineRow]
    links: Sequence[LinkRow]
    sites: Sequence[SiteRow]
    private_networks: Sequence[PrivateNetworkRow]
    parties: Sequence[PartyRow]
    longest: Sequence[EventRow]
    frequent: Sequence[FrequentRow]
    outages: Sequence[OutageRow]
    """Every outage and flash of every agency, in order of their start."""
    incidents: Sequence[IncidentRow]
    incident_figures: IncidentFigures
    works: Sequence[WorkRow]
    """Maintenance windows that lasted at some moment of the window, in order of their start."""
    load: MonthLoad
    """What was measured of the busiest lines."""
    widen_above: Decimal
    """Percent of its capacity above which a line should be widened (扩容)."""
    strangers: int
    """Agencies and devices on the timeline that are not in the topology: not counted anywhere."""

    @property
    def announced(self) -> int:
        """Milliseconds of agency time cut off under work that was announced in advance."""
        found = sum(row.agency_time for row in self.works if row.announced_in_advance)
        return min(found, self.province.record.ledger.maintenance)
