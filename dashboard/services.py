"""Everything the pages need, handed in once by who wires the platform."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from prometheus_client import CollectorRegistry

from alerting.maintenance.settings import MaintenanceSettings
from alerting.oncall.roster import Roster
from alerting.runbooks.library import RunbookLibrary
from dashboard.build import build_id
from dashboard.live.looks import Looks
from dashboard.live.state import LiveState
from dashboard.settings import DashboardSettings
from foundation.bus import Bus
from foundation.clock import Clock
from storage.metrics.store import MetricStore
from storage.records.database import Records
from topology.cartogram import Cartogram
from topology.network import Network


@dataclass(frozen=True)
class Services:
    """The rooms below, as the pages see them."""

    network: Network
    cartogram: Cartogram
    records: Records
    metrics: MetricStore
    clock: Clock
    registry: CollectorRegistry
    bus: Bus
    runbooks: RunbookLibrary
    roster: Roster
    settings: DashboardSettings
    live: LiveState
    health: Callable[[], Mapping[str, object]]
    """How the platform itself fares: `status` is `ok`, `starting` or `failing` (which `/healthz` answers with 503)."""
    reports_directory: Path | None = None
    """The directory that finished reports lie in; None where there is none."""
    maintenance: MaintenanceSettings = field(default_factory=MaintenanceSettings)
    """When a maintenance window is remarkable."""
    looks: Looks = field(default_factory=Looks)
    """The latest look at each device."""
    build: str = field(default_factory=build_id)
    """Names this build: a wall reloads itself when it changes."""
