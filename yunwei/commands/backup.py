"""`yunwei backup`, `yunwei restore`, `yunwei backup-key`: an installation in one file, and back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from foundation.clock import SystemClock
from foundation.problems import OperatorError
from foundation.settings import Secret
from storage.metrics.duckdb_store import DuckDbStore
from storage.metrics.open import open_metric_store
from storage.metrics.store import MetricStoreError
from yunwei.backup.archive import new_key
from yunwei.backup.making import CopyMetrics, make_backup
from yunwei.backup.restoring import check_backup
from yunwei.backup.restoring import restore as restore_backup
from yunwei.commands.options import ConfigDirectory
from yunwei.control.client import is_running
from yunwei.lending import borrow_copy
from yunwei.settings import Settings, load_settings
from yunwei.workspace import data_directory, database_of


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write.", show_default=False)],
    config: ConfigDirectory = Path("."),
    encrypt: Annotated[
        str | None,
        typer.Option("--encrypt", metavar="AGE1…", help="Encrypt it to this public key; see `yunwei backup-key`."),
    ] = None,
    metrics: Annotated[
        bool, typer.Option("--metrics", help="The file of measured values too; it takes its size on the disk twice.")
    ] = False,
) -> None:
    """Write a backup of records, configuration and reports, while the platform runs or not.

    Without encryption no secret is in it. Measured values are in it with --metrics.
    """
    settings = load_settings(config)
    if encrypt is not None:
        settings = settings.model_copy(update={"backup": settings.backup.model_copy(update={"recipient": encrypt})})
    if file.exists():
        raise OperatorError(f"The file {file} exists already. Name a new one.")
    records = database_of(config, settings)
    try:
        with (
            _copying(config, settings, asked=metrics) as copy_metrics,
            Progress(TextColumn("Copying records"), BarColumn(), TaskProgressColumn(), transient=True) as bar,
        ):
            task = bar.add_task("records")
            made = make_backup(
                config, settings, records, file, SystemClock(),
                lambda done, total: bar.update(task, completed=done, total=max(total, 1)),
                copy_metrics,
            )  # fmt: skip
    except MetricStoreError as error:
        raise OperatorError(str(error)) from None
    finally:
        records.close()
    kind = "encrypted" if settings.backup.recipient else "not encrypted, without secrets"
    typer.echo(f"{made.path}: {made.size:,} bytes, {sum(made.manifest.rows.values()):,} rows, {kind}.")


@contextmanager
def _copying(config: Path, settings: Settings, *, asked: bool) -> Iterator[CopyMetrics | None]:
    """The way to a copy of the metrics file: by the platform where one runs, which alone can read it then.

    None where it is not asked for. Raises OperatorError.
    """
    if not asked:
        yield None
        return
    if settings.metrics.kind != "duckdb":
        raise OperatorError(
            f"Metrics lie in {settings.metrics.kind}: its own tools back them up (docs/operations.md says how). Run "
            "this without --metrics."
        )
    data = data_directory(config, settings)
    if is_running(data):
        yield partial(borrow_copy, data)
        return
    store = open_metric_store(settings.metrics, data, SystemClock())
    assert isinstance(store, DuckDbStore)
    try:
        yield store.copy_to
    finally:
        store.close()


def restore(
    file: Annotated[Path, typer.Argument(help="The backup.", show_default=False)],
    config: ConfigDirectory = Path("."),
    identity: Annotated[Path | None, typer.Option(help="The file with the private key, mode 600.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only see that it could be restored; change nothing.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of what is there, which is moved aside.")
    ] = False,
) -> None:
    """Bring an installation back from a backup. Everything is checked before anything is touched."""
    key = None if identity is None else Secret(file=str(identity)).resolve()
    if check:
        manifest = check_backup(file, key)
        typer.echo(f"{file} is sound: made at {manifest.made_at}, {sum(manifest.rows.values()):,} rows.")
        return
    done = restore_backup(file, config, SystemClock(), identity=key, replace=replace)
    typer.echo(f"Restored the backup of {done.manifest.made_at}: {sum(done.manifest.rows.values()):,} rows.")
    if not done.configuration:
        typer.echo("The configuration that was here stays as it is.")
    if done.metrics:
        typer.echo("The measured values are restored too.")
    if done.missing:
        typer.echo("These secrets must be put back before the start:")
        for key, sentence in done.missing:
            typer.echo(f"  {key}: {sentence}")
    if done.aside is not None:
        typer.echo(f"What was here before lies in {done.aside}.")


def backup_key(
    file: Annotated[Path, typer.Argument(help="Where to write the private key.", show_default=False)],
) -> None:
    """Make a key pair for backups: the private key goes into a file, the public one is printed."""
    private, public = new_key()
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(f"# public key: {public}\n{private}\n")
    except FileExistsError:
        raise OperatorError(f"The file {file} exists already; a key is never overwritten. Name a new one.") from None
    except OSError as error:
        raise OperatorError(f"The key can't be written to {file}: {error.strerror}.") from None
    typer.echo(f"The private key is in {file}: keep it away from this machine, or backups protect nothing.")
    typer.echo("Write this into yunwei.yaml:")
    typer.echo(f"  backup: {{ recipient: {public} }}")
