"""InfluxQL: nothing that comes from outside is ever more than a name or a text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from storage.metrics import influxql
from storage.metrics.influx_server import recognise
from storage.metrics.store import Aggregate, Measurement, RankQuery, SeriesQuery


def unquoted(text: str, quote: str) -> str:
    """What InfluxQL's scanner reads in a quoted text; fails when it ends early."""
    assert text[0] == text[-1] == quote
    inner = text[1:-1]
    assert re.fullmatch(rf"(?:[^\\{quote}\n]|\\[\\{quote}n])*", inner) is not None
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], inner)


@given(st.text())
def test_a_text_in_quotes_is_one_text_whatever_is_in_it(text: str) -> None:
    assert unquoted(influxql.literal(text), "'") == text


@given(st.text())
def test_a_name_in_quotes_is_one_name_whatever_is_in_it(name: str) -> None:
    assert unquoted(influxql.identifier(name), '"') == name


def test_a_series_is_asked_for_by_its_tags_at_a_step() -> None:
    tags = {"device": "r'1", "ifname": "GE0/0"}
    query = SeriesQuery(Measurement.INTERFACE, tags, "in_bps", 1000, 61_000, 5000, Aggregate.LAST)
    assert influxql.series(query) == (
        'SELECT last("in_bps") FROM "interface" WHERE time >= 1000ms AND time < 61000ms '
        "AND \"device\" = 'r\\'1' AND \"ifname\" = 'GE0/0' GROUP BY time(5000ms) fill(none)"
    )


def test_a_ranking_asks_for_every_object_once() -> None:
    query = RankQuery(Measurement.DEVICE, "cpu", 1000, 61_000, Aggregate.MAX, {"tier": "county"})
    assert influxql.rank(query) == (
        'SELECT max("cpu") FROM "device" WHERE time >= 1000ms AND time < 61000ms '
        'AND "tier" = \'county\' GROUP BY "device", "site", "tier"'
    )


def test_servers_are_known_by_their_answer_to_a_ping() -> None:
    def abilities(headers: dict[str, str]) -> tuple[bool, bool, bool] | None:
        server = recognise(headers)
        return None if server is None else (server.writes_v2, server.reads_influxql, server.creates_databases)

    assert abilities({"X-Influxdb-Version": "1.6.7~rc0"}) == (False, True, True)
    assert abilities({"X-Influxdb-Version": "1.8.10"}) == (True, True, True)
    assert abilities({"X-Influxdb-Version": "v2.7.11"}) == (True, True, False)
    assert abilities({"x-influxdb-version": "3.0.1"}) == (True, True, False)
    assert abilities({"X-Influxdb-Version": "dev"}) == (True, True, False)
    assert abilities({"X-Server-Hostname": "vm", "X-Influxdb-Version": "1.8.0"}) == (True, False, False)
    assert abilities({"Server": "nginx"}) is None
