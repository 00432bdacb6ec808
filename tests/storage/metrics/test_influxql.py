"""InfluxQL: nothing that comes from outside is ever more than a name or a text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from storage.metrics import influxql
from storage.metrics.influx_server import recognise
from storage.metrics.resolutions import HOURLY, Stretch
from storage.metrics.store import Aggregate, Measurement


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
    rows = Stretch(None, 1000, 61_000)
    step = influxql.by_step(5000)
    assert influxql.whole(Aggregate.LAST, Measurement.INTERFACE, "in_bps", rows, tags, step) == (
        'SELECT last("in_bps") FROM "interface" WHERE time >= 1000ms AND time < 61000ms '
        "AND \"device\" = 'r\\'1' AND \"ifname\" = 'GE0/0' GROUP BY time(5000ms) fill(none)"
    )


def test_a_roll_up_is_asked_for_what_its_steps_are_put_together_of() -> None:
    hours = Stretch(HOURLY, 0, 7_200_000)
    objects = influxql.by_object(Measurement.DEVICE)
    assert influxql.parts(Measurement.DEVICE, "cpu", hours, {"tier": "county"}, objects) == (
        'SELECT sum("cpu_sum"), sum("cpu_count"), min("cpu_low"), max("cpu_high") FROM "device" '
        'WHERE time >= 0ms AND time < 7200000ms AND "tier" = \'county\' GROUP BY "device", "site", "tier"'
    )


def test_servers_are_known_by_their_answer_to_a_ping() -> None:
    def abilities(headers: dict[str, str]) -> tuple[int, bool] | None:
        server = recognise(headers)
        return None if server is None else (server.generation, server.writes_v2)

    assert abilities({"X-Influxdb-Version": "1.6.7~rc0"}) == (1, False)
    assert abilities({"X-Influxdb-Version": "1.8.10"}) == (1, True)
    assert abilities({"X-Influxdb-Version": "v2.7.11"}) == (2, True)
    assert abilities({"x-influxdb-version": "3.0.1"}) == (3, True)
    assert abilities({"X-Influxdb-Version": "dev"}) == (2, True)
    assert abilities({"X-Server-Hostname": "vm", "X-Influxdb-Version": "1.8.0"}) == (0, True)
    assert abilities({"Server": "nginx"}) is None
