"""The spool: order, bounds, what a kill leaves, what a full disk leaves."""

import logging
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.clock import DAY, HOUR, MINUTE
from foundation.problems import OperatorError
from storage.metrics.spool.segments import DONE, segments
from storage.metrics.spool.spool import SMALLEST_SEGMENT, Spool, SpoolError
from storage.metrics.store import Measurement, MetricBatch
from tests.storage.metrics.making import device_rows

T0 = 1_764_000_000_000
MB = 1_000_000


def rows(device: str, count: int = 1) -> MetricBatch:
    """A batch that says which it is."""
    return device_rows(device, "cpu", {T0 + number: number / 7 for number in range(count)})


def opened(directory: Path, *, max_size: int = 100 * MB, max_age: int = DAY) -> Spool:
    """The spool of a directory."""
    return Spool(directory, max_size=max_size, max_age=max_age)


def drained(spool: Spool) -> list[str]:
    """Take everything out, in order: the devices."""
    found = []
    while (one := spool.first()) is not None:
        found.append(one[1].columns[Measurement.DEVICE].tags["device"][0])
        spool.done(one[0])
    return found


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """The system refuses to let any file of this process grow beyond."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def test_batches_come_back_in_order_and_once(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    for number in range(5):
        spool.append(rows(f"r{number}"), T0 + number)
    assert (spool.figures.batches, spool.figures.rows, spool.figures.oldest) == (5, 5, T0)
    assert drained(spool) == ["r0", "r1", "r2", "r3", "r4"]
    assert (spool.figures.batches, spool.figures.rows, spool.figures.oldest) == (0, 0, None)
    spool.close()


def test_what_waits_is_there_after_opening_again_and_what_is_done_is_not(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    numbers = [spool.append(rows(f"r{number}"), T0) for number in range(6)]
    for number in (numbers[0], numbers[2], numbers[3]):
        spool.done(number)
    spool.close()
    spool.close()
    again = opened(tmp_path)
    again.append(rows("new"), T0)
    assert drained(again) == ["r1", "r4", "r5", "new"]
    again.close()
    last = opened(tmp_path)
    assert drained(last) == []
    assert segments(tmp_path) == [], "nothing is left on disk"
    assert last.append(rows("later"), T0) > numbers[-1] + 1, "numbers are never given again"
    last.close()


def test_what_was_sent_waits_again_when_its_store_goes_away_before_it_is_confirmed(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    numbers = [spool.append(rows(f"r{number}"), T0) for number in range(5)]
    for at, number in enumerate(numbers[:4]):
        spool.sent(number, T0 + at)
    assert (spool.figures.batches, spool.figures.rows) == (1, 1)
    spool.confirm(T0 + 2)
    spool.recall()
    assert (spool.figures.batches, spool.figures.rows) == (3, 3)
    assert drained(spool) == ["r2", "r3", "r4"]
    spool.close()


def test_what_was_sent_and_not_confirmed_is_sent_again_after_a_start(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    for number in range(3):
        spool.sent(spool.append(rows(f"r{number}"), T0), T0 + number)
    spool.confirm(T0 + 1)
    spool.tidy(T0)
    spool.close()
    again = opened(tmp_path)
    assert drained(again) == ["r1", "r2"]
    again.close()


def test_a_note_that_is_lost_leads_to_batches_twice_and_never_to_none(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    for number in range(3):
        spool.append(rows(f"r{number}"), T0)
    spool.done(1)
    spool.close()
    (tmp_path / DONE).write_text("{")
    again = opened(tmp_path)
    assert drained(again) == ["r0", "r1", "r2"]
    again.close()


def test_two_processes_never_share_a_directory(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    with pytest.raises(OperatorError, match=r"belong to another process\. Stop it first"):
        opened(tmp_path)
    spool.close()
    opened(tmp_path).close()


def test_a_directory_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file")
    with pytest.raises(OperatorError, match="where metrics wait, can't be used"):
        opened(tmp_path / "spool")


@pytest.mark.slow
def test_the_oldest_are_given_up_when_it_is_full_and_counted(tmp_path: Path) -> None:
    spool = opened(tmp_path, max_size=SMALLEST_SEGMENT * 4)
    for number in range(60):
        spool.append(rows(f"r{number}", 1000), T0)
        spool.tidy(T0)
    assert spool.figures.size <= SMALLEST_SEGMENT * 4
    left = drained(spool)
    assert left == [f"r{number}" for number in range(60 - len(left), 60)]
    assert 0 < len(left) < 60
    assert spool.dropped == {"overflow": 1000 * (60 - len(left))}
    spool.close()


def test_what_is_too_old_is_given_up_and_counted(tmp_path: Path) -> None:
    spool = opened(tmp_path, max_age=HOUR)
    spool.append(rows("old", 3), T0)
    spool.append(rows("new"), T0 + 30 * MINUTE)
    spool.tidy(T0 + HOUR + 1)
    assert drained(spool) == ["new"]
    assert spool.dropped == {"age": 3}
    spool.close()


def test_a_damaged_record_is_given_up_and_told_and_the_others_come(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spool = opened(tmp_path)
    for number in range(3):
        spool.append(rows(f"r{number}", 20), T0)
    spool.close()
    (segment,) = segments(tmp_path)
    content = bytearray(segment.path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    segment.path.write_bytes(content)
    again = opened(tmp_path)
    with caplog.at_level(logging.ERROR):
        assert drained(again) == ["r0", "r2"]
    assert again.dropped == {"damaged": 20}
    assert "are damaged: 20 rows are lost" in caplog.text
    again.close()


@pytest.mark.slow
@settings(max_examples=60)
@given(data=st.data())
def test_a_segment_torn_at_any_byte_gives_all_batches_before_it(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    directory = tmp_path_factory.mktemp("torn")
    spool = opened(directory)
    ends = []
    for number in range(4):
        spool.append(rows(f"r{number}", 3), T0)
        ends.append(spool.figures.size)
    spool.close()
    (segment,) = segments(directory)
    cut = data.draw(st.integers(0, ends[-1]))
    segment.path.write_bytes(segment.path.read_bytes()[:cut])
    (directory / DONE).unlink(missing_ok=True)
    again = opened(directory)
    again.append(rows("after"), T0)
    assert drained(again) == [*(f"r{number}" for number, end in enumerate(ends) if end <= cut), "after"]
    again.close()


def test_without_space_nothing_half_written_is_left_and_the_newest_make_the_oldest_go(tmp_path: Path) -> None:
    spool = opened(tmp_path, max_size=SMALLEST_SEGMENT * 16)
    spool.append(rows("r0"), T0)
    with files_no_larger_than(300):
        for number in range(1, 5):
            # Each finds no room until what was there before it has gone.
            spool.append(rows(f"r{number}"), T0)
        with pytest.raises(SpoolError, match=r"can't wait on disk in .* They wait in memory"):
            spool.append(rows("large", 5000), T0)
    assert sum(spool.dropped.values()) > 0
    spool.append(rows("new"), T0)
    spool.close()
    again = opened(tmp_path)
    assert drained(again)[-1] == "new"
    again.close()


PROGRAM = """
import sys
from pathlib import Path
from storage.metrics.spool.spool import Spool
from tests.storage.metrics.making import device_rows

spool = Spool(Path(sys.argv[1]), max_size=100_000_000, max_age=10**9)
number = int(sys.argv[2])
while True:
    spool.append(device_rows(f"r{number}", "cpu", {1: 1.0}), 1)
    print(number, flush=True)
    if number % 5 == 4:
        spool.tidy(1)
    number += 1
"""


@pytest.mark.slow
def test_what_was_accepted_survives_kills_at_any_moment(tmp_path: Path) -> None:
    accepted = 0
    for turn in range(6):
        with subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path), str(accepted)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            for _ in range(30 + 17 * turn):
                process.stdout.readline()
            process.kill()
            told = [line for line in process.stdout.read().splitlines() if line]
            accepted = max([accepted + 30 + 17 * turn, *(int(line) + 1 for line in told)])
    spool = opened(tmp_path)
    found = [int(device[1:]) for device in drained(spool)]
    # A batch may have been accepted just before the kill, without a chance to say so: then it is there twice, as r<n>
    # of the killed and of the next process.
    assert sorted(set(found)) == list(range(max(found) + 1))
    assert max(found) >= accepted - 1
    assert found == sorted(found)
    spool.close()
