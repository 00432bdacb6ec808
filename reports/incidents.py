"""The month's incidents in numbers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from reports.rows import IncidentFigures, IncidentRow, Standing


def incident_figures(rows: Sequence[IncidentRow]) -> IncidentFigures:
    """Counts by class and place, MTTA and MTTR. What is not yet acknowledged or restored is in no mean."""
    by_class = dict.fromkeys((1, 2, 3, 4), 0)
    by_prefecture: dict[str, dict[int, int]] = defaultdict(lambda: dict.fromkeys((1, 2, 3, 4), 0))
    for row in rows:
        by_class[row.fault_class] += 1
        by_prefecture[row.prefecture_code][row.fault_class] += 1
    return IncidentFigures(
        by_class=by_class,
        carried_over=sum(row.carried_over for row in rows),
        unrecovered=sum(row.standing in (Standing.OPEN, Standing.ACKNOWLEDGED) for row in rows),
        by_prefecture=dict(by_prefecture),
        mean_to_acknowledge=_mean(
            row.acknowledged_at - row.discovered_at for row in rows if row.acknowledged_at is not None
        ),
        mean_to_restore=_mean(row.recovered_at - row.started_at for row in rows if row.recovered_at is not None),
    )


def _mean(lengths: Iterable[int]) -> int | None:
    found = list(lengths)
    return sum(found) // len(found) if found else None
