"""`yunwei poll HOST`: one look at one device, now."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from collectors.once import document_of, poll_host, render
from collectors.snmp.profiles.profile import ProfileSet
from foundation.clock import SystemClock
from yunwei.commands import login
from yunwei.commands.tables import print_table


def poll(
    host: Annotated[str, typer.Argument(help="The device's address or name.", show_default=False)],
    community: login.Community = None,
    community_file: login.CommunityFile = None,
    version: login.SnmpVersion = None,
    user: login.User = None,
    auth: login.Auth = None,
    auth_password: login.AuthPassword = None,
    auth_password_file: login.AuthPasswordFile = None,
    privacy: login.Privacy = None,
    privacy_password: login.PrivacyPassword = None,
    privacy_password_file: login.PrivacyPasswordFile = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The agent's UDP port.")] = 161,
    timeout: Annotated[float, typer.Option(min=0.1, max=60, help="Seconds to wait for an answer.")] = 2.0,
    sample: Annotated[
        float | None,
        typer.Option(min=2.5, max=600, help="Read the counters again after so many seconds, which gives rates."),
    ] = None,
    profiles: Annotated[
        Path | None,
        typer.Option(file_okay=False, exists=True, help="A directory of device families beside the shipped ones."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON in the form that docs/poll-json.md promises.")
    ] = False,
) -> None:
    """Poll one device over SNMP and print what it is and how it fares. Needs no configuration.

    Exit status 0 also where the device is unwell: that is what the table says. 1 where nothing could be read.
    """
    opened = login.login_of(
        version=version, community=community, community_file=community_file, user=user, auth=auth,
        auth_password=auth_password, auth_password_file=auth_password_file, privacy=privacy,
        privacy_password=privacy_password, privacy_password_file=privacy_password_file,
    )  # fmt: skip
    found = asyncio.run(
        poll_host(
            host, port=port, login=opened, clock=SystemClock(), timeout=timeout, sample=sample,
            profiles=ProfileSet.load(profiles),
        )
    )  # fmt: skip
    if as_json:
        typer.echo(json.dumps(document_of(found), ensure_ascii=False, indent=2))
    else:
        print_table(render(found))
