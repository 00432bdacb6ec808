"""Finds out which server stands at an InfluxDB URL, since generations differ in how they are written and managed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Server:
    """What a server calls itself, and what it can do."""

    name: str
    """`InfluxDB 1.6.7`."""
    generation: int
    """1, 2 or 3; 0 for what is no InfluxDB."""
    writes_v2: bool
    """It takes `/api/v2/write`; others take `/write` only."""

    @property
    def is_influxdb(self) -> bool:
        """Not so for VictoriaMetrics, which takes the same lines but answers no InfluxQL."""
        return self.generation > 0


def recognise(headers: Mapping[str, str]) -> Server | None:
    """The server whose answer to `/ping` has these headers; None when it is no such server.

    VictoriaMetrics claims to be InfluxDB 1.8 in some answers, but names its host in a header of its own.
    """
    known = {name.lower(): value for name, value in headers.items()}
    if "x-server-hostname" in known:
        return Server("VictoriaMetrics", 0, writes_v2=True)
    version = known.get("x-influxdb-version")
    if version is None:
        return None
    found = re.match(r"v?(\d+)\.(\d+)", version)
    major, minor = (int(found[1]), int(found[2])) if found else (2, 0)
    return Server(f"InfluxDB {version}", min(max(major, 1), 3), writes_v2=(major, minor) >= (1, 8))
