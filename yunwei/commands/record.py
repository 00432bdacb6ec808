"""`yunwei record HOST --out FILE.snmprec`: a device's whole MIB in a file that the simulator replays."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer

from collectors.recording import (
    IDENTITY,
    ROOTS,
    Oid,
    Recorded,
    Recorder,
    RecordingFile,
    RecordingLimits,
    SilentError,
    dotted,
    oid_of,
    open_session,
)
from collectors.resolving import resolve
from collectors.snmp.credentials import Login
from foundation.clock import SystemClock
from foundation.problems import OperatorError
from yunwei.commands import login
from yunwei.commands.progress import Ticker, progress


def record(
    host: Annotated[str, typer.Argument(help="The device's address or name.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write, such as r1.snmprec.")],
    anonymise: Annotated[
        bool,
        typer.Option("--anonymise", "--anonymize", help="Replace addresses, names, serials and what people wrote."),
    ] = False,
    oid: Annotated[
        list[str] | None, typer.Option(help="Only what lies below this object; may be given several times.")
    ] = None,
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
    timeout: Annotated[float, typer.Option(min=0.1, max=60, help="Seconds to wait for an answer.")] = 3.0,
    rate: Annotated[float, typer.Option(min=0.1, max=1000, help="Requests a second at most.")] = 20.0,
    repetitions: Annotated[int, typer.Option(min=1, max=100, help="Objects in one request at most.")] = 25,
    most: Annotated[int, typer.Option(min=1, help="Objects at most.")] = 1_000_000,
) -> None:
    """Record everything that a device tells over SNMP as a .snmprec file, gently, one request at a time.

    A recording that was broken off, by Ctrl-C or by a device that fell silent, is kept as FILE.part; the same command
    goes on where it stopped. With --anonymise nothing in FILE tells whose device it is; FILE.part is not anonymised and
    is removed when FILE is whole. docs/operations.md says what is replaced.
    """
    roots = _roots(oid)
    opened = login.login_of(
        version=version, community=community, community_file=community_file, user=user, auth=auth,
        auth_password=auth_password, auth_password_file=auth_password_file, privacy=privacy,
        privacy_password=privacy_password, privacy_password_file=privacy_password_file,
    )  # fmt: skip
    limits = RecordingLimits(objects=most, requests_per_second=rate, repetitions=repetitions)
    file = RecordingFile(out)
    state = asyncio.run(_record(host, port, opened, timeout, limits, roots, file))
    if not state.complete:
        total = len(file.before) + state.objects
        reason = (
            "The device fell silent." if state.silent
            else f"The limit of {most:,} objects is reached: raise --most." if state.objects >= most
            else "The device could not tell too many of its objects." if len(state.skipped) > limits.skipped
            else "Stopped."
        )  # fmt: skip
        typer.echo(
            f"{reason} {total:,} objects are kept in {file.part}; the same command goes on from there.", err=True
        )
        raise typer.Exit(1)
    written = file.finish(anonymous=anonymise)
    typer.echo(f"{out}: {written:,} objects, {state.requests:,} requests, {state.timeouts:,} timeouts.")
    for place in state.skipped:
        typer.echo(f"Behind {dotted(place)} something could not be read and was stepped over.", err=True)


def _roots(written: list[str] | None) -> tuple[Oid, ...]:
    if not written:
        return ROOTS
    try:
        return tuple(oid_of(text) for text in written)
    except ValueError:
        raise OperatorError("An object identifier is written in numbers, such as --oid 1.3.6.1.2.1.2.") from None


async def _record(
    host: str,
    port: int,
    opened: Login,
    timeout: float,
    limits: RecordingLimits,
    roots: tuple[Oid, ...],
    file: RecordingFile,
) -> Recorded:
    session = await open_session(await resolve(host), port, opened, timeout=timeout)
    recorder = Recorder(session, SystemClock(), limits)
    try:
        try:
            file.check_device(await session.get(IDENTITY))
        except SilentError:
            raise OperatorError(
                f"No SNMP answer came from {host}, port {port}. Check the address, the port and the credentials (a "
                "wrong community is not answered), and that the device permits this machine."
            ) from None
        last = file.before[-1].oid if file.before else None
        work = asyncio.ensure_future(recorder.run(file.write, roots=roots, last=last))
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, work.cancel)
        before = len(file.before)

        def told(ticker: Ticker) -> None:
            state = recorder.state
            where = "" if state.last is None else dotted(state.last[:9])
            ticker(before + state.objects, f"{state.requests:,} requests, {state.timeouts} timeouts, at {where}")

        with progress(f"Recording {host}", unit="objects") as ticker:
            while not work.done():
                await asyncio.wait({work}, timeout=0.2)
                told(ticker)
        return recorder.state if work.cancelled() else work.result()
    finally:
        file.pause()
        session.close()
