"""A recording's line gives back what the device told, here and in what replays it."""

import pytest
from hypothesis import example, given

from collectors.recording.records import OCTETS, Record, line_of, oid_of, record_of
from simulator.ber import tlv, unsigned
from simulator.recordings import parse_recording
from tests.collectors.recording.making import records


@pytest.mark.slow
@given(records)
@example(Record((1, 3, 6), OCTETS, b" kept blanks "))
@example(Record((1, 3, 6), OCTETS, b"a|b"))
@example(Record((1, 3, 6), OCTETS, b"two\nlines"))
def test_a_line_is_read_back_as_the_record_it_was_written_from(record: Record) -> None:
    assert record_of(line_of(record)) == record
    assert "\n" not in line_of(record)


@given(records)
def test_the_simulator_replays_the_same_type_and_value(record: Record) -> None:
    recording = parse_recording(line_of(record).encode())
    assert recording.skipped == 0
    assert recording.oids == [record.oid]
    (element,) = recording.values
    assert isinstance(element, bytes)
    assert element[0] == record.tag
    if isinstance(record.value, bytes):
        assert element == tlv(record.tag, record.value)
    elif isinstance(record.value, int) and record.value >= 0 and record.tag != 2:
        assert element == unsigned(record.tag, record.value)


@pytest.mark.parametrize("text", ["", "1", "3.1.2", "1.3.x", "1.3.-6", "1.3.4294967296", "iso.org"])
def test_what_is_no_object_identifier_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        oid_of(text)


@pytest.mark.parametrize("line", ["", "1.3.6", "1.3.6|4", "1.3.6|99|x", "1.3.6|4x|zz", "1.3.6|2|x", "x|2|1"])
def test_what_is_no_record_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        record_of(line)
