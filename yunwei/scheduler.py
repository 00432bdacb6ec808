"""What has a calendar or an interval: APScheduler's jobs.

The poll schedule is not here: it adapts, and is the collectors' own. Nothing depends on a job running at its minute:
each looks into the records for what is due.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from alerting.incidents.due import work_due
from alerting.maintenance.ending import Endings
from alerting.survey.survey import Survey
from foundation.bus import Bus
from foundation.calendar import ZONE
from foundation.clock import Clock
from foundation.problems import OperatorError
from foundation.trouble import Trouble
from reports.job import report_last_month
from reports.measuring import measure_load
from storage.metrics.history import HistoryStore
from storage.metrics.store import MetricStoreError
from storage.records.database import Records
from yunwei.backup.job import TEST_CRON, Backups
from yunwei.workspace import Workspace

log = logging.getLogger(__name__)


SURVEY_MINUTES: Final = 5
"""How often the slow rules are looked at; each of them knows how often it is due."""


class Jobs:
    """The platform's jobs, on threads of their own."""

    def __init__(
        self,
        workspace: Workspace,
        records: Records,
        store: HistoryStore,
        backups: Backups,
        bus: Bus,
        clock: Clock,
    ) -> None:
        self._workspace = workspace
        self._backups = backups
        self._records = records
        self._store = store
        self._bus = bus
        self._survey = Survey(workspace.network, workspace.rules, store, records, bus, clock)
        settings = workspace.settings
        self._endings = Endings(workspace.network, workspace.roster, settings.maintenance, settings.acting.signature)
        self._clock = clock
        self._scheduler = BackgroundScheduler(
            timezone=ZONE,
            executors={"default": ThreadPoolExecutor(2)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Schedule everything."""
        reports = self._workspace.settings.reports
        every = partial(self._scheduler.add_job, trigger="interval")
        every(self._guarded("escalation", self._escalate), name="escalation", seconds=5)
        every(self._guarded("calm maintenance", self._end_calm), name="calm maintenance", seconds=30)
        every(self._guarded("survey", self._survey.run), name="survey", minutes=SURVEY_MINUTES)
        every(self._guarded("metric upkeep", self._maintain), name="metric upkeep", minutes=10)
        report = self._guarded("monthly report", self._report)
        self._scheduler.add_job(report, name="monthly report", trigger="cron", **reports.cron)
        # Once at the start too: the platform may have been off when last month's was due.
        self._scheduler.add_job(report, name="monthly report at the start")
        if self._workspace.settings.backup.enabled:
            daily = self._workspace.settings.backup.cron
            self._scheduler.add_job(self._guarded("backup", self._back_up), name="backup", trigger="cron", **daily)
            test = self._guarded("test of the backups", self._backups.test)
            self._scheduler.add_job(test, name="test of the backups", trigger="cron", **TEST_CRON)
            every(self._guarded("missed backups", self._backups.catch_up), name="missed backups", hours=1)
        self._scheduler.start()

    def stop(self) -> None:
        """Take no new job; one that runs is not waited for: each is one transaction or one atomic file."""
        self._scheduler.shutdown(wait=False)

    def _escalate(self) -> None:
        workspace, now = self._workspace, self._clock.now()
        with self._records.transaction() as session:
            messages = work_due(session, now, workspace.network, workspace.roster, workspace.settings.acting)
        self._bus.publish_all(messages)

    def _end_calm(self) -> None:
        self._endings.run(self._records, self._clock.now())

    def _back_up(self) -> None:
        self._backups.make()

    def _maintain(self) -> None:
        self._store.maintain(self._clock.now())

    def _report(self) -> None:
        workspace = self._workspace
        report_last_month(
            self._records, workspace.network, workspace.settings.reports, workspace.data, self._clock,
            partial(measure_load, workspace.network, self._store),
        )  # fmt: skip

    def _guarded(self, name: str, job: Callable[[], None]) -> Callable[[], None]:
        """A job whose operator errors are told once, until it works again; it is tried again whenever it is due."""
        trouble = Trouble(
            log, f"The job '{name}' fails and is tried again when it is next due: %s", f"The job '{name}' works again."
        )

        def run() -> None:
            try:
                job()
            except (OperatorError, MetricStoreError) as error:
                trouble.failed(error)
            else:
                trouble.passed()

        return run
