"""Brings an installation back from a backup: everything is checked before anything is touched, and what was there
before is moved aside, never overwritten."""

import dataclasses
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alerting.audit.log import verify
from foundation.calendar import local
from foundation.clock import Clock
from foundation.problems import OperatorError, ProblemError
from storage.metrics.store import MetricStoreError
from storage.records.copying import copy_records, count_rows
from storage.records.database import Records
from storage.records.errors import shown
from storage.records.migrate import upgrade
from yunwei import tables as _all_tables  # noqa: F401 - so that every room's are known
from yunwei.backup.archive import Manifest, unpack
from yunwei.backup.contents import CONFIG, METRICS, RECORDS, REPORTS, SECRETS
from yunwei.backup.making import metric_rows
from yunwei.control.client import is_running
from yunwei.settings import SETTINGS_FILE, Settings, load_settings, missing_secrets
from yunwei.workspace import data_directory, database_of


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done."""

    manifest: Manifest
    configuration: bool
    """The configuration was restored too: there was none before, or it was replaced."""
    metrics: bool
    """The metrics were in it and are restored too."""
    aside: Path | None
    """Where what was there before lies now."""
    missing: tuple[tuple[str, str], ...] = ()
    """The secrets that must be put back before the start: the settings' key, and a sentence."""


def restore(
    source: Path, directory: Path, clock: Clock, *, identity: str | None = None, replace: bool = False
) -> Restored:
    """Restore a backup into a configuration directory.

    Where the directory has a configuration already it stays, and says where the records go, unless `replace` is set.
    Raises OperatorError when the backup is not sound, a platform runs there, or there are records and `replace` is not
    set; nothing is changed then.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".yunwei-restore-", dir=directory) as scratch:
            found = Path(scratch)
            manifest = unpack(source, found, identity)
            check_records(found / RECORDS, manifest)
            check_metrics(found / METRICS, manifest)
            encrypted = (found / SECRETS).is_dir()
            if encrypted:
                shutil.copytree(found / SECRETS, found / CONFIG, dirs_exist_ok=True)
            present = (directory / SETTINGS_FILE).exists()
            with_configuration = replace or not present
            # Secret files that are not in the backup are those that stand, or will be put, beside the settings.
            base = found / CONFIG if with_configuration and encrypted else directory
            source_of = found / CONFIG if with_configuration else directory
            settings = load_settings(source_of, base=base, with_credentials=False)
            done = _place(found, manifest, directory, settings, clock, with_configuration, replace)
            return dataclasses.replace(done, missing=tuple(_missing(directory)))
    except OSError as error:
        raise OperatorError(f"The backup can't be restored into {directory}: {error.strerror}.") from None


def check_backup(source: Path, identity: str | None = None) -> Manifest:
    """See that a backup could be restored, without restoring it: every part as it was written, every row of records and
    metrics, the audit trail, the settings. It is unpacked beside itself for that. Raises OperatorError when not."""
    try:
        with tempfile.TemporaryDirectory(prefix=".yunwei-check-", dir=source.parent) as scratch:
            found = Path(scratch)
            manifest = unpack(source, found, identity)
            check_unpacked(found, manifest)
            return manifest
    except OSError as error:
        raise OperatorError(f"The backup {source} can't be unpacked beside itself: {error.strerror}.") from None


def check_unpacked(found: Path, manifest: Manifest) -> None:
    """See that what was unpacked could be restored; records are brought to the present schema. Raises OperatorError
    when not."""
    check_records(found / RECORDS, manifest)
    check_metrics(found / METRICS, manifest)
    try:
        load_settings(found / CONFIG, with_credentials=False)
    except ProblemError as error:
        raise OperatorError(f"The settings in the backup are not valid: {error}") from None


def check_records(path: Path, manifest: Manifest) -> None:
    """See that records out of a backup can be opened, have every row, and an unbroken audit trail; they are brought to
    the present schema. Raises OperatorError when not."""
    records = Records(f"sqlite:///{path}")
    try:
        with records.reading() as session:
            chain = verify(session)
        upgrade(records)
        rows = count_rows(records)
    finally:
        records.close()
    if lost := [name for name, count in manifest.rows.items() if name in rows and rows[name] != count]:
        raise OperatorError(f"The records in the backup are not complete: rows are missing in {', '.join(lost)}.")
    if not chain.whole:
        raise OperatorError(f"The audit trail in the backup is broken at entry {chain.broken}: {chain.reason}")


def check_metrics(path: Path, manifest: Manifest) -> None:
    """See that the metrics of a backup can be opened and have every row. Raises OperatorError when not."""
    wanted = {name: rows for name, rows in manifest.rows.items() if name.startswith("metrics.")}
    if not wanted:
        return
    try:
        rows = metric_rows(path)
    except MetricStoreError as error:
        raise OperatorError(f"The metrics in the backup are not sound: {error}") from None
    if lost := [name for name, count in wanted.items() if rows.get(name) != count]:
        raise OperatorError(f"The metrics in the backup are not complete: rows are missing in {', '.join(lost)}.")


def _place(
    found: Path,
    manifest: Manifest,
    directory: Path,
    settings: Settings,
    clock: Clock,
    with_configuration: bool,
    replace: bool,
) -> Restored:
    data = data_directory(directory, settings)
    if is_running(data):
        raise OperatorError("The platform runs. Stop it before its records are replaced.")
    aside = directory / f"before-restore-{local(clock.now()):%Y%m%dT%H%M%S}"
    metrics = (found / METRICS).exists() and settings.metrics.kind == "duckdb"
    if metrics and not replace and (data / METRICS).exists():
        raise OperatorError(
            f"There are metrics at {data / METRICS} already. To replace them by the backup's, run this again with "
            "--replace: the present ones are moved aside, not deleted."
        )
    if settings.records is None:
        place = data / RECORDS
        if place.exists() and not replace:
            raise OperatorError(
                f"There are records at {place} already. To replace them by the backup's, run this again with "
                "--replace: the present ones are moved aside, not deleted."
            )
        for name in (RECORDS, f"{RECORDS}-wal", f"{RECORDS}-shm"):
            _set_aside(data / name, aside)
        shutil.move(found / RECORDS, place)
    else:
        _fill_database(found / RECORDS, settings)
    if metrics:
        for name in (METRICS, f"{METRICS}.wal"):
            _set_aside(data / name, aside)
        shutil.move(found / METRICS, data / METRICS)
    if with_configuration:
        for part in _children(found / CONFIG):
            _set_aside(directory / part.name, aside)
            shutil.move(part, directory / part.name)
    for part in _children(found / REPORTS):
        kept = data / settings.reports.directory / part.name
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(part, kept)
    return Restored(manifest, with_configuration, metrics, aside if aside.exists() else None)


def _missing(directory: Path) -> Iterator[tuple[str, str]]:
    """What the settings name and is not there, now that they stand where they belong."""
    settings = load_settings(directory, with_credentials=False)
    file = settings.credentials_file
    if file is not None and not file.exists():
        yield "credentials_file", f"The file {file} with the devices' credentials is not in the backup. Write it again."
    yield from missing_secrets(settings)


def _fill_database(path: Path, settings: Settings) -> None:
    source, target = Records(f"sqlite:///{path}"), database_of(Path(), settings)
    try:
        upgrade(target)
        if any(count_rows(target).values()):
            raise OperatorError(
                f"There are records in {shown(target.engine.url)} already, and a database that `records` "
                "names is never emptied by a restore. Make an empty one and name it as `records` in the yunwei.yaml of "
                "this directory; where there is none yet, take the backup's first: "
                "tar xzOf BACKUP config/yunwei.yaml > yunwei.yaml"
            )
        copy_records(source, target)
    finally:
        source.close()
        target.close()


def _set_aside(path: Path, aside: Path) -> None:
    if path.exists():
        aside.mkdir(mode=0o700, exist_ok=True)
        shutil.move(path, aside / path.name)


def _children(directory: Path) -> list[Path]:
    return sorted(directory.iterdir()) if directory.is_dir() else []
