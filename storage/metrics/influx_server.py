"""Finds out which server stands at an InfluxDB URL, since generations differ in how they are written and read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Server:
    """What a server calls itself, and what it can do."""

    name: str
    """`InfluxDB 1.6.7`."""
    writes_v2: bool
    """It takes `/api/v2/write`; others take `/write` only."""
    reads_influxql: bool
    """It answers InfluxQL over `/query`."""
    creates_databases: bool
    """It takes CREATE DATABASE; others make a database by themselves, or want it made by hand."""


def recognise(headers: Mapping[str, str]) -> Server | None:
    """The server whose answer to `/ping` has these headers; None when it is no such server.

    VictoriaMetrics claims to be InfluxDB 1.8 in some answers, but names its host in a header of its own.
    """
    known = {name.lower(): value for name, value in headers.items()}
    if "x-server-hostname" in known:
        return Server("VictoriaMetrics", writes_v2=True, reads_influxql=False, creates_databases=False)
    version = known.get("x-influxdb-version")
    if version is None:
        return None
    found = re.match(r"v?(\d+)\.(\d+)", version)
    major, minor = (int(found[1]), int(found[2])) if found else (2, 0)
    return Server(
        f"InfluxDB {version}",
        writes_v2=(major, minor) >= (1, 8),
        reads_influxql=True,
        creates_databases=major < 2,
    )
