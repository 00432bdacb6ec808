"""Builds the report of one month."""

from foundation.clock import Instant
from reports.compose import compose
from reports.load import Measure
from reports.reading import read_month
from reports.report import MonthReport
from reports.settings import Targets
from storage.records.database import Records
from topology.network import Network

_DEFAULT_TARGETS = Targets()


def build_month(
    records: Records,
    network: Network,
    month: str,
    now: Instant,
    targets: Targets = _DEFAULT_TARGETS,
    measure: Measure | None = None,
) -> MonthReport:
    """The report of a month written `2026-11`, from the state timeline and the incidents, with the load of lines
    that `measure` tells; without it no load is reported.

    A month that still runs is reported up to `now`, and marked provisional. The same records, metrics, network,
    month, `now` and targets give the same report.

    Raises OperatorError when the text is no month, when the month has not begun, and when the records are out of reach.
    """
    return compose(read_month(records, network, month, now, measure), network, targets)
