"""`yunwei rules test FILE`: what rules would have told of a time that lies behind us."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from alerting.replay.blind import why_blind
from alerting.replay.concerned import judged_with
from alerting.replay.replay import Fired, Replay
from alerting.rules.base import Rule
from alerting.rules.loader import load_rule_file
from alerting.rules.surveyed import RatioRule
from alerting.survey.past import Ranks
from alerting.survey.survey import Surveyor
from foundation.calendar import parse, stamp, zoned
from foundation.clock import DAY, HOUR, MINUTE, Instant, SystemClock
from foundation.problems import OperatorError
from foundation.settings import parse_duration
from storage.metrics.open import FILE, open_metric_store
from storage.metrics.store import Columns, Measurement, MetricStoreError
from yunwei.commands.options import ConfigDirectory
from yunwei.control.client import is_running
from yunwei.lending import LONGEST, borrow
from yunwei.lent_ranks import BorrowedRanks
from yunwei.workspace import Workspace, load_workspace

MOST: Final = 7 * DAY
"""The longest time that is replayed."""
BEFORE: Final = 15 * MINUTE
"""Judging begins so long before the time asked for, and as long as the longest `for` or window of lost polls: what
held, or was away, already then must be seen."""
EARLIEST: Final = 2 * HOUR
"""It begins at most so long before."""

Rows = Callable[[Instant, Instant], Mapping[Measurement, Columns]]
"""All single rows of a stretch. Raises OperatorError or MetricStoreError."""


def replay(
    file: Annotated[Path, typer.Argument(help="A file of rules; they stand in for those of the same ids.")],
    at: Annotated[str, typer.Option("--at", help='The end of the time: "2026-11-24 14:30", local time.')],
    since: Annotated[
        str, typer.Option("--since", help='Its beginning: a time, or a length before the end such as "2 h".')
    ] = "1 h",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    config: ConfigDirectory = Path("."),
) -> None:
    """Show what the rules of a file would have told: stored metrics judged again, as if these rules had been in force
    before the others. Nothing is written and nobody is called."""
    workspace = load_workspace(config)
    tested = load_rule_file(file, beside=workspace.rules)
    start, end = _times(since, at)
    rules = judged_with(tested, workspace.rules)
    born = start - min(max(map(_looks_back, tested.rules.values()), default=0) + BEFORE, EARLIEST)
    with _rows(workspace) as (rows, store):
        surveyor = Surveyor(workspace.network, store)
        judged = Replay(workspace.network, rules, workspace.settings.judging, born, surveyor)
        try:
            for begin in range(born, end, LONGEST):
                until = min(begin + LONGEST, end)
                judged.take(rows(begin, until), until)
        except MetricStoreError as error:
            raise OperatorError(str(error)) from error
    if judged.looks == 0:
        raise OperatorError(
            f"There are no metrics between {stamp(born)} and {stamp(end)}. Single rows are kept for 30 days unless the "
            "settings say otherwise; name a time since the platform first ran."
        )
    fired = [
        one for one in judged.fired
        if one.first.key.rule in tested.rules and (one.cleared_at is None or one.cleared_at >= start)
    ]  # fmt: skip
    blind = {rule.id: why for rule in tested.rules.values() if (why := why_blind(rule))}
    if as_json:
        shown = {
            "since": start, "at": end, "looks": judged.looks, "rules": sorted(tested.rules),
            "alerts": [_json(one) for one in fired], "not_judged": blind,
        }  # fmt: skip
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        _show(fired, blind, judged.looks, start, end)


def _looks_back(rule: Rule) -> int:
    """How long before a moment a rule must have been judged to be right about it."""
    hold = getattr(rule, "hold", 0)
    return max(hold, rule.over) if isinstance(rule, RatioRule) and rule.of == "lost_polls" else hold


def _times(since: str, at: str) -> tuple[Instant, Instant]:
    """The beginning and the end. Raises OperatorError when they are no times, or no time lies between them."""
    try:
        end = parse(at)
    except ValueError:
        raise OperatorError(f'--at is no time: "{at}". Write for example "2026-11-24 14:30".') from None
    try:
        length = parse_duration(since)
        start = end - length if isinstance(length, int) else end
    except ValueError:
        try:
            start = parse(since)
        except ValueError:
            raise OperatorError(
                f'--since is neither a time nor a length of time: "{since}". Write "2026-11-24 13:30" or "2 h".'
            ) from None
    if not start < end:
        raise OperatorError("--since must lie before --at.")
    if end - start > MOST:
        raise OperatorError("At most 7 days are replayed at once. Choose a later --since.")
    if end > SystemClock().now():
        raise OperatorError(f"--at lies in the future: {zoned(end)}. Only what was measured can be judged again.")
    return start, end


@contextmanager
def _rows(workspace: Workspace) -> Iterator[tuple[Rows, Ranks]]:
    """The way to stored rows, and to the means over them.

    A DuckDB file that a running platform has open is read through that platform. Raises OperatorError.
    """
    settings, data = workspace.settings.metrics, workspace.data
    if settings.kind == "duckdb":
        if is_running(data):
            yield lambda start, end: borrow(data, start, end), BorrowedRanks(data)
            return
        if not (data / FILE).exists():
            raise OperatorError(
                f"There are no metrics in {data} yet: the platform has not run with this configuration."
            )
    store = open_metric_store(settings, data, SystemClock())
    try:
        yield lambda start, end: {one: store.history(one, None, start, end) for one in Measurement}, store
    finally:
        store.close()


def _json(one: Fired) -> dict[str, object]:
    first = one.first
    return {
        "rule": first.key.rule, "object_kind": first.key.object_kind.value, "object_id": first.key.object_id,
        "device": first.device, "division": first.division, "severity": first.severity.value,
        "started_at": first.started_at, "fired_at": one.fired_at, "cleared_at": one.cleared_at,
        "suppressed_by": one.suppressed_by or None, "value": first.value, "limit": first.limit,
        "summary": first.summary, "summary_en": first.summary_en,
    }  # fmt: skip


def _show(fired: list[Fired], blind: Mapping[str, str], looks: int, start: Instant, end: Instant) -> None:
    console = Console()
    title = f"{stamp(start)} – {zoned(end)}, {looks:,} looks"
    if fired:
        table = Table(title=title, title_justify="left")
        for heading in ("规则 Rule", "对象 Object", "级别", "开始 Since", "告警 Fired", "恢复 Cleared", "内容 Summary"):
            table.add_column(heading, overflow="fold")
        for one in fired:
            told = stamp(one.fired_at)[11:] if one.fired_at is not None else f"({one.suppressed_by})"
            over = "" if one.cleared_at is None else stamp(one.cleared_at)[11:]
            cells = (
                one.first.key.rule, one.first.key.object_id, one.first.severity.value, stamp(one.first.started_at),
                told, over, one.first.summary,
            )  # fmt: skip
            table.add_row(*map(escape, cells))
        console.print(table)
    else:
        console.print(f"{title}: these rules would have told nothing. 这些规则没有告警。")
    told_of = sum(one.fired_at is not None for one in fired)
    if fired:
        console.print(f"{told_of} fired, {len(fired) - told_of} explained by something else all the time.")
    for rule, why in blind.items():
        console.print(f"Not judged, or only in part: {escape(rule)}: {escape(why)}.")
    console.print("Maintenance is not played: what it would have kept quiet is listed.", style="dim")
