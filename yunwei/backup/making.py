"""Makes a backup while the platform runs."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from foundation.calendar import local
from foundation.clock import Clock
from foundation.problems import OperatorError
from storage.metrics.duckdb_snapshot import rows_of
from storage.records.copying import Progress, count_rows
from storage.records.database import Records
from storage.records.migrate import schema_of
from storage.records.snapshot import write_snapshot
from yunwei import tables as _all_tables  # noqa: F401 - so that every room's are known
from yunwei.backup.archive import Manifest, checksum, pack
from yunwei.backup.contents import CONFIG, METRICS, RECORDS, configuration, reports, secrets
from yunwei.backup.taking_out import without_secrets
from yunwei.settings import SETTINGS_FILE, Settings, open_secrets

ROOM = 16 * 2**20
"""Bytes free below which a copy that failed is taken to have found its disk full."""

CopyMetrics = Callable[[Path], None]
"""Writes a copy of the metrics file of one moment to a place; raises MetricStoreError or OperatorError."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made."""

    path: Path
    size: int
    """Bytes."""
    manifest: Manifest


def make_backup(
    directory: Path,
    settings: Settings,
    records: Records,
    target: Path,
    clock: Clock,
    progress: Progress = lambda _done, _all: None,
    metrics: CopyMetrics | None = None,
) -> Backup:
    """Write a backup of the installation in a configuration directory to a file.

    `metrics` copies the metrics file to a place; without it metrics are not in the backup. Secrets are in it only when
    `backup.recipient` names who can decrypt it. Raises OperatorError when something can't be read or written, and
    MetricStoreError when the metrics can't be copied; nothing half-made is left.
    """
    data = directory / settings.data
    recipient = settings.backup.recipient
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".yunwei-backup-", dir=target.parent) as scratch:
            snapshot = Path(scratch) / RECORDS
            _copy_records(records, snapshot, target, progress)
            parts = {RECORDS: snapshot, **configuration(directory), **reports(data, settings)}
            rows = {}
            if metrics is not None:
                parts[METRICS] = Path(scratch) / METRICS
                metrics(parts[METRICS])
                rows = metric_rows(parts[METRICS])
            if recipient:
                parts |= secrets(directory, settings)
            else:
                _take_out_secrets(parts, settings, Path(scratch) / SETTINGS_FILE)
            manifest = Manifest(
                version("yunwei"),
                local(clock.now()).isoformat(timespec="seconds"),
                *_described(snapshot, rows),
                {name: checksum(path) for name, path in parts.items()},
            )
            pack(parts, manifest, target, recipient)
    except OSError as error:
        raise OperatorError(f"The backup {target} can't be written: {error.strerror}.") from None
    return Backup(target, target.stat().st_size, manifest)


def _copy_records(records: Records, snapshot: Path, target: Path, progress: Progress) -> None:
    try:
        write_snapshot(records, snapshot, progress)
    except OperatorError as error:
        free = shutil.disk_usage(snapshot.parent).free
        if free < ROOM:
            raise OperatorError(
                f"The backup {target} can't be made: its disk is full ({free // 2**20:,} MB are free, and it needs "
                "room for a copy of the records). Make room, or name a directory on another disk."
            ) from error
        raise


def metric_rows(path: Path) -> dict[str, int]:
    """Rows of each table of a copy of the metrics file, by names that no table of the records has.

    Raises MetricStoreError when the copy is not sound.
    """
    return {f"metrics.{table}": rows for table, rows in rows_of(path).items()}


def _described(snapshot: Path, metrics: Mapping[str, int]) -> tuple[str, Mapping[str, int]]:
    records = Records(f"sqlite:///{snapshot}")
    try:
        return schema_of(records), {**count_rows(records), **metrics}
    finally:
        records.close()


def _take_out_secrets(parts: dict[str, Path], settings: Settings, cleaned: Path) -> None:
    """A settings file with secrets in the open goes into the backup without them."""
    name = f"{CONFIG}/{SETTINGS_FILE}"
    values = open_secrets(settings)
    if not values or name not in parts:
        return
    text = without_secrets(parts[name].read_text(encoding="utf-8"), values)
    cleaned.touch(mode=0o600)
    cleaned.write_text(text, encoding="utf-8")
    parts[name] = cleaned
