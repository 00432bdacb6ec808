"""The nightly backup with its rotation, and the monthly proof that one can be restored."""

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any, Final

from prometheus_client import CollectorRegistry, Gauge

from foundation.calendar import local
from foundation.clock import DAY, SECOND, Clock, Instant
from foundation.problems import OperatorError
from storage.metrics.store import MetricStoreError
from storage.records.database import Records
from yunwei.backup.archive import unpack
from yunwei.backup.making import Backup, CopyMetrics, make_backup
from yunwei.backup.restoring import check_unpacked
from yunwei.backup.rotation import moment_of, name_of, superfluous
from yunwei.backup.standing import keep_standing, must_make, must_test, read_standing
from yunwei.settings import Settings

log = logging.getLogger(__name__)

LEFT_BEHIND: Final = DAY
"""A half-made backup that has not changed for so long is nobody's."""
TEST_CRON: Final = {"day": 2, "hour": 4, "minute": 10}
"""When a backup is restored into a scratch place, each month."""


class Backups:
    """An installation's own backups. Raises OperatorError where it can't do its work: the job tells it then, and
    `standing` keeps it until it works again, over restarts too."""

    def __init__(
        self,
        directory: Path,
        settings: Settings,
        records: Records,
        clock: Clock,
        registry: CollectorRegistry,
        copy_metrics: CopyMetrics | None = None,
    ) -> None:
        """`copy_metrics`, where the metrics are a file of ours: used when the settings ask for it."""
        self._directory = directory
        self._settings = settings
        self._records = records
        self._clock = clock
        self._copy_metrics = copy_metrics if settings.backup.metrics else None
        self._data = directory / settings.data
        self._place = settings.backup.place(self._data)
        self._working = Lock()
        self.standing = read_standing(self._data)
        self.made_at: Instant | None = None
        """When the newest backup was made; None when there is none."""
        newest = self.newest()
        if newest is not None:
            self.made_at = round(newest.stat().st_mtime * SECOND)
        Gauge(
            "yunwei_backup_last_made_seconds", "When the newest backup was made (Unix time); 0 for never.",
            registry=registry,
        ).set_function(lambda: (self.made_at or 0) / SECOND)  # fmt: skip
        Gauge(
            "yunwei_backup_last_tested_seconds", "When a backup was last restored as a test (Unix time); 0: not yet.",
            registry=registry,
        ).set_function(lambda: (self.standing.tested_at or 0) / SECOND)  # fmt: skip
        failing = Gauge(
            "yunwei_backup_failing", "1 while the last backup could not be made, or tested.", ["step"],
            registry=registry,
        )  # fmt: skip
        failing.labels("make").set_function(lambda: float(bool(self.standing.made_failed)))
        failing.labels("test").set_function(lambda: float(bool(self.standing.test_failed)))

    def make(self) -> Backup:
        """Make one and let the superfluous go."""
        with self._working, self._told("make"):
            backup = self._make(self._clock.now())
        self._keep(made_failed="")
        return backup

    def test(self) -> None:
        """Restore the newest backup into a scratch place: every part as written, every row of records and metrics
        there, the audit trail whole, the settings readable.

        An encrypted one whose private key is not here can't be opened: a fresh one is made and tested unencrypted then.
        """
        now = self._clock.now()
        with self._working, self._told("test"):
            name = self._test()
        self._keep(tried_at=now, tested_at=now, tested=name, test_failed="")

    def catch_up(self) -> None:
        """Do what failed or was missed: a backup whenever one must be made, a test where there is something new to
        test."""
        if must_make(self.standing, self.made_at, self._clock.now()):
            self.make()
        if must_test(self.standing, self.made_at, self._clock.now()):
            self.test()

    @contextmanager
    def _told(self, step: str) -> Iterator[None]:
        """What fails is kept, and raised as an OperatorError."""
        try:
            yield
        except (OperatorError, MetricStoreError, OSError) as error:
            sentence = f"{error.strerror}: {error.filename}." if isinstance(error, OSError) else str(error)
            if step == "make":
                self._keep(made_failed=sentence)
            else:
                self._keep(tried_at=self._clock.now(), test_failed=sentence)
            raise OperatorError(sentence) from error

    def _keep(self, **changes: Any) -> None:
        self.standing = replace(self.standing, **changes)
        keep_standing(self._data, self.standing)

    def _make(self, now: Instant) -> Backup:
        self._sweep(now)
        name = name_of(local(now), encrypted=self._settings.backup.recipient is not None)
        target, unkept = self._place / name, None
        try:
            backup = self._write(target, self._settings, self._copy_metrics)
        except MetricStoreError as error:
            # Records and configuration matter more: they are kept whatever ails the metrics.
            unkept = error
            backup = self._write(target, self._settings, None)
        self.made_at = now
        gone = superfluous((path.name for path in self._place.iterdir()), self._settings.backup.keep)
        for other in gone:
            (self._place / other).unlink(missing_ok=True)
        log.info(
            "The backup %s is made: %d bytes, %d rows; %d older ones are deleted.",
            backup.path, backup.size, sum(backup.manifest.rows.values()), len(gone),
        )  # fmt: skip
        if unkept is not None:
            raise OperatorError(f"The backup {backup.path} is made, but without the measured values: {unkept}")
        return backup

    def _test(self) -> str:
        backup = self._settings.backup
        newest = self.newest()
        readable = newest is not None and (backup.recipient is None or backup.identity is not None)
        self._place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".yunwei-test-", dir=self._place) as scratch:
            found = Path(scratch) / "restored"
            found.mkdir()
            identity = None if backup.identity is None else backup.identity.resolve()
            if newest is None or not readable:
                open_settings = self._settings.model_copy(
                    update={"backup": backup.model_copy(update={"recipient": None})}
                )
                newest = Path(scratch) / "fresh.backup"
                self._write(newest, open_settings, self._copy_metrics)
            manifest = unpack(newest, found, identity)
            check_unpacked(found, manifest)
        log.info(
            "The backup %s was restored as a test and is sound: made at %s, %d rows.",
            newest.name, manifest.made_at, sum(manifest.rows.values()),
        )  # fmt: skip
        return newest.name

    def _sweep(self, now: Instant) -> None:
        """Take away what backups that were killed left half-made: it may be as large as all metrics. What is younger
        may be somebody's at work."""
        if not self._place.is_dir():
            return
        for path in self._place.glob(".yunwei-*"):
            if now - path.stat().st_mtime * SECOND > LEFT_BEHIND:
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def newest(self) -> Path | None:
        """The newest backup there is."""
        if not self._place.is_dir():
            return None
        dated = [path for path in self._place.iterdir() if moment_of(path.name) is not None]
        return max(dated, key=lambda path: path.name, default=None)

    def _write(self, target: Path, settings: Settings, copy_metrics: CopyMetrics | None) -> Backup:
        return make_backup(self._directory, settings, self._records, target, self._clock, metrics=copy_metrics)

    def report(self) -> dict[str, object]:
        """For the health page: instants, the name of the backup that was tested, and reasons where something fails."""
        standing = self.standing
        return {
            "made_at": self.made_at,
            "made_failed": standing.made_failed,
            "tested_at": standing.tested_at,
            "tested": standing.tested,
            "test_failed": standing.test_failed,
        }
