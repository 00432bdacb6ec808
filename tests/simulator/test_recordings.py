"""Recordings: odd lines never stop the loading, and a recording plays the device it was taken from."""

import bz2
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.calendar import parse
from foundation.clock import SECOND
from foundation.problems import OperatorError
from simulator.answers import Answerer
from simulator.curve import Moment
from simulator.faults import FAULT
from simulator.messages import Kind, parse_request
from simulator.province import Province
from simulator.recordings import RecordedView, Recording, parse_recording, read_recording
from simulator.routers import Router
from tests.networks import small_network
from tests.simulator.asking import Binding, decode, request

NOW = parse("2026-11-24 14:30:00")
MOMENT = Moment(NOW)


def router() -> Router:
    return Router(small_network().devices["a1"], "", seed=1)


def ask(recording: Recording, kind: Kind, *names: str) -> list[Binding]:
    asked = request(kind, [tuple(int(step) for step in name.split(".")) for name in names])
    return decode(Answerer(RecordedView(recording, router()), 60_000).answer(parse_request(asked), MOMENT)).bindings


def test_every_type_is_read_sorted_and_given_back() -> None:
    recording = parse_recording(
        b"1.3.6.1.2.1.5.0|64|10.1.2.3\n"
        b".1.3.6.1.2.1.4.0|4x|e4ba91\n"
        b"# a comment\n"
        b"\n"
        b"1.3.6.1.2.1.3.0|2|-5\r\n"
        b"1.3.6.1.2.1.6.0|6|.1.3.6.1\n"
        b"1.3.6.1.2.1.7.0|70|18446744073709551615\n"
        b"1.3.6.1.2.1.8.0|65|4294967295\n"
        b"1.3.6.1.2.1.9.0|66|7\n"
        b"1.3.6.1.2.1.10.0|4|two|bars\n"
        b"1.3.6.1.2.1.3.0|2|6\n"
    )
    assert recording.skipped == 1
    met = []
    name = "1.3"
    while (binding := ask(recording, Kind.GET_NEXT, name)[0]).kind != "endOfMibView":
        met.append((binding.oid[6], binding.kind, binding.value))
        name = ".".join(map(str, binding.oid))
    assert met == [
        (3, "integer", 6),
        (4, "octets", "云".encode()),
        (5, "address", bytes([10, 1, 2, 3])),
        (6, "oid", (1, 3, 6, 1)),
        (7, "counter64", 2**64 - 1),
        (8, "counter32", 2**32 - 1),
        (9, "gauge", 7),
        (10, "octets", b"two|bars"),
    ]


def test_a_missing_instance_is_told_from_a_missing_object() -> None:
    recording = parse_recording(b"1.3.6.1.2.1.2.2.1.2.1|4|eth0\n")
    kinds = [binding.kind for binding in ask(recording, Kind.GET, "1.3.6.1.2.1.2.2.1.2.9", "1.3.6.1.2.1.3.1.0")]
    assert kinds == ["noSuchInstance", "noSuchObject"]


def test_variations_are_replayed_as_numbers_that_move_or_as_their_plain_value() -> None:
    recording = parse_recording(
        b"1.3.6.1.2.1.3.0|65:numeric|rate=100,initial=7\n"
        b"1.3.6.1.2.1.4.0|2:numeric|min=3,max=9\n"
        b"1.3.6.1.2.1.5.0|4:writecache|value=hello\n"
        b"1.3.6.1.2.1.6.0|4x:writecache|hexvalue=00ff\n"
    )
    assert recording.skipped == 0
    names = [f"1.3.6.1.2.1.{number}.0" for number in (3, 4, 5, 6)]
    moved, still, text, octets = ask(recording, Kind.GET, *names)
    seconds = router().ticks(NOW) / 100
    assert moved.value == int(7 + 100 * seconds) % 2**32
    assert (still.value, text.value, octets.value) == (3, b"hello", b"\x00\xff")


@given(st.binary(max_size=400))
def test_no_bytes_stop_the_loading(data: bytes) -> None:
    recording = parse_recording(data)
    assert recording.oids == sorted(set(recording.oids))


RECORD = "1.3.6.1|2|1"
NO_RECORDS = ["1.3.6.1", "1.3|2|x", "1.3.6|4x|zz", "1.3.6|99|1", "x|2|1", "1.3.7|65|-1"]


@given(st.lists(st.sampled_from([RECORD, *NO_RECORDS])))
def test_lines_that_are_no_record_are_counted(lines: list[str]) -> None:
    recording = parse_recording("\n".join(lines).encode())
    assert recording.skipped == sum(line != RECORD for line in lines)


def test_a_file_that_can_not_be_replayed_is_refused_in_one_sentence(tmp_path: Path) -> None:
    empty = tmp_path / "empty.snmprec"
    empty.write_text("nothing\n")
    broken = tmp_path / "broken.snmprec.bz2"
    broken.write_bytes(bz2.compress(b"1.3.6.1|2|1\n" * 100)[:-5])
    for path, sentence in (
        (empty, "holds no record"),
        (broken, "can't be read"),
        (tmp_path / "missing.snmprec", "can't be read: No such file"),
    ):
        with pytest.raises(OperatorError, match=sentence):
            read_recording(path)


def test_a_recorded_device_keeps_its_own_objects_while_its_clock_runs_and_its_lines_fail() -> None:
    recording = parse_recording(
        b"1.3.6.1.2.1.1.3.0|67|100\n"
        b"1.3.6.1.2.1.1.5.0|4|recorded\n"
        b"1.3.6.1.2.1.2.2.1.2.17|4|up1\n"
        b"1.3.6.1.2.1.2.2.1.8.17|2|1\n"
        b"1.3.6.1.2.1.2.2.1.8.18|2|2\n"
    )
    place = Province(small_network(), seed=1, now=NOW, recordings={"a1": recording})

    def read(*names: str, at: int) -> list[object]:
        place.advance(at)
        asked = request(Kind.GET, [tuple(int(step) for step in name.split(".")) for name in names])
        answerer = place.answerer(place.agents["a1"])
        return [binding.value for binding in decode(answerer.answer(parse_request(asked), Moment(at))).bindings]

    up_time, name, line, other = (
        "1.3.6.1.2.1.1.3.0",
        "1.3.6.1.2.1.1.5.0",
        "1.3.6.1.2.1.2.2.1.8.17",
        "1.3.6.1.2.1.2.2.1.8.18",
    )
    assert read(name, line, other, at=NOW) == [b"recorded", 1, 2]
    place.inject(FAULT.validate_python({"fault": "restart", "target": "a1"}), NOW)
    assert read(up_time, at=NOW + 3 * SECOND) == [300]
    place.inject(FAULT.validate_python({"fault": "link-down", "target": "a1:county-a"}), NOW + 4 * SECOND)
    assert read(line, other, at=NOW + 4 * SECOND) == [2, 2]
    with pytest.raises(OperatorError, match="replays a recording, which can't show cpu-surge"):
        place.inject(FAULT.validate_python({"fault": "cpu-surge", "target": "a1"}), NOW + 4 * SECOND)


@pytest.mark.slow
def test_the_published_recordings_load_whole() -> None:
    """Real walks from the snmpsim-data package, compressed as it ships them."""
    root = Path(str(files("snmpsim_data"))) / "data"
    recording = read_recording(root / "network" / "switch" / "h3c-e528-2.snmprec.bz2")
    assert len(recording.oids) > 20_000
    assert recording.skipped <= 1
