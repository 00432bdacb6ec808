"""`yunwei maintenance`: plan, look at, check, end and cancel maintenance windows."""

import getpass
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.markup import escape
from rich.table import Table

from alerting.maintenance import planning, windows
from alerting.maintenance.asking import ask
from alerting.maintenance.findings import CONFIRMABLE, Extent, Finding, Level, Linter, span
from alerting.maintenance.planning import WindowRefusedError
from alerting.maintenance.shape import check_json, finding_json, window_json
from alerting.maintenance.windows import Standing, Window, list_windows
from foundation.calendar import zoned
from foundation.clock import DAY, Clock, SystemClock
from foundation.problems import OperatorError
from storage.records.database import Records
from topology.loader import load_network
from topology.network import Network
from yunwei.commands.options import ConfigDirectory
from yunwei.commands.tables import print_table
from yunwei.settings import load_settings
from yunwei.workspace import open_records

app = typer.Typer(help="Maintenance windows: planned work that raises no alarm.", no_args_is_help=True)

PAST: Final = 30 * DAY
SOURCE: Final = "command"

Kind = Annotated[
    str, typer.Argument(help="device, link, agency, division (or site), tag, or several.", show_default=False)
]
Target = Annotated[
    str,
    typer.Argument(
        help="Its id or name; DEVICE/INTERFACE for a link; KEY=VALUE,… for tags; 'KIND:TARGET; …' for several.",
        show_default=False,
    ),
]
From = Annotated[str, typer.Option("--from", help="Its start, Asia/Shanghai; now when left out.")]
To = Annotated[str, typer.Option("--to", help="Its end; without it, it ends by hand or when all has been calm.")]
Reason = Annotated[str, typer.Option(help="Why.")]
Approver = Annotated[str, typer.Option(help="Who approved it.")]
Author = Annotated[str, typer.Option(help="Who plans it.", show_default="your user name")]
Announced = Annotated[str, typer.Option(help="When those concerned were told.")]
Number = Annotated[int, typer.Argument(help="The window's number.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
By = Annotated[str, typer.Option("--by", help="Who ends it.", show_default="your user name")]

_LEVEL: Final = {Level.REFUSE: "拒绝 refused", Level.CONFIRM: "须确认 confirm", Level.NOTE: "提示 note"}
_STANDING: Final = {
    Standing.ACTIVE: ("进行中 active", "cyan"),
    Standing.PLANNED: ("已计划 planned", "bold"),
    Standing.OVER: ("已结束 over", "dim"),
    Standing.CANCELLED: ("已取消 cancelled", "dim"),
}


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every command needs."""

    network: Network
    linter: Linter
    records: Records
    clock: Clock


@app.command()
def add(
    kind: Kind,
    target: Target,
    starts: From = "",
    ends: To = "",
    reason: Reason = "",
    approver: Approver = "",
    author: Author = "",
    announced: Announced = "",
    confirmed: Annotated[bool, typer.Option("--yes", help="What must be confirmed is meant so.")] = False,
    config: ConfigDirectory = Path("."),
) -> None:
    """Plan a window. It is checked first, and refused with every reason."""
    with _desk(config) as desk:
        now = desk.clock.now()
        try:
            window = ask(
                desk.network, kind=kind, target=target, starts_at=starts, ends_at=ends, reason=reason,
                approver=approver, announced_at=announced, now=now,
            )  # fmt: skip
            with desk.records.transaction() as session:
                number = planning.plan(
                    session, window, author or getpass.getuser(), now,
                    linter=desk.linter, confirmed=CONFIRMABLE if confirmed else (), source=SOURCE,
                )  # fmt: skip
        except WindowRefusedError as error:
            _tell(error.findings, err=True)
            hint = " Add --yes to confirm it." if all(one.level is Level.CONFIRM for one in error.reasons) else ""
            typer.echo(f"The window is not planned.{hint}", err=True)
            raise typer.Exit(1) from None
    typer.echo(f"{number}: {window.target_kind.value} {window.target_id}, {span(window)}")


@app.command()
def lint(
    kind: Annotated[str, typer.Argument(help="As for `add`; without it all recorded windows.")] = "",
    target: Annotated[str, typer.Argument(help="As for `add`.")] = "",
    starts: From = "",
    ends: To = "",
    reason: Reason = "",
    approver: Approver = "",
    author: Author = "",
    announced: Announced = "",
    as_json: Json = False,
    config: ConfigDirectory = Path("."),
) -> None:
    """Check a window without planning it, or all that are planned or last. Status 1 when something is refused."""
    with _desk(config) as desk:
        now = desk.clock.now()
        with desk.records.reading() as session:
            recorded = list_windows(session, now)
        if not kind:
            raise typer.Exit(_lint_recorded(desk, recorded, as_json=as_json))
        extent: Extent | None = None
        try:
            window = ask(
                desk.network, kind=kind, target=target, starts_at=starts, ends_at=ends, reason=reason,
                approver=approver, announced_at=announced, now=now,
            )  # fmt: skip
        except WindowRefusedError as error:
            found = error.findings
        else:
            found = desk.linter.new(window, author or getpass.getuser(), recorded, now)
            extent = desk.linter.extent(window)
    if as_json:
        typer.echo(json.dumps(check_json(found, extent), ensure_ascii=False, indent=2))
    else:
        _tell(found)
        if extent is not None:
            typer.echo(_concerns(extent))
    if any(one.level is Level.REFUSE for one in found):
        raise typer.Exit(1)


@app.command("list")
def list_all(
    everything: Annotated[bool, typer.Option("--all", help="Those of the last 30 days too.")] = False,
    as_json: Json = False,
    config: ConfigDirectory = Path("."),
) -> None:
    """List the windows that are planned or last."""
    with _desk(config) as desk:
        now = desk.clock.now()
        with desk.records.reading() as session:
            found = list_windows(session, now - PAST if everything else now)
    if as_json:
        typer.echo(json.dumps([window_json(one, now) for one in found], ensure_ascii=False, indent=2))
        return
    if not found:
        typer.echo("No maintenance is planned.")
        return
    table = Table(title=f"检修 Maintenance ({len(found)})", title_justify="left")
    for heading in ("", "状态 Standing", "对象 Target", "时间 Time", "原因 Reason", "批准 Approver", "公告 Announced"):
        table.add_column(heading, overflow="fold")
    for one in found:
        word, style = _STANDING[one.standing(now)]
        table.add_row(
            str(one.id), f"[{style}]{word}[/]", escape(f"{one.target_kind} {one.target_id}"), span(one),
            escape(one.reason), escape(one.approver), "是 yes" if one.announced_in_advance else "否 no",
        )  # fmt: skip
    print_table(table)


@app.command()
def show(number: Number, as_json: Json = False, config: ConfigDirectory = Path(".")) -> None:
    """Show one window, whom it concerns, and what is remarkable about it."""
    with _desk(config) as desk:
        now = desk.clock.now()
        with desk.records.reading() as session:
            window = windows.window(session, number)
            others = list_windows(session, now)
        if window is None:
            raise OperatorError(f"There is no maintenance window {number}. See `yunwei maintenance list --all`.")
        alive = window.standing(now) in (Standing.ACTIVE, Standing.PLANNED)
        found = desk.linter.recorded(window, others, now) if alive else []
        extent = desk.linter.extent(window)
    if as_json:
        data = {**window_json(window, now), **check_json(found, extent)}
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    announced = "not announced" if window.announced_at is None else zoned(window.announced_at)
    for label, text in (
        ("状态 Standing", _STANDING[window.standing(now)][0]),
        ("对象 Target", f"{window.target_kind} {window.target_id}"),
        ("时间 Time", span(window)),
        ("原因 Reason", window.reason),
        ("登记 Author", f"{window.author}, {zoned(window.planned_at)}"),
        ("批准 Approver", window.approver),
        ("公告 Announced", announced),
        *((("结束人 Ended by", window.ended_by),) if window.ended_by else ()),
        ("涉及 Concerns", _concerns(extent)),
    ):
        typer.echo(f"{label}: {text}")
    _tell(found)


@app.command()
def end(number: Number, by: By = "", config: ConfigDirectory = Path(".")) -> None:
    """End a window now: what is still down is alarmed. One that has not begun is cancelled."""
    with _desk(config) as desk, desk.records.transaction() as session:
        planning.end(session, number, by or getpass.getuser(), desk.clock.now(), source=SOURCE)
    typer.echo(f"Window {number} has ended.")


@app.command()
def cancel(number: Number, by: By = "", config: ConfigDirectory = Path(".")) -> None:
    """Cancel a window that has not begun."""
    with _desk(config) as desk, desk.records.transaction() as session:
        planning.cancel(session, number, by or getpass.getuser(), desk.clock.now(), source=SOURCE)
    typer.echo(f"Window {number} is cancelled.")


@contextmanager
def _desk(config: Path) -> Iterator[_Desk]:
    settings = load_settings(config)
    network = load_network(config / "topology.yaml", config / "agencies.csv")
    records = open_records(config, settings)
    try:
        yield _Desk(network, Linter(network, settings.maintenance), records, SystemClock())
    finally:
        records.close()


def _lint_recorded(desk: _Desk, recorded: Sequence[Window], *, as_json: bool) -> int:
    """Tell what is remarkable about recorded windows; the exit status."""
    now = desk.clock.now()
    found = {window.id: desk.linter.recorded(window, recorded, now) for window in recorded}
    if as_json:
        data = [{"id": number, "findings": [finding_json(one) for one in all_of]} for number, all_of in found.items()]
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        for number, all_of in found.items():
            _tell(all_of, before=f"{number}: ")
        remarkable = sum(bool(all_of) for all_of in found.values())
        typer.echo(f"{len(recorded)} windows are planned or last; {remarkable} of them are remarkable.")
    return int(any(one.level is Level.REFUSE for all_of in found.values() for one in all_of))


def _tell(found: Sequence[Finding], *, before: str = "", err: bool = False) -> None:
    for one in found:
        typer.echo(f"{before}{_LEVEL[one.level]} ({one.code}): {one.text} {one.text_en}", err=err)


def _concerns(extent: Extent) -> str:
    return (
        f"{len(extent.objects.devices):,} devices, {len(extent.objects.links):,} links; {len(extent.behind):,} more "
        f"devices behind; {len(extent.agencies):,} agencies"
    )
