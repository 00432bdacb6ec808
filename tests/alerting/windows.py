"""Maintenance windows for tests: planned by 张三, approved by 李主任, whatever is remarkable about them."""

from alerting.maintenance.findings import CONFIRMABLE, Linter
from alerting.maintenance.planning import plan
from alerting.maintenance.settings import MaintenanceSettings
from alerting.maintenance.targets import TargetKind
from alerting.maintenance.windows import NewWindow
from foundation.clock import Instant
from storage.records.database import Records
from topology.network import Network


def linter_of(network: Network) -> Linter:
    """A linter with the default settings."""
    return Linter(network, MaintenanceSettings())


def planned(
    records: Records,
    network: Network,
    now: Instant,
    kind: TargetKind,
    target: str,
    starts: Instant,
    ends: Instant | None,
    *,
    announced: Instant | None = None,
) -> int:
    """Plan one, and return its id."""
    window = NewWindow(kind, target, starts, ends, "割接", "李主任", announced)
    with records.transaction() as session:
        return plan(session, window, "张三", now, linter=linter_of(network), confirmed=CONFIRMABLE)
