"""Batches as bytes: what comes back is what went in, and no bytes ever become a wrong batch."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.metrics.spool.payloads import PayloadError, decode, encode
from storage.metrics.store import FIELDS, TAGS, Columns, Measurement, MetricBatch

values = st.one_of(st.none(), st.floats(allow_nan=False), st.integers(-(2**50), 2**50).map(float))
texts = st.text(max_size=8)


@st.composite
def batches(draw: st.DrawFn) -> MetricBatch:
    columns = {}
    for measurement in draw(st.sets(st.sampled_from(Measurement))):
        rows = draw(st.integers(0, 4))

        def column(strategy: st.SearchStrategy, rows: int = rows) -> list:  # type: ignore[type-arg]
            return draw(st.lists(strategy, min_size=rows, max_size=rows))

        columns[measurement] = Columns(
            column(st.integers(-(2**62), 2**62)),
            {tag: column(texts) for tag in TAGS[measurement]},
            {field: column(values) for field in FIELDS[measurement]},
        )
    return MetricBatch(columns)


@pytest.mark.slow
@given(batches())
def test_a_batch_comes_back_as_it_was(batch: MetricBatch) -> None:
    assert decode(encode(batch)) == batch


def test_whole_numbers_come_back_equal_and_what_is_no_number_as_no_value() -> None:
    fields = {field: [None, 1, math.nan] for field in FIELDS[Measurement.DEVICE]}
    tags = {tag: ["a", "b", "a"] for tag in TAGS[Measurement.DEVICE]}
    batch = MetricBatch({Measurement.DEVICE: Columns([1, 2, 3], tags, fields)})
    found = decode(encode(batch)).columns[Measurement.DEVICE]
    assert found.tags == tags
    assert found.fields["cpu"] == [None, 1.0, None]


def test_a_field_of_an_older_platform_is_taken_and_one_that_it_lacked_has_no_values() -> None:
    old = {field: [1.0] for field in FIELDS[Measurement.DEVICE] if field != "poll_ms"} | {"gone": [2.0]}
    tags = {tag: ["a"] for tag in TAGS[Measurement.DEVICE]}
    found = decode(encode(MetricBatch({Measurement.DEVICE: Columns([1], tags, old)})))  # type: ignore[arg-type]
    fields = found.columns[Measurement.DEVICE].fields
    assert fields.keys() == set(FIELDS[Measurement.DEVICE])
    assert (fields["cpu"], fields["poll_ms"]) == ([1.0], [None])


@given(st.binary(max_size=200))
def test_bytes_that_are_no_batch_are_refused(content: bytes) -> None:
    with pytest.raises(PayloadError):
        decode(content)


@pytest.mark.slow
@given(batches(), st.data())
def test_a_batch_cut_short_is_refused(batch: MetricBatch, data: st.DataObject) -> None:
    content = encode(batch)
    with pytest.raises(PayloadError):
        decode(content[: data.draw(st.integers(0, len(content) - 1))])
