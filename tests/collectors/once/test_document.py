"""`yunwei poll --json` keeps what docs/poll-json.md and the schema promise."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import collectors.once
from collectors.once import HostPoll, Shortfall, document_of
from collectors.once.document import SCHEMA
from collectors.snmp import oids
from collectors.snmp.kinds import KINDS
from foundation.messages import CounterVerdict, HealthReading, HealthStatus, InterfaceReading, LimitSource
from tests.collectors import ber
from tests.collectors.once.making import host, look

FILE = Path(collectors.once.__file__).parent / "poll.schema.json"
PROMISE: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
PAGE = Path(collectors.once.__file__).parents[2] / "docs" / "poll-json.md"


@pytest.fixture(scope="module")
def whole() -> HostPoll:
    """A look at a host that has some of everything."""
    return asyncio.run(look(host()))


def check(document: Any) -> None:
    """Against the schema, as JSON: what is no JSON fails too."""
    Draft202012Validator(PROMISE).validate(json.loads(json.dumps(document, allow_nan=False)))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(PROMISE)
    assert PROMISE["properties"]["schema"]["const"] == SCHEMA


def test_a_look_at_a_rich_host_is_as_promised(whole: HostPoll) -> None:
    document = document_of(whole)
    check(document)
    for name in ("interfaces", "processors", "memory", "sensors", "neighbours", "modules", "routing"):
        assert document[name], name


def test_a_look_at_a_bare_host_is_as_promised() -> None:
    check(document_of(asyncio.run(look({oids.SYS_UPTIME: ber.ticks(5)}))))


@pytest.mark.parametrize("shortfall", Shortfall)
@pytest.mark.parametrize("verdict", CounterVerdict)
def test_an_odd_look_is_as_promised(whole: HostPoll, shortfall: Shortfall, verdict: CounterVerdict) -> None:
    port = whole.interfaces[0]
    reading = InterfaceReading("up1", 1, 99, verdict, *([None] * 8))
    odd = replace(whole, shortfall=shortfall, uptime_s=None, interfaces=(replace(port, reading=reading),))
    check(document_of(odd))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", HealthStatus)
@pytest.mark.parametrize("source", LimitSource)
def test_every_kind_status_and_source_of_a_reading_is_as_promised(
    whole: HostPoll, kind: str, status: HealthStatus, source: LimitSource
) -> None:
    readings = (HealthReading("x", kind, 1.5, "%", status, 2.0, source, "word"), HealthReading("y", kind, None, ""))
    document = document_of(replace(whole, health=readings))
    check(document)
    assert len(document["processors"] + document["memory"] + document["sensors"]) == 2


def parts(schema: dict[str, Any], document: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Every object of the document beside the part of the schema that describes it."""
    if "$ref" in schema:
        schema = PROMISE["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    if isinstance(document, dict):
        yield path, schema, document
        for name, value in document.items():
            yield from parts(schema.get("properties", {}).get(name, {}), value, f"{path}.{name}")
    elif isinstance(document, list):
        for value in document:
            yield from parts(schema.get("items", {}), value, f"{path}[]")


def test_no_field_is_printed_that_is_not_promised_and_described(whole: HostPoll) -> None:
    text = PAGE.read_text(encoding="utf-8")
    for path, schema, document in parts(PROMISE, document_of(whole)):
        assert set(document) == set(schema["properties"]) == set(schema["required"]), path
        assert {name for name in document if f"`{name}`" not in text} == set(), path
