"""`yunwei backup --metrics` beside a platform, which alone has the metrics file open."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Event, Thread
from typing import Any, TypeVar

import pytest
from typer.testing import CliRunner

from foundation.clock import HOUR, MINUTE, SystemClock
from foundation.problems import OperatorError
from storage.metrics.duckdb_store import DuckDbStore
from storage.metrics.store import Measurement, MetricStoreError, SeriesQuery
from tests.storage.metrics.making import device_rows
from yunwei.backup.archive import new_key
from yunwei.backup.restoring import restore
from yunwei.control.server import ControlServer
from yunwei.lending import Lending, borrow_copy
from yunwei.lent_files import PREFIX
from yunwei.main import app
from yunwei.sample import write_sample
from yunwei.settings import load_settings
from yunwei.workspace import open_records

pytestmark = pytest.mark.slow

T = TypeVar("T")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An installation with empty records."""
    home = tmp_path / "home"
    write_sample(home)
    (home / "data").mkdir()
    open_records(home, load_settings(home)).close()
    return home


@pytest.fixture
def store(directory: Path) -> Iterator[DuckDbStore]:
    """Its metrics, open: sorted, rolled up and fresh rows."""
    found = DuckDbStore(directory / "data" / "metrics.duckdb")
    found.write(device_rows("r1", "cpu", {HOUR: 41.0}))
    found.maintain(3 * HOUR)
    found.write(device_rows("r1", "cpu", {4 * HOUR: 42.0}))
    yield found
    found.close()


def beside(data: Path, store: DuckDbStore | None, do: Callable[[], T]) -> T:
    """Do something while a platform with this store answers commands."""

    async def run() -> T:
        control = ControlServer(data, {"copy metrics": Lending(data, lambda: store).copy})
        await control.start()
        try:
            return await asyncio.to_thread(do)
        finally:
            await control.stop()

    return asyncio.run(run())


def cpu(file: Path, at: int) -> float | None:
    """What a metrics file says of the device."""
    found = DuckDbStore(file)
    try:
        query = SeriesQuery(Measurement.DEVICE, {"device": "r1"}, "cpu", at, at + MINUTE, MINUTE)
        return found.series(query).values[0]
    finally:
        found.close()


@pytest.mark.parametrize("encrypted", [False, True])
def test_the_backup_has_the_metrics_of_one_moment_and_restores(
    directory: Path, store: DuckDbStore, tmp_path: Path, *, encrypted: bool
) -> None:
    private, public = new_key()
    target = tmp_path / "b.backup"
    words = ["backup", str(target), "--config", str(directory), "--metrics", *(["--encrypt", public] * encrypted)]
    stopping = Event()

    def write() -> None:
        at = 5 * HOUR
        while not stopping.is_set():
            store.write(device_rows("r1", "cpu", {at: 50.0}))
            at += 1

    writer = Thread(target=write)
    writer.start()
    try:
        result = beside(directory / "data", store, lambda: CliRunner().invoke(app, words))
    finally:
        stopping.set()
        writer.join()
    assert result.exit_code == 0, result.output
    assert ("not encrypted" in result.output) is not encrypted
    assert not list((directory / "data").glob(f"{PREFIX}*"))
    done = restore(target, tmp_path / "new", SystemClock(), identity=private if encrypted else None)
    assert done.metrics
    restored = tmp_path / "new" / "data" / "metrics.duckdb"
    assert (cpu(restored, HOUR), cpu(restored, 4 * HOUR)) == (41.0, 42.0)
    assert restored.stat().st_mode & 0o077 == 0


def test_without_a_platform_the_file_is_read_by_the_command_itself(
    directory: Path, store: DuckDbStore, tmp_path: Path
) -> None:
    store.close()
    words = ["backup", str(tmp_path / "b.backup"), "--config", str(directory), "--metrics"]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    assert restore(tmp_path / "b.backup", tmp_path / "new", SystemClock()).metrics


def test_a_copy_that_can_not_be_made_is_told_and_leaves_nothing(
    directory: Path, store: DuckDbStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_store: DuckDbStore, target: Path) -> None:
        target.write_bytes(b"half")
        raise MetricStoreError("The disk is full.")

    monkeypatch.setattr(DuckDbStore, "copy_to", full)
    data = directory / "data"
    with pytest.raises(OperatorError, match=r"can't be copied into .*: The disk is full\."):
        beside(data, store, lambda: borrow_copy(data, tmp_path / "copy"))
    assert not list(data.glob(f"{PREFIX}*"))
    with pytest.raises(OperatorError, match="just starting"):
        beside(data, None, lambda: borrow_copy(data, tmp_path / "copy"))


def test_nothing_is_left_when_who_asked_has_gone(
    directory: Path, store: DuckDbStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, begun, going_on = directory / "data", Event(), Event()

    def slow(_store: DuckDbStore, target: Path) -> None:
        target.write_bytes(b"copy")
        begun.set()
        assert going_on.wait(60)

    async def tell(_progress: Mapping[str, Any]) -> None:
        raise ConnectionResetError

    async def ask_and_go() -> None:
        monkeypatch.setattr("yunwei.control.server.SIGN_OF_LIFE_SECONDS", 0.001)
        with pytest.raises(ConnectionResetError):
            await Lending(data, lambda: store).copy({}, tell)
        assert await asyncio.to_thread(begun.wait, 60)
        assert list(data.glob(f"{PREFIX}*"))
        going_on.set()
        async with asyncio.timeout(60):
            while list(data.glob(f"{PREFIX}*")):
                await asyncio.sleep(0.01)

    monkeypatch.setattr(DuckDbStore, "copy_to", slow)
    asyncio.run(ask_and_go())
