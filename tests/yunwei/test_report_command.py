"""`yunwei report month`: the load of lines from the store itself, or through the platform that has it open."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from foundation.calendar import month_bounds
from foundation.clock import MINUTE
from foundation.problems import OperatorError
from reports.measuring import measure_load
from storage.metrics.duckdb_store import DuckDbStore
from tests.networks import small_network
from tests.reports.test_load import rows, steady
from topology.loader import load_network
from yunwei.control import server
from yunwei.control.server import ControlServer
from yunwei.link_load import LinkLoads, borrow_load
from yunwei.main import app
from yunwei.sample import sample_directory, write_sample

pytestmark = pytest.mark.slow

START, END = month_bounds("2025-06")
HEAD = "负载最高的 10 条线路"


@pytest.fixture
def province(tmp_path: Path) -> Path:
    """The sample province."""
    write_sample(tmp_path / "province")
    (tmp_path / "province" / "data").mkdir()
    return tmp_path / "province"


def page(province: Path) -> str:
    """The report that the command writes."""
    result = CliRunner().invoke(
        app, ["report", "month", "2025-06", "--config", str(province), "--out", str(province / "out")]
    )
    assert result.exit_code == 0, result.output
    return (province / "out" / "yunwei-2025-06.html").read_text(encoding="utf-8")


def measured(province: Path) -> DuckDbStore:
    """A day of the first line's traffic."""
    network = load_network(sample_directory() / "topology.yaml", sample_directory() / "agencies.csv")
    link = next(iter(network.links.values()))
    store = DuckDbStore(province / "data" / "metrics.duckdb")
    store.write(rows(link.lower, link.lower_interface, steady(123, 1, START, START + 300 * MINUTE)))
    return store


def test_without_a_platform_the_file_is_read(province: Path) -> None:
    assert "没有测得任何线路的流量" in page(province)
    measured(province).close()
    written = page(province)
    assert HEAD in written
    assert "123.00" in written


def test_beside_a_platform_it_is_asked(province: Path) -> None:
    store = measured(province)
    network = load_network(province / "topology.yaml", province / "agencies.csv")

    async def beside() -> str:
        control = ControlServer(province / "data", {"link load": LinkLoads(lambda: (network, store)).command})
        await control.start()
        try:
            return await asyncio.to_thread(page, province)
        finally:
            await control.stop()

    assert "123.00" in asyncio.run(beside())
    store.close()


def test_a_platform_that_can_not_tell_costs_the_load_and_not_the_report(province: Path) -> None:
    async def beside() -> str:
        control = ControlServer(province / "data", {"link load": LinkLoads(lambda: None).command})
        await control.start()
        try:
            return await asyncio.to_thread(page, province)
        finally:
            await control.stop()

    written = asyncio.run(beside())
    assert HEAD not in written
    assert "yunwei report month 2025-06" in written


def test_a_load_comes_over_the_socket_as_it_is_and_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "SIGN_OF_LIFE_SECONDS", 0.001)
    network, store = small_network(), DuckDbStore(tmp_path / "metrics.duckdb")
    store.write(rows("a1", "up1", steady(100, 3)))

    async def beside() -> None:
        control = ControlServer(tmp_path, {"link load": LinkLoads(lambda: (network, store)).command})
        await control.start()
        start, end = month_bounds("2026-11")
        try:
            load = await asyncio.to_thread(borrow_load, tmp_path, start, end)
            assert load == measure_load(network, store, start, end)
            assert [row.mean for row in load.rows] == [100_000_000]
            with pytest.raises(OperatorError, match="from one moment to a later one"):
                await asyncio.to_thread(borrow_load, tmp_path, end, start)
        finally:
            await control.stop()

    asyncio.run(beside())
    store.close()
