"""`yunwei topology diff`: how the files and the network differ, by what devices hear of each other."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from collectors.facts import all_facts
from collectors.neighbours import Difference, End, Kind, compare, fragment
from foundation.calendar import stamp
from topology.loader import load_network
from yunwei.commands.options import ConfigDirectory
from yunwei.commands.reading import reading
from yunwei.commands.tables import print_table
from yunwei.settings import load_settings

app = typer.Typer(help="Compare the topology with the network.", no_args_is_help=True)

SCHEMA: Final = 1

_KIND: Final = {
    Kind.MISSING: ("缺失 missing", "red"),
    Kind.UNEXPECTED: ("多余 unexpected", "yellow"),
    Kind.MISWIRED: ("错接 miswired", "bold red"),
}


@app.callback()
def _topology() -> None:
    """Compare the topology with the network."""


@app.command()
def diff(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    edit: Annotated[
        bool, typer.Option("--edit", help="Print the edits that would make the files right, as a diff, and no table.")
    ] = False,
    config: ConfigDirectory = Path("."),
) -> None:
    """Compare topology.yaml and agencies.csv with whom devices hear by LLDP and CDP.

    Reads what the platform learned at the devices' last inventories, also while it runs. Changes nothing. Exit status,
    like diff's: 0 where they agree, 1 where they differ; 2 where they can't be compared.
    """
    network = load_network(config / "topology.yaml", config / "agencies.csv")
    with reading(config, load_settings(config)) as session:
        facts = all_facts(session)
    learned = [kept for device, kept in facts.items() if device in network.devices and kept.inventory is not None]
    speaking = [kept for kept in learned if kept.inventory is not None and kept.inventory.neighbours]
    if not speaking:
        typer.echo(
            f"{len(learned)} of {len(network.devices)} devices have been learned, and none of them hears a neighbour: "
            "there is nothing to compare. Switch LLDP on, or wait for the first inventories.",
            err=True,
        )
        raise typer.Exit(2)
    differences = compare(network, facts)
    if as_json:
        typer.echo(json.dumps(_data(differences, len(learned), len(network.devices)), ensure_ascii=False, indent=2))
    elif edit:
        typer.echo(fragment(differences), nl=False)
    else:
        if differences:
            print_table(_table(differences))
        edits = sum(one.edit is not None for one in differences)
        typer.echo(
            f"{len(network.links):,} links declared, {len(learned):,} of {len(network.devices):,} devices learned, "
            f"{len(speaking):,} of them hear neighbours: "
            + (f"{len(differences):,} differences." if differences else "topology and network agree.")
            + (f" --edit prints what would mend {edits:,} of them." if edits else "")
        )
    if differences:
        raise typer.Exit(1)


def _table(differences: Sequence[Difference]) -> Table:
    table = Table(title=f"差异 Differences ({len(differences)})", title_justify="left")
    for heading in ("差异 Kind", "线路 Link", "声明 Declared", "实际 Found", "依据 Seen"):
        table.add_column(heading, overflow="fold")
    for one in differences:
        word, colour = _KIND[one.kind]
        seen = [f"{stamp(sighting.at)}: {sighting}" for sighting in one.seen]
        table.add_row(
            Text(word, colour),
            escape(one.link),
            escape(_ends(one.declared)),
            escape(_ends(one.found)),
            escape("\n".join([*seen, *([one.remark] if one.remark else [])])),
        )
    return table


def _ends(ends: tuple[End, End] | None) -> str:
    return "" if ends is None else "\n".join(map(str, ends))


def _data(differences: Sequence[Difference], learned: int, devices: int) -> dict[str, Any]:
    def ends(pair: tuple[End, End] | None) -> list[dict[str, str]] | None:
        return None if pair is None else [{"device": one.device, "interface": one.interface} for one in pair]

    return {
        "schema": SCHEMA,
        "devices": devices,
        "learned": learned,
        "differences": [
            {
                "kind": one.kind.value,
                "link": one.link,
                "declared": ends(one.declared),
                "found": ends(one.found),
                "fault": one.fault.value,
                "seen": [
                    {
                        "at": sighting.at,
                        "protocol": sighting.protocol,
                        "device": sighting.heard_by.device,
                        "interface": sighting.heard_by.interface,
                        "system": sighting.system,
                        "port": sighting.port,
                        "chassis": sighting.chassis,
                        "address": sighting.address,
                    }
                    for sighting in one.seen
                ],
                "edit": None
                if one.edit is None
                else {"file": one.edit.file, "remove": one.edit.remove, "add": one.edit.add},
                "remark": one.remark,
                "sentence": str(one),
            }
            for one in differences
        ],
    }
