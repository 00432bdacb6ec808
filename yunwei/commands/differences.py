"""`yunwei check --diff`: what a changed configuration would do, told before it takes over."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import typer
from rich.markup import escape
from rich.table import Table

from alerting.maintenance.findings import Finding
from alerting.maintenance.windows import Window
from foundation.clock import SystemClock
from foundation.problems import OperatorError, ProblemError
from yunwei.commands.reading import reading
from yunwei.commands.tables import print_table
from yunwei.differences.chosen import Chosen, chosen
from yunwei.differences.compare import Part, compare, settings_part
from yunwei.differences.configured import load_configured
from yunwei.differences.effects import Effect, changes, effects, unreached
from yunwei.differences.in_force import IN_FORCE, chosen_in_force, load_in_force
from yunwei.differences.shape import differences_json
from yunwei.differences.silence import Concerned, Silences, concerned, idle_windows, silences
from yunwei.settings import SETTINGS_FILE, Settings, load_settings
from yunwei.workspace import load_workspace

_SHOWN: Final = 8
"""Names in a cell before the rest is only counted."""
_LABELS: Final = {
    "divisions": "行政区 Divisions", "devices": "设备 Devices", "links": "线路 Links", "agencies": "单位 Agencies",
    "private_networks": "专网 Private networks", "rules": "规则 Rules", "runbooks": "手册 Runbooks",
    "centres": "中心 Centres", "people": "人员 People", "settings": "设置 Settings",
}  # fmt: skip
_WHY: Final = {
    "device": "设备不再监测 its device is no longer watched",
    "link": "线路不再监测 its line is no longer watched",
    "rule": "规则已删除 its rule is gone",
    "scope": "规则不再涵盖 its rule no longer covers it",
}


def show_differences(config: Path, other: Path | None, *, as_json: bool) -> None:
    """Tell what the configuration would change against another directory's, or the one in force.

    Ends with status 0 where they agree, 1 where they differ, 2 where they can't be compared.
    """
    read = config
    try:
        load_workspace(config)  # everything must be right, the settings too
        settings = load_settings(config)
        after = load_configured(config)
        read = other if other is not None else config / settings.data / IN_FORCE
        before = load_configured(other) if other is not None else load_in_force(config / settings.data)
        chosen_before = _chosen(other) if other is not None else chosen_in_force(config / settings.data)
    except ProblemError as error:
        # Files are named as they lie in a configuration, and two are compared.
        typer.echo(f"In {read}:\n{error}", err=True)
        raise typer.Exit(2) from None
    except OperatorError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    parts = compare(before, after)
    silenced = silences(before, after)
    told: list[Effect] | None = None
    if chosen_before is not None:
        chosen_after = chosen(settings)
        changed = changes(chosen_before, chosen_after)
        parts.append(settings_part(changed))
        told = effects(changed)
        lost = unreached((chosen_before, before.roster), (chosen_after, after.roster))
        silenced = replace(silenced, people=tuple(lost))
    incidents: list[Concerned] | None = None
    windows: list[tuple[Window, Finding]] | None = None
    if _recorded(config, settings):
        with reading(config, settings) as session:
            incidents = concerned(session, silenced, after)
            windows = idle_windows(session, after, SystemClock().now())
    if as_json:
        data = differences_json(parts, silenced, told, incidents, windows)
        typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        _show(parts, silenced, told, incidents, windows)
    if any(parts):
        raise typer.Exit(1)


def _chosen(directory: Path) -> Chosen | None:
    """What the settings of another directory say; None where it has none."""
    return chosen(load_settings(directory)) if (directory / SETTINGS_FILE).exists() else None


def _recorded(config: Path, settings: Settings) -> bool:
    return settings.records is not None or (config / settings.data / "records.sqlite").exists()


def _show(
    parts: Sequence[Part],
    silenced: Silences,
    told: Sequence[Effect] | None,
    incidents: Sequence[Concerned] | None,
    windows: Sequence[tuple[Window, Finding]] | None,
) -> None:
    if told is None:
        typer.echo("The settings to compare with are not known, so settings were not compared.")
    if not any(parts):
        typer.echo("The configurations agree.")
        return
    table = Table(title="差异 Differences", title_justify="left")
    for heading in ("", "新增 Added", "删除 Removed", "变更 Changed"):
        table.add_column(heading, overflow="fold")
    for part in filter(None, parts):
        changed = [f"{key} ({', '.join(map(str, changes))})" for key, changes in part.changed.items()]
        table.add_row(_LABELS[part.name], _names(part.added), _names(part.removed), _names(changed, apart="\n"))
    print_table(table)
    if silenced:
        lost = Table(title="不再告警 Silenced", title_justify="left", style="red")
        for heading in ("", "对象 Objects"):
            lost.add_column(heading, overflow="fold")
        inhibited = [f"{one.rule} ← {one.by}" for one in silenced.inhibited]
        for label, ids in (
            ("设备不再监测 Devices no longer watched", silenced.devices),
            ("线路不再监测 Links no longer watched", silenced.links),
            ("单位不再监测 Agencies no longer watched", silenced.agencies),
            ("不再通知 People no channel reaches any more", silenced.people),
            *((f"规则不再涵盖 No longer judged by {one.rule}", one.objects) for one in silenced.rules),
            ("同一对象上被抑制 Not told beside another on the same object", inhibited),
        ):
            if ids:
                lost.add_row(label, _names(ids))
        print_table(lost)
    else:
        typer.echo("Nothing that was watched and judged falls silent.")
    for effect in told or ():
        typer.secho(f"{effect.zh} {effect.en}", fg="red" if effect.silences else None)
    for one in incidents or ():
        typer.echo(f"未结事件 Open incident {one.incident.number} {one.incident.title}: {_WHY[one.why]}")
    for window, finding in windows or ():
        typer.echo(f"检修窗口 Maintenance window {window.id}: {finding.text} {finding.text_en}")
    if incidents is None:
        typer.echo("There are no records yet, so no open incidents were looked at.")


def _names(ids: Sequence[str], *, apart: str = ", ") -> str:
    if not ids:
        return ""
    more = len(ids) - _SHOWN
    shown = apart.join(ids[:_SHOWN]) + (f"{apart}… +{more:,}" if more > 0 else "")
    return escape(f"{len(ids):,}: {shown}")
