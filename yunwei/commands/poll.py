"""`yunwei poll HOST`: one look at one device, now."""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from collectors.once import poll_host, render
from foundation.clock import SystemClock


def poll(
    host: Annotated[str, typer.Argument(help="The device's address or name.", show_default=False)],
    community: Annotated[str, typer.Option(envvar="YUNWEI_COMMUNITY", help="The SNMP v2c community.")] = "public",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The agent's UDP port.")] = 161,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for an answer.")] = 2.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Poll one device over SNMP and print what it is and how it fares. Needs no configuration."""
    found = asyncio.run(poll_host(host, port=port, community=community, clock=SystemClock(), timeout=timeout))
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        Console().print(render(found))
