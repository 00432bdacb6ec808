"""The segment format: whatever a crash or a bad disk leaves, whole records are found and nothing else."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.metrics.spool.records import HEADER_SIZE, MAGIC, Header, headers

payloads = st.lists(st.binary(max_size=60) | st.just(MAGIC * 3), min_size=1, max_size=5)


def segment_of(contents: list[bytes]) -> tuple[bytes, list[int]]:
    """A segment with these payloads, and where each record ends."""
    segment, ends = b"", []
    for number, content in enumerate(contents, 7):
        segment += Header.of(number, 1000 + number, len(content), content).packed() + content
        ends.append(len(segment))
    return segment, ends


def whole(segment: bytes) -> list[tuple[int, bytes]]:
    """The sequence numbers and payloads of all records that are found whole."""
    found = []
    for begin, header in headers(segment):
        content = segment[begin : begin + header.length]
        if header.matches(content):
            found.append((header.sequence, content))
    return found


@given(payloads)
def test_what_was_written_is_read(contents: list[bytes]) -> None:
    segment, _ = segment_of(contents)
    assert whole(segment) == list(enumerate(contents, 7))
    assert [header.at for _, header in headers(segment)] == [1000 + number for number, _ in whole(segment)]


@given(payloads)
def test_a_write_torn_at_any_byte_leaves_exactly_the_records_before_it(contents: list[bytes]) -> None:
    segment, ends = segment_of(contents)
    for cut in range(len(segment) + 1):
        expected = [
            (number, content) for (number, content), end in zip(enumerate(contents, 7), ends, strict=True) if end <= cut
        ]
        assert whole(segment[:cut]) == expected, cut


@pytest.mark.slow
@given(payloads, st.integers(0, 2**32))
def test_a_write_torn_at_any_byte_whose_rest_is_zeros_or_old_bytes_leaves_exactly_the_records_before_it(
    contents: list[bytes], seed: int
) -> None:
    """A file system may have made the file longer before it wrote into it."""
    segment, ends = segment_of(contents)
    noise = random.Random(seed).randbytes(len(segment))
    for cut in range(len(segment) + 1):
        for rest in (bytes(len(segment) - cut), noise[cut:]):
            torn = segment[:cut] + rest
            if torn == segment:
                continue
            expected = [
                (number, content)
                for (number, content), end in zip(enumerate(contents, 7), ends, strict=True)
                if end <= cut
            ]
            found = whole(torn)
            # The bytes that replaced the rest may by chance be those that stood there.
            assert found[: len(expected)] == expected
            assert set(found) <= set(enumerate(contents, 7))


@given(payloads, st.data())
def test_a_damaged_byte_costs_one_record_and_never_gives_a_wrong_one(
    contents: list[bytes], data: st.DataObject
) -> None:
    segment, ends = segment_of(contents)
    at = data.draw(st.integers(0, len(segment) - 1))
    damaged = bytearray(segment)
    damaged[at] ^= 1 << data.draw(st.integers(0, 7))
    hit = next(index for index, end in enumerate(ends) if at < end)
    expected = [pair for index, pair in enumerate(enumerate(contents, 7)) if index != hit]
    assert whole(bytes(damaged)) == expected


def test_a_record_begins_with_its_magic_and_costs_36_bytes() -> None:
    packed = Header.of(1, 2, 3, b"xyz").packed()
    assert (packed[:4], len(packed), HEADER_SIZE) == (b"YWS1", 36, 36)
