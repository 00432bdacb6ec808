"""Line protocol against its grammar, and against the encoder of `influxdb-client`."""

import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from influxdb_client.client.write.point import Point

from storage.metrics.line_protocol import MOST_STEADY, LineEncoder, tag_text
from storage.metrics.store import DECIMALS, FIELDS, Measurement
from tests.storage.metrics.making import batch

names = st.text(min_size=1, max_size=30)
values = st.one_of(st.none(), st.floats(), st.floats(0, 1e12), st.integers(0, 7))


def parsed(line: str) -> tuple[str, dict[str, str], dict[str, float], int]:
    """A line read by the grammar: measurement, tags, fields, instant."""
    head, fields, at = re.split(r"(?<!\\) ", line)
    measurement, *tags = re.split(r"(?<!\\),", head)
    pairs = [re.split(r"(?<!\\)=", tag) for tag in tags]
    numbers = [field.split("=") for field in fields.split(",")]
    return (
        measurement,
        {name: re.sub(r"\\([,= ])", r"\1", value) for name, value in pairs},
        {name: float(value) for name, value in numbers},
        int(at),
    )


@given(device=names, ifname=names, site=st.text(max_size=5), fields=st.lists(values, min_size=11, max_size=11))
def test_every_row_reads_back_as_it_was(device: str, ifname: str, site: str, fields: list[float | None]) -> None:
    given_fields = dict(zip(FIELDS[Measurement.INTERFACE], fields, strict=True))
    tags = {"device": device, "ifname": ifname, "site": site, "tier": "county"}
    rows = batch(Measurement.INTERFACE, [(1_764_000_000_123, tags, given_fields)])
    lines = list(LineEncoder(Measurement.INTERFACE).lines(rows.columns[Measurement.INTERFACE]))
    real = {name: value for name, value in given_fields.items() if value is not None and math.isfinite(value)}
    if not real:
        assert lines == []
        return
    (line,) = lines
    assert "\n" not in line
    assert line.isprintable() or not (device + ifname + site).isprintable()
    measurement, found_tags, found_fields, at = parsed(line)
    assert (measurement, at) == ("interface", 1_764_000_000_123)
    assert found_tags == {name: tag_text(value) for name, value in tags.items() if value}
    assert found_fields.keys() == real.keys()
    for name, value in real.items():
        assert abs(found_fields[name] - value) <= 0.5000001 * 10 ** -DECIMALS[name] + abs(value) * 1e-12


@given(st.lists(st.tuples(values, values, st.sampled_from([0.0, 1.0, None, math.nan]), values), max_size=8))
def test_rows_of_one_batch_do_not_take_one_another_s_values(rows: list[tuple[float | None, ...]]) -> None:
    encoder = LineEncoder(Measurement.DEVICE)
    names = ("rtt_ms", "loss", "temperature", "cpu")
    given_rows = [(at, {"device": f"r{at % 2}"}, dict(zip(names, row, strict=True))) for at, row in enumerate(rows, 1)]
    for _ in range(2):  # the second time from what is remembered
        lines = encoder.lines(batch(Measurement.DEVICE, given_rows).columns[Measurement.DEVICE])
        found = {at: (tags["device"], fields) for _, tags, fields, at in map(parsed, lines)}
        for at, tags, fields in given_rows:
            alone = LineEncoder(Measurement.DEVICE).lines(
                batch(Measurement.DEVICE, [(at, tags, fields)]).columns[Measurement.DEVICE]
            )
            assert [(tags["device"], parsed(line)[2]) for line in alone] == ([found[at]] if at in found else [])


def test_what_is_remembered_of_rows_is_bounded() -> None:
    encoder = LineEncoder(Measurement.DEVICE)
    many = batch(Measurement.DEVICE, [(at, {"device": "r1"}, {"loss": at / 100}) for at in range(3 * MOST_STEADY)])
    lines = list(encoder.lines(many.columns[Measurement.DEVICE]))
    assert lines[-1].endswith(f"loss={(3 * MOST_STEADY - 1) / 100:.2f} {3 * MOST_STEADY - 1}")
    assert len(encoder._steady_texts) <= MOST_STEADY


@pytest.mark.slow
@given(device=st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="\\"), min_size=1))
def test_names_are_escaped_as_the_official_client_escapes_them(device: str) -> None:
    rows = batch(Measurement.DEVICE, [(17, {"device": device, "site": "a b,c=d", "tier": "t"}, {"uptime_s": 5})])
    (line,) = LineEncoder(Measurement.DEVICE).lines(rows.columns[Measurement.DEVICE])
    client: Any = Point
    point = client("device").tag("device", device).tag("site", "a b,c=d").tag("tier", "t").field("uptime_s", 5.0)
    assert line == point.time(17, "ms").to_line_protocol()


def test_an_empty_tag_is_left_out_since_servers_keep_none() -> None:
    rows = batch(Measurement.DEVICE, [(17, {"device": "r1", "site": "", "tier": "t"}, {"cpu": 5})])
    assert list(LineEncoder(Measurement.DEVICE).lines(rows.columns[Measurement.DEVICE])) == [
        "device,device=r1,tier=t cpu=5.00 17"
    ]


def test_control_characters_and_backslashes_are_replaced_and_nothing_else() -> None:
    assert tag_text("a\nb\tc\\d\x00e\u2028f 昭通,=\"'") == "a b c/d e f 昭通,=\"'"
