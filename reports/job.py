"""What the scheduler calls: last month's report, made once."""

import logging
from pathlib import Path

from foundation import calendar
from foundation.clock import DAY, Clock
from reports.load import Measure
from reports.month import build_month
from reports.reading import was_watched
from reports.settings import ReportSettings
from reports.writers import file_names, write_month
from storage.records.database import Records
from topology.network import Network

_log = logging.getLogger(__name__)


def report_last_month(
    records: Records,
    network: Network,
    settings: ReportSettings,
    data: Path,
    clock: Clock,
    measure: Measure | None = None,
) -> list[Path]:
    """Write last month's report into the settings' directory, unless it is there already; returns its files.

    May be called as often as one likes: at the scheduled time, and at every start, in case the platform was off at
    that time. A month in which nothing was observed, such as the one before the installation, has no report: the list
    is empty. `measure` tells the load of lines.

    Raises OperatorError when the records can't be read, or the files can't be written.
    """
    now = clock.now()
    this_month, _ = calendar.month_bounds(calendar.month_of(now))
    month = calendar.month_of(this_month - DAY)
    directory = data / settings.directory
    paths = [directory / name for name in file_names(month, provisional=False)]
    if all(path.exists() for path in paths):
        return paths
    if not was_watched(records, month, now):
        _log.info("There is no report for %s: nothing was observed in it.", month, extra={"month": month})
        return []
    written = write_month(build_month(records, network, month, now, settings.targets, measure), directory)
    _log.info("The report for %s is written to %s.", month, directory, extra={"month": month})
    return written
