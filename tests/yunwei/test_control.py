"""Commands to a running platform: asked over a socket that is its user's alone, answered or refused in a sentence."""

import asyncio
import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from foundation.problems import OperatorError
from yunwei.control.client import ask, is_running
from yunwei.control.server import ControlServer, Tell
from yunwei.control.socket_path import SOCKET, socket_path


async def count(request: Mapping[str, Any], tell: Tell) -> Mapping[str, Any]:
    for number in range(request["to"]):
        await tell({"at": number})
    return {"counted": request["to"]}


async def refuse(_request: Mapping[str, Any], _tell: Tell) -> Mapping[str, Any]:
    raise OperatorError("Not today.")


async def break_down(_request: Mapping[str, Any], _tell: Tell) -> Mapping[str, Any]:
    raise KeyError("secret detail")


HANDLERS = {"count": count, "refuse": refuse, "break": break_down}


def asked(data: Path, what: str, **arguments: Any) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    """The answer of a server that runs for this one question, and what it told before."""
    told: list[Mapping[str, Any]] = []

    async def run() -> Mapping[str, Any]:
        server = ControlServer(data, HANDLERS)
        await server.start()
        try:
            return await asyncio.to_thread(ask, data, what, arguments, told.append)
        finally:
            await server.stop()

    return asyncio.run(run()), told


def test_a_command_is_told_how_it_goes_and_gets_its_answer(tmp_path: Path) -> None:
    assert asked(tmp_path, "count", to=3) == ({"counted": 3}, [{"at": 0}, {"at": 1}, {"at": 2}])


def test_a_data_directory_may_lie_deeper_than_socket_names_may_be_long(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)
    assert asked(deep, "count", to=0) == ({"counted": 0}, [])


def test_a_refusal_reaches_who_asked_and_a_defect_shows_nothing_of_the_inside(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"^Not today\.$"):
        asked(tmp_path, "refuse")
    with pytest.raises(OperatorError, match="failed by a defect") as refusal:
        asked(tmp_path, "break")
    assert "secret" not in str(refusal.value)
    with pytest.raises(OperatorError, match="does not know this command"):
        asked(tmp_path, "dance")


def test_without_a_platform_a_command_says_so(tmp_path: Path) -> None:
    assert not is_running(tmp_path)
    assert not is_running(tmp_path / "nowhere")
    with pytest.raises(OperatorError, match="No platform runs with the data directory"):
        ask(tmp_path, "count")


def test_a_second_platform_on_the_same_data_is_refused_and_a_killed_one_leaves_no_trace(tmp_path: Path) -> None:
    async def run() -> None:
        first, second = ControlServer(tmp_path, HANDLERS), ControlServer(tmp_path, HANDLERS)
        await first.start()
        assert (tmp_path / SOCKET).stat().st_mode & 0o777 == 0o600
        with pytest.raises(OperatorError, match=r"runs already\. Stop it first"):
            await second.start()
        assert await asyncio.to_thread(is_running, tmp_path)
        await first.stop()
        await first.stop()
        assert not (tmp_path / SOCKET).exists()
        left = socket.socket(socket.AF_UNIX)
        with socket_path(tmp_path) as name:
            left.bind(name)
        left.close()  # what a killed one leaves: a name that nobody listens at
        await second.start()
        await second.stop()

    asyncio.run(run())


@pytest.mark.parametrize("sent", [b"\n", b"nonsense\n", b"[1]\n", b'{"do": 7}\n', b"x" * 100_000, b""])
def test_nonsense_harms_nobody(tmp_path: Path, sent: bytes) -> None:
    async def run() -> None:
        server = ControlServer(tmp_path, HANDLERS)
        await server.start()
        with socket_path(tmp_path) as name:
            reader, writer = await asyncio.open_unix_connection(name)
        writer.write(sent)
        if sent:
            await writer.drain()
        else:
            writer.close()
        try:
            answer = await asyncio.wait_for(reader.read(), 20)
        except ConnectionError:
            answer = b""
        assert not answer or "refused" in json.loads(answer)
        writer.close()
        assert (await asyncio.to_thread(ask, tmp_path, "count", {"to": 0})) == {"counted": 0}
        await server.stop()

    asyncio.run(run())
