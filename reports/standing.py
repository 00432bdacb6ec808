"""How objects and groups fared: records of single objects, and their sums."""

from decimal import Decimal

from reports.availability import Ledger, Outage, ledger_of, outages_of
from reports.rows import Attainment, Record
from reports.segments import Segment


def record_of(covering: list[Segment]) -> tuple[Record, list[Outage]]:
    """One object's record over the window that its segments cover, and its outages and flashes."""
    breaks = outages_of(covering)
    outages = [outage for outage in breaks if not outage.is_flash]
    record = Record(
        ledger=ledger_of(covering),
        outages=len(outages),
        flashes=len(breaks) - len(outages),
        longest=max((outage.lost for outage in outages), default=0),
    )
    return record, breaks


def meets(record: Record, target: Decimal) -> bool | None:
    """Whether an object reaches its target; None when no service of it was due and observed."""
    return record.ledger.assessed.reaches(target) if record.ledger.due else None


class Sum:
    """Adds up the records of a group: Σ service ÷ Σ due, and who reached the target."""

    def __init__(self) -> None:
        self._ledger = Ledger()
        self._outages = self._flashes = self._longest = 0
        self._objects = self._judged = self._met = 0

    def add(self, record: Record, met: bool | None) -> None:
        """Count one more object."""
        self._ledger += record.ledger
        self._outages += record.outages
        self._flashes += record.flashes
        self._longest = max(self._longest, record.longest)
        self._objects += 1
        self._judged += met is not None
        self._met += met is True

    @property
    def record(self) -> Record:
        """The group as one."""
        return Record(self._ledger, self._outages, self._flashes, self._longest)

    @property
    def attainment(self) -> Attainment:
        """How many reached the target."""
        return Attainment(self._objects, self._judged, self._met)
