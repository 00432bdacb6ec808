"""The load of lines for `yunwei report` beside a running platform, which alone can read its DuckDB file."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from foundation.clock import Instant
from foundation.problems import OperatorError
from reports.load import MonthLoad
from reports.measuring import measure_load
from storage.metrics.history import HistoryStore
from topology.network import Network
from yunwei.control.client import ask
from yunwei.control.server import Tell, telling
from yunwei.lent_files import present

_LOAD: Final = TypeAdapter(MonthLoad)


class LinkLoads:
    """The platform's side: answers the command `link load`."""

    def __init__(self, running: Callable[[], tuple[Network, HistoryStore] | None]) -> None:
        """`running` gives network and store of the platform that runs now; None while none does."""
        self._running = running

    async def command(self, request: Mapping[str, Any], tell: Tell) -> Mapping[str, Any]:
        """The load of [start, end). Raises OperatorError when it can't be told."""
        start, end = request.get("start"), request.get("end")
        if not isinstance(start, int) or not isinstance(end, int) or start >= end:
            raise OperatorError("A load is asked for from one moment to a later one.")
        running = present(self._running())
        load = await telling(tell, asyncio.to_thread(measure_load, *running, start, end))
        return {"load": _LOAD.dump_python(load, mode="json")}


def borrow_load(data: Path, start: Instant, end: Instant) -> MonthLoad:
    """The load of [start, end) from the running platform.

    Raises OperatorError when none runs, or when it can't tell.
    """
    answer = ask(data, "link load", {"start": start, "end": end})
    try:
        return _LOAD.validate_python(answer["load"])
    except (KeyError, ValidationError):
        raise OperatorError("The running platform is of another version. Restart it.") from None
