"""The parts of a running platform: one that ends by itself ends all, one that hangs holds up nobody."""

import asyncio
import logging
import threading
from pathlib import Path

import pytest

from foundation.clock import SteppedClock, SystemClock
from storage.metrics.store import MetricStoreError
from yunwei.platform import Platform
from yunwei.sample import write_sample
from yunwei.workspace import Workspace, load_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The sample configuration; nothing of it is started here."""
    directory: Path = tmp_path_factory.mktemp("sample") / "province"
    write_sample(directory)
    return load_workspace(directory)


@pytest.mark.slow
def test_what_a_part_dies_of_is_what_the_platform_fails_with(workspace: Workspace, clock: SteppedClock) -> None:
    async def dies() -> None:
        raise LookupError("a defect")

    async def scene() -> None:
        platform = Platform(workspace, clock)
        platform._failed = asyncio.get_running_loop().create_future()
        platform._run("poll loop", dies())
        await platform.failed()

    with pytest.raises(LookupError, match="a defect"):
        asyncio.run(scene())


@pytest.mark.slow
def test_a_part_that_simply_ends_is_a_failure_too(workspace: Workspace, clock: SteppedClock) -> None:
    async def scene() -> None:
        platform = Platform(workspace, clock)
        platform._failed = asyncio.get_running_loop().create_future()
        platform._run("poll loop", asyncio.sleep(0))
        await platform.failed()

    with pytest.raises(RuntimeError, match="the poll loop ended by itself"):
        asyncio.run(scene())


def test_parts_stop_in_order_and_one_that_hangs_or_fails_is_named(
    workspace: Workspace, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yunwei.platform.STOP_SECONDS", 0.1)
    caplog.set_level(logging.INFO)
    order: list[str] = []
    release = threading.Event()

    def full() -> None:
        order.append("store")
        raise MetricStoreError("The disk is full.")

    def hanging() -> None:
        release.wait(10)

    def hang() -> None:
        release.wait(10)

    async def last_words() -> None:
        order.append("engine")

    async def scene() -> None:
        platform = Platform(workspace, SystemClock())
        platform._stack.push_async_callback(platform._let_go, "records database", lambda: order.append("records"))
        platform._stack.push_async_callback(platform._let_go, "metric store", full)
        platform._stack.push_async_callback(platform._let_go, "web server", hanging)
        platform._run("alert engine", asyncio.sleep(60), last_words)
        await asyncio.sleep(0)
        await platform.stop()
        release.set()

    asyncio.run(scene())
    assert order == ["engine", "store", "records"]
    assert [record.getMessage() for record in caplog.records] == [
        "The web server did not stop within 0.1 s and is left behind.",
        "The metric store did not stop cleanly: The disk is full.",
        "The platform has stopped.",
    ]
