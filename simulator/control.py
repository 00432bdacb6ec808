"""Commands to a running simulator: one JSON object a line over TCP on 127.0.0.1, answered by one JSON object a line.

    {"fault": "device-dead", "target": "530102-R1", "for": "90 s"}   puts a fault in force
    {"clear": 3} or {"clear": "all"}                                 ends faults
    {"list": true}                                                   the faults in force
    {"status": true}                                                 what has come in since the start

An answer has `"ok": true`, or `"ok": false` and `error`, a sentence.
"""

import asyncio
import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

from pydantic import ValidationError

from foundation.clock import Clock
from foundation.problems import OperatorError, did_you_mean
from simulator.agents import Tally
from simulator.effects import ActiveFault
from simulator.faults import FAULT, KINDS, MODELS
from simulator.province import Province
from simulator.targets import TargetError

_COMMANDS: Final = ("fault", "clear", "list", "status")
_LONGEST: Final = 64 * 1024
"""Bytes of one request."""
_CONNECTIONS: Final = 64
"""Connections at once; more are closed."""
_PATIENCE: Final = 30.0
"""Seconds that a connection may stay without a request."""

Answer = dict[str, Any]


class Commands:
    """Carries out commands on a province."""

    def __init__(self, province: Province, tally: Tally, clock: Clock) -> None:
        self._province = province
        self._tally = tally
        self._clock = clock
        self._started = clock.now()

    def carry_out(self, line: bytes) -> Answer:
        """The answer to one request line; never raises for what stands in it."""
        try:
            command = json.loads(line)
        except (ValueError, RecursionError):
            return _refusal("A request is one JSON object on one line.")
        if not isinstance(command, dict):
            return _refusal("A request is one JSON object on one line.")
        named = [word for word in _COMMANDS if word in command]
        if len(named) != 1:
            known = f"Give exactly one of {', '.join(_COMMANDS)}."
            hint = next((hint for key in command if (hint := did_you_mean(key, _COMMANDS))), "")
            return _refusal(f"{known} {hint}".rstrip())
        actions: Mapping[str, Callable[[dict[str, Any]], Answer]] = {
            "fault": self._fault,
            "clear": self._clear,
            "list": self._list,
            "status": self._status,
        }
        return actions[named[0]](command)

    def _fault(self, command: dict[str, Any]) -> Answer:
        kind = command["fault"]
        if kind not in KINDS:
            hint = did_you_mean(str(kind), KINDS) or f"There are: {', '.join(KINDS)}."
            return _refusal(f'There is no fault "{kind}". {hint}')
        try:
            begun = self._province.inject(FAULT.validate_python(command), self._clock.now())
        except ValidationError as error:
            return _refusal(_sentence(error, str(kind)))
        except (TargetError, OperatorError) as error:
            message = str(error)
            return _refusal(message[0].upper() + message[1:])
        return {"ok": True, **_shown(begun)}

    def _clear(self, command: dict[str, Any]) -> Answer:
        wanted = command["clear"]
        if wanted != "all" and (isinstance(wanted, bool) or not isinstance(wanted, int)):
            return _refusal('Clear takes the number of a fault, or "all".')
        cleared = self._province.clear(None if wanted == "all" else wanted, self._clock.now())
        if not cleared and wanted != "all":
            known = ", ".join(str(id_) for id_ in self._province.active) or "none"
            return _refusal(f"No fault number {wanted} is in force. In force: {known}.")
        return {"ok": True, "cleared": [item.id for item in cleared]}

    def _list(self, _: dict[str, Any]) -> Answer:
        self._province.advance(self._clock.now())
        return {"ok": True, "faults": [_shown(item) for item in self._province.active.values()]}

    def _status(self, _: dict[str, Any]) -> Answer:
        now = self._clock.now()
        self._province.advance(now)
        alive = sum(agent.alive for agent in self._province.agents.values())
        return {
            "ok": True,
            "devices": len(self._province.agents),
            "reachable": alive,
            "active_faults": len(self._province.active),
            "running_s": (now - self._started) / 1000,
            **asdict(self._tally),
        }


class ControlServer:
    """Takes commands over TCP on 127.0.0.1."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self, port: int) -> int:
        """Listen; the port, which is another than asked for when that was 0.

        Raises OperatorError when the port is taken.
        """
        try:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=_LONGEST)
        except OSError as error:
            raise OperatorError(
                f"TCP port {port} for the simulator's commands can't be opened: {error.strerror or error}. "
                "Stop what uses it, or choose another port."
            ) from None
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening and drop open connections."""
        if self._server is not None:
            self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._connections) >= _CONNECTIONS:
            writer.close()
            return
        self._connections.add(task)
        try:
            while line := await asyncio.wait_for(reader.readline(), _PATIENCE):
                answer = self._commands.carry_out(line)
                writer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
                await asyncio.wait_for(writer.drain(), _PATIENCE)
        except ValueError:
            # readline's word for a line above the limit.
            writer.write(json.dumps(_refusal(f"A request is at most {_LONGEST // 1024} KiB long.")).encode() + b"\n")
        except (TimeoutError, ConnectionError):
            pass
        finally:
            self._connections.discard(task)
            writer.close()


def send(port: int, command: Mapping[str, Any], *, timeout: float = 10.0) -> dict[str, Any]:
    """Send one command to the simulator that listens on 127.0.0.1:`port`, and wait for the answer.

    Blocks for at most about `timeout` seconds. Raises OperatorError when nobody listens or no answer comes; a refused
    command is no exception: look at `ok` and `error`.
    """
    try:
        with socket.create_connection(("127.0.0.1", port), timeout) as connection, connection.makefile("rwb") as stream:
            stream.write(json.dumps(dict(command)).encode() + b"\n")
            stream.flush()
            line = stream.readline()
        answer = json.loads(line)
    except ConnectionRefusedError:
        raise OperatorError(f"No simulator listens on 127.0.0.1:{port}. Start one with: yunwei simulate") from None
    except (OSError, ValueError):
        raise OperatorError(f"The simulator on 127.0.0.1:{port} gave no answer within {timeout:g} s.") from None
    if not isinstance(answer, dict):
        raise OperatorError(f"What listens on 127.0.0.1:{port} is no simulator.")
    return answer


def _refusal(message: str) -> Answer:
    return {"ok": False, "error": message}


def _shown(item: ActiveFault) -> Answer:
    settings = item.fault.model_dump(exclude={"fault", "target", "lasts"})
    return {
        "id": item.id,
        "fault": item.fault.fault,
        "target": item.fault.target,
        "since": item.since,
        "until": item.until,
        **settings,
    }


def _sentence(error: ValidationError, kind: str) -> str:
    model = MODELS[KINDS.index(kind)]
    known = [field.alias or name for name, field in model.model_fields.items()]
    sentences = []
    for detail in error.errors():
        key = str(detail["loc"][-1]) if len(detail["loc"]) > 1 else ""
        if detail["type"] == "extra_forbidden":
            sentences.append(f'Unknown key "{key}". {did_you_mean(key, known)}'.rstrip())
        elif detail["type"] == "missing":
            sentences.append(f'The key "{key}" is missing.')
        else:
            sentences.append(f"{key}: {detail['msg'].removeprefix('Value error, ')}.".removeprefix(": "))
    return " ".join(sentences)
