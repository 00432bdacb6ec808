"""The DuckDB store's own guarantees: on disk, after a kill, when the file can't be used."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from foundation.clock import HOUR, MINUTE, SECOND
from storage.metrics.duckdb_errors import sentence
from storage.metrics.duckdb_file import BLOCK_SIZE
from storage.metrics.duckdb_store import DuckDbStore
from storage.metrics.store import FIELDS, Measurement, MetricBatch, MetricStoreError, RankQuery, SeriesQuery
from tests.storage.metrics.making import batch, device_rows, interface_rows
from tests.storage.ordinary_user import said_to_ordinary_user

T0 = 1_764_000_000_000 // HOUR * HOUR


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file lies."""
    return tmp_path / "metrics.duckdb"


def cpu(store: DuckDbStore, device: str = "r1") -> float | None:
    """The device's first value."""
    return store.series(SeriesQuery(Measurement.DEVICE, {"device": device}, "cpu", T0, T0 + 1, HOUR)).values[0]


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """The system refuses to let any file of this process grow beyond: a full disk without a disk to fill."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_was_written_is_there_after_closing_and_opening_again(path: Path) -> None:
    store = DuckDbStore(path)
    store.write(device_rows("r1", "cpu", {T0: 1.0}))
    store.close()
    again = DuckDbStore(path)
    again.write(device_rows("r1", "cpu", {T0 + SECOND: 3.0}))
    again.write(device_rows("r2", "cpu", {T0: 9.0}))
    assert cpu(again) == 1.0
    assert cpu(again, "r2") == 9.0
    assert len(again.rank(RankQuery(Measurement.DEVICE, "cpu", T0, T0 + HOUR))) == 2
    again.close()


@pytest.mark.slow
def test_what_a_write_confirmed_survives_a_kill(path: Path) -> None:
    program = (
        "import os, signal\n"
        "from pathlib import Path\n"
        "from storage.metrics.duckdb_store import DuckDbStore\n"
        "from tests.storage.metrics.making import device_rows\n"
        f"store = DuckDbStore(Path({str(path)!r}))\n"
        "for number in range(20):\n"
        f"    store.write(device_rows(f'r{{number}}', 'cpu', {{{T0}: float(number)}}))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False)
    assert done.returncode == -signal.SIGKILL
    store = DuckDbStore(path)
    assert [cpu(store, f"r{number}") for number in range(20)] == [float(number) for number in range(20)]
    store.close()


@pytest.mark.slow
def test_the_log_beside_the_file_stays_small(path: Path) -> None:
    """It is written into the file whenever it has grown to 16 MB."""
    store = DuckDbStore(path)
    log = path.with_name(f"{path.name}.wal")
    largest = 0
    fields = dict.fromkeys(FIELDS[Measurement.DEVICE], 1.5)
    for number in range(15):
        rows = [(T0 + number * SECOND, {"device": f"r{row}"}, fields) for row in range(30_000)]
        store.write(batch(Measurement.DEVICE, rows))
        largest = max(largest, log.stat().st_size if log.exists() else 0)
    store.close()
    assert largest < 24_000_000
    assert not log.exists(), "closing writes all of it into the file"


@pytest.mark.slow
def test_a_second_process_is_told_that_the_file_is_in_use_and_by_whom(path: Path) -> None:
    store = DuckDbStore(path)
    program = (
        "from pathlib import Path\n"
        "from storage.metrics.store import MetricStoreError\n"
        "from storage.metrics.duckdb_store import DuckDbStore\n"
        "try:\n"
        f"    DuckDbStore(Path({str(path)!r}))\n"
        "except MetricStoreError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    store.close()
    assert f"is in use by another process (process {os.getpid()}). Stop it first" in done.stdout


def test_a_file_that_is_no_duckdb_is_told_and_left_alone(path: Path) -> None:
    path.write_bytes(b"a letter to the archive" * 1000)
    with pytest.raises(MetricStoreError, match="is damaged, or is no DuckDB file"):
        DuckDbStore(path)
    assert path.read_bytes() == b"a letter to the archive" * 1000


def test_a_damaged_file_is_told(path: Path) -> None:
    store = DuckDbStore(path)
    store.write(device_rows("r1", "cpu", {T0 + number: 1.0 for number in range(5000)}))
    store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + bytes(byte ^ 0x55 for byte in whole[4096:]))
    with pytest.raises(MetricStoreError, match="is damaged, or is no DuckDB file"):
        DuckDbStore(path)


def test_a_missing_directory_is_told(tmp_path: Path) -> None:
    with pytest.raises(MetricStoreError, match=r"nowhere/metrics\.duckdb can't be .*No such file"):
        DuckDbStore(tmp_path / "nowhere" / "metrics.duckdb")


@pytest.mark.slow
def test_a_file_that_belongs_to_someone_else_is_told(tmp_path: Path, path: Path) -> None:
    DuckDbStore(path).close()
    path.chmod(0o400)
    said = said_to_ordinary_user(
        "from pathlib import Path\n"
        "from storage.metrics.store import MetricStoreError\n"
        "from storage.metrics.duckdb_store import DuckDbStore\n",
        f"DuckDbStore(Path({str(path)!r}))",
        "MetricStoreError",
        tmp_path,
    )
    assert "can't be opened: permission denied. Give it to the platform's user." in said


def test_metrics_of_a_newer_version_are_refused(path: Path) -> None:
    DuckDbStore(path).close()
    connection = duckdb.connect(str(path))
    connection.execute("UPDATE yunwei_schema SET version = 99")
    connection.close()
    with pytest.raises(MetricStoreError, match=r"written by a newer Yunwei \(layout 99"):
        DuckDbStore(path)
    connection = duckdb.connect(str(path))  # and it was let go
    connection.close()


@pytest.mark.slow
def test_a_file_of_the_first_layout_gains_the_field_that_it_lacks_and_keeps_its_rows(path: Path) -> None:
    store = DuckDbStore(path)
    store.write(interface_rows("r1", "up", "in_bps", {T0: 7.0}))
    store.maintain(T0 + 2 * HOUR)
    store.write(interface_rows("r1", "up", "in_bps", {T0 + 2 * HOUR: 8.0}))
    store.close()
    connection = duckdb.connect(str(path))
    for table in ("recent", "sorted"):
        connection.execute(f"ALTER TABLE interface_{table} DROP COLUMN verdict")
    for table in ("five_minutes", "hourly"):
        for part in ("mean", "low", "high"):
            connection.execute(f"ALTER TABLE interface_{table} DROP COLUMN verdict_{part}")
    connection.execute("UPDATE yunwei_schema SET version = 1")
    connection.close()

    def values(store: DuckDbStore, column: str) -> list[float | None]:
        tags = {"device": "r1", "ifname": "up"}
        return list(store.series(SeriesQuery(Measurement.INTERFACE, tags, column, T0, T0 + 4 * HOUR, HOUR)).values)

    for _ in range(2):
        store = DuckDbStore(path)
        assert values(store, "in_bps")[:3] == [7.0, None, 8.0]
        store.write(interface_rows("r1", "up", "verdict", {T0 + 3 * HOUR: 3.0}))
        assert values(store, "verdict") == [None, None, None, 3.0]
        store.maintain(T0 + 5 * HOUR)
        assert values(store, "verdict") == [None, None, None, 3.0]
        store.close()


@pytest.mark.slow
def block_size(path: Path) -> int:
    """Bytes of a block of a file that is not open."""
    with duckdb.connect(str(path), read_only=True) as connection:
        row = connection.execute("SELECT block_size FROM pragma_database_size()").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.slow
def test_a_file_with_blocks_of_another_size_keeps_them_and_its_copy_has_those_of_a_new_file(path: Path) -> None:
    duckdb.connect(str(path)).close()
    was = block_size(path)
    store = DuckDbStore(path)
    store.write(device_rows("r1", "cpu", {T0: 5.0}))
    store.copy_to(path.with_name("copy.duckdb"))
    store.close()
    DuckDbStore(path.with_name("new.duckdb")).close()
    assert (block_size(path), block_size(path.with_name("copy.duckdb"))) == (was, BLOCK_SIZE)
    assert block_size(path.with_name("new.duckdb")) == BLOCK_SIZE != was
    copy = DuckDbStore(path.with_name("copy.duckdb"))
    assert cpu(copy) == 5.0
    copy.close()


@pytest.mark.slow
def test_a_write_that_finds_no_space_keeps_nothing_and_can_be_written_again(path: Path) -> None:
    store = DuckDbStore(path)
    store.write(device_rows("r1", "cpu", {T0: 1.0}))
    many = batch(
        Measurement.DEVICE, [(T0 + row, {"device": f"s{row}"}, {"cpu": row / 7, "memory": 1.0}) for row in range(9000)]
    )
    with (
        files_no_larger_than(path.stat().st_size + 100_000),
        pytest.raises(MetricStoreError, match="may not grow further"),
    ):
        store.write(many)
    assert cpu(store) == 1.0
    assert cpu(store, "s0") is None
    store.write(many)
    assert len(store.rank(RankQuery(Measurement.DEVICE, "cpu", T0, T0 + HOUR, limit=10_000))) == 9001
    store.close()


@pytest.mark.slow
def test_after_a_checkpoint_without_space_the_store_comes_back_by_itself(path: Path) -> None:
    """DuckDB declares the open file invalid then; nothing of what was confirmed may be lost."""
    store = DuckDbStore(path)
    for number in range(5):
        rows = [(T0 + number, {"device": f"r{row}"}, {"cpu": row * 1.7 + number}) for row in range(2000)]
        store.write(batch(Measurement.DEVICE, rows))
    log = path.with_name(f"{path.name}.wal")
    with files_no_larger_than(max(path.stat().st_size, log.stat().st_size)), pytest.raises(MetricStoreError):
        store.maintain(T0)
    store.write(device_rows("new", "cpu", {T0: 1.0}))
    ranked = store.rank(RankQuery(Measurement.DEVICE, "cpu", T0, T0 + HOUR, limit=10_000))
    assert len(ranked) == 2001
    store.close()
    again = DuckDbStore(path)
    assert again.rank(RankQuery(Measurement.DEVICE, "cpu", T0, T0 + HOUR, limit=10_000)) == ranked
    again.close()


@pytest.mark.slow
def test_a_write_whose_checkpoint_fails_after_it_was_committed_counts_as_written(path: Path) -> None:
    """DuckDB raises then, though the rows are durable: who took it for a failed write would write them twice."""
    store = DuckDbStore(path)

    def rows(number: int) -> MetricBatch:
        return batch(
            Measurement.DEVICE, [(T0 + number, {"device": f"r{row}"}, {"cpu": row / 7 + number}) for row in range(1000)]
        )

    store.write(rows(0))
    store.maintain(T0)  # all is in the file, none in the log
    store._file._connection.execute("SET checkpoint_threshold = '100KB'")
    written = 1
    with files_no_larger_than(path.stat().st_size):
        while not store._file._broken and written < 50:
            store.write(rows(written))
            written += 1
    assert store._file._broken, "a checkpoint was tried and failed"
    store.write(rows(written))
    with store._file.cursor() as cursor:
        found = cursor.execute("SELECT count(*), count(DISTINCT (series, moment)) FROM device_recent").fetchone()
        assert found == (1000 * (written + 1),) * 2
        assert cursor.execute("SELECT count(*) FROM device_series").fetchone() == (1000,)
    store.close()


def test_a_closed_store_says_so(path: Path) -> None:
    store = DuckDbStore(path)
    store.write(device_rows("r1", "cpu", {T0: 1.0}))
    store.close()
    with pytest.raises(MetricStoreError, match="is closed: the platform is stopping"):
        store.write(device_rows("r1", "cpu", {T0: 1.0}))
    with pytest.raises(MetricStoreError, match="is closed"):
        cpu(store)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('Could not write file "/x.wal": No space left on device', "is full. Free some space"),
        ("failed to offload data block of size 256.0 KiB", "is full. Free some space"),
        ('Cannot open file "/x": Read-only file system', "read-only. Choose another data directory"),
        ("Trying to read a database file with version number 99", "written by a newer DuckDB"),
        ("Something new\nwith a stack trace", "can't be used: Something new"),
        ("", "can't be used: Error"),
    ],
)
def test_what_duckdb_says_becomes_a_sentence(said: str, told: str) -> None:
    assert sentence(duckdb.Error(said), Path("metrics.duckdb")).partition(told)[1] == told
    assert "\n" not in sentence(duckdb.Error(said), Path("metrics.duckdb"))


@pytest.mark.slow
def test_a_file_that_can_not_answer_while_it_opens_is_open_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "metrics.duckdb"
    store = DuckDbStore(path)
    store.write(device_rows("r1", "cpu", {HOUR: 41.0}))
    store.maintain(3 * HOUR)
    store.close()
    asked: list[SeriesQuery] = []

    def away(_store: DuckDbStore, query: SeriesQuery) -> None:
        asked.append(query)
        raise MetricStoreError("Not now.")

    with monkeypatch.context() as patch:
        patch.setattr(DuckDbStore, "series", away)
        store = DuckDbStore(path)
    assert {query.tags["device"] for query in asked} == {"r1"}
    query = SeriesQuery(Measurement.DEVICE, {"device": "r1"}, "cpu", HOUR, HOUR + MINUTE, MINUTE)
    assert store.series(query).values == [41.0]
    store.close()
