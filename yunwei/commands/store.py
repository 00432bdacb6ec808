"""`yunwei store check|migrate`: the metric store."""

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from foundation.clock import SystemClock
from foundation.problems import OperatorError, did_you_mean
from storage.metrics.checking import check_store
from storage.metrics.copying import Copying
from storage.metrics.open import inspection_of, open_metric_store
from storage.metrics.settings import MetricSettings
from storage.metrics.store import MetricStoreError
from yunwei.commands.options import ConfigDirectory
from yunwei.settings import load_settings
from yunwei.workspace import data_directory

app = typer.Typer(help="The metric store.", no_args_is_help=True)

KINDS: Final = ("duckdb", "influxdb", "victoriametrics")


@app.command()
def check(
    kind: Annotated[
        str | None, typer.Option("--kind", help="duckdb, influxdb or victoriametrics; by default the one in use.")
    ] = None,
    config: ConfigDirectory = Path("."),
) -> None:
    """Write, read, compare clocks and retention. Exit status 1 when something is not well.

    It writes three rows of a device called yunwei-store-check. A DuckDB file can't be checked while the platform has it
    open.
    """
    settings = load_settings(config)
    wanted = settings.metrics if kind is None else _of_kind(settings.metrics, kind)
    clock = SystemClock()
    store = open_metric_store(wanted, data_directory(config, settings), clock)
    try:
        findings = []
        for finding in check_store(store, inspection_of(wanted, store), clock):
            findings.append(finding)
            typer.echo(f"{'ok ' if finding.is_well else 'BAD'} {finding.what}: {finding.text}")
    finally:
        store.close()
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(1)


@app.command()
def migrate(
    source: Annotated[str, typer.Option("--from", help="duckdb, influxdb or victoriametrics.", show_default=False)],
    target: Annotated[str, typer.Option("--to", help="duckdb, influxdb or victoriametrics.", show_default=False)],
    config: ConfigDirectory = Path("."),
) -> None:
    """Copy the history of one metric store into another, both as the settings have them.

    Stop the platform first. What was interrupted goes on where it was when it is run again.
    """
    if source == target:
        raise OperatorError("Name two different stores.")
    settings = load_settings(config)
    data, clock = data_directory(config, settings), SystemClock()
    from_store = open_metric_store(_of_kind(settings.metrics, source), data, clock)
    try:
        to_store = open_metric_store(_of_kind(settings.metrics, target), data, clock)
        try:
            copying = Copying(from_store, to_store, clock, data / f"migrate-{source}-{target}.json")
            rows = refused = 0
            with Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
            ) as bar:
                task = bar.add_task(f"{source} to {target}", total=None)
                for progress in copying.run():
                    rows, refused = progress.rows, progress.refused
                    bar.update(task, total=progress.of, completed=progress.done)
        except MetricStoreError as error:
            raise OperatorError(f"{error} Run the command again: it goes on where it was.") from error
        finally:
            to_store.close()
    finally:
        from_store.close()
    typer.echo(f"{rows:,} rows copied, {refused:,} refused. Now set `metrics.kind: {target}` and start the platform.")


def _of_kind(settings: MetricSettings, kind: str) -> MetricSettings:
    """The same settings with another kind of store in use."""
    if kind not in KINDS:
        raise OperatorError(f'There is no kind of store "{kind}". {did_you_mean(kind, KINDS)}'.rstrip())
    if kind != "duckdb" and getattr(settings, kind) is None:
        raise OperatorError(f"The settings have no section metrics.{kind} that says where the store is.")
    return settings.model_copy(update={"kind": kind})
