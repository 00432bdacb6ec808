"""The settings file `yunwei.yaml`: every room's own settings model under one roof."""

from pathlib import Path
from typing import Final

from alerting.incidents.settings import ActingSettings
from alerting.notify.settings import NotifySettings
from alerting.settings import JudgingSettings
from collectors.settings import CollectorSettings, Credential
from dashboard.settings import DashboardSettings
from foundation.documents import read_document, validate
from foundation.settings import StrictModel
from reports.settings import ReportSettings
from simulator.inbox.settings import InboxSettings
from simulator.settings import SimulatorSettings
from storage.metrics.settings import MetricSettings
from yunwei.logs import LogSettings

SETTINGS_FILE: Final = "yunwei.yaml"


class Settings(StrictModel):
    """What `yunwei.yaml` may say. Every key has a default but the credentials, which no default could know."""

    data: str = "data"
    """Where everything is kept that the platform writes: relative to the settings file, or absolute."""
    records: str | None = None
    """URL of the records database, such as `postgresql://…`; by default an SQLite file in the data directory."""
    credentials: dict[str, Credential]
    collector: CollectorSettings = CollectorSettings()
    metrics: MetricSettings = MetricSettings()
    judging: JudgingSettings = JudgingSettings()
    acting: ActingSettings = ActingSettings()
    notify: NotifySettings = NotifySettings()
    reports: ReportSettings = ReportSettings()
    dashboard: DashboardSettings = DashboardSettings()
    logging: LogSettings = LogSettings()
    simulator: SimulatorSettings = SimulatorSettings()
    inbox: InboxSettings = InboxSettings()


def load_settings(directory: Path) -> Settings:
    """The settings of a configuration directory.

    Raises ProblemError with every problem found.
    """
    return validate(read_document(directory / SETTINGS_FILE, name=SETTINGS_FILE), Settings)
