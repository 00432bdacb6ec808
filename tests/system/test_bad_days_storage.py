"""Full disks and locked databases: the platform goes on, says so once, loses nothing, and recovers by itself."""

import logging
import os
import resource
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from foundation.messages import State
from tests.system.small import ACCESS, COUNTY, SmallProvince
from tests.system.stack import Process, eventually

log = logging.getLogger(__name__)

pytestmark = pytest.mark.slow


class FullDisk:
    """A data directory that has no room left from some moment on, and room again from another.

    As root it is a small file system of its own that a big file fills. Otherwise the platform's files may not grow
    (RLIMIT_FSIZE), which fails the same writes.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self.is_mounted = os.geteuid() == 0

    def fill(self, platform: Process) -> None:
        """Leave no room."""
        if not self.is_mounted:
            resource.prlimit(platform.popen.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
            return
        with (self.data / "big").open("wb", buffering=0) as big:
            for size in (1 << 16, 1 << 12, 1):
                try:
                    while True:
                        big.write(b"\0" * size)
                except OSError:
                    continue

    def make_room(self, platform: Process) -> None:
        """Give room again."""
        if not self.is_mounted:
            resource.prlimit(
                platform.popen.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            )
            return
        (self.data / "big").unlink()


@pytest.fixture
def disk(province: SmallProvince) -> Iterator[FullDisk]:
    """The province's data on a small disk."""
    data = province.directory / "data"
    data.mkdir(mode=0o700)
    found = FullDisk(data)
    if found.is_mounted:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(data)], check=True)
    yield found
    if found.is_mounted:
        subprocess.run(["umount", "--lazy", str(data)], check=True)


def of_the_network(province: SmallProvince) -> list[Mapping[str, Any]]:
    """The e-mails about devices; those about the platform's own troubles left out."""
    return [message for message in province.messages("email") if "平台自身" not in message["subject"] + message["text"]]


def test_a_full_disk_loses_nothing_and_is_over_when_there_is_room(province: SmallProvince, disk: FullDisk) -> None:
    console = province.console
    with province.platform() as platform:
        console.wait_until_polled()
        province.fault("device-dead", ACCESS)
        (first,) = eventually(lambda: console.incidents("open"), 30, "the dead router has its incident")
        eventually(lambda: province.messages("email"), 15, "people are told")

        disk.fill(platform)
        province.fault("device-dead", COUNTY)
        eventually(lambda: console.health().get("status") == "failing", 30, "the health report says so")
        assert console.health()["records"] == "waiting"
        eventually(lambda: console.health()["metrics"] == "waiting", 20, "metrics wait too")
        assert [found["number"] for found in console.incidents()] == [first["number"]], "what was accepted is there"
        looks = province.figure("yunwei_poll_looks_total")
        eventually(lambda: province.figure("yunwei_poll_looks_total") > looks, 10, "polling goes on")

        disk.make_room(platform)
        eventually(lambda: len(console.incidents("open")) == 2, 30, "the second incident is opened")
        eventually(lambda: console.health()["status"] == "ok", 70, "all is well again")
        eventually(lambda: len(of_the_network(province)) == 2, 20, "and people are told of it")
        if disk.is_mounted:
            (own,) = eventually(
                lambda: [one for one in console.incidents("recovered") if one["object_id"] == "disk"],
                30, "the full disk itself had one incident, which is over",
            )  # fmt: skip
            assert "数据盘已满" in own["title"]
        assert platform.stop() == 0
    said = platform.text()
    assert "Traceback" not in said
    for sentence in (
        "Judgements can't be recorded: The disk that holds the records database",
        "Judgements are recorded again; nothing was lost.",
        "The metric store is away; rows wait until it is back: ",
        "The metric store is back; ",
    ):
        assert said.count(sentence if disk.is_mounted else sentence.partition("The disk")[0]) == 1, sentence
    assert said.count("The outbox can't be used") <= 1
    assert said.count("The job 'escalation' fails") <= 1
    with province.platform("again") as again:
        health = console.wait_until_polled()
        assert health["answering"] == 8
        assert len(console.incidents("open")) == 2
        # Told to stop while there is no room: what can't be written is said, and it ends all the same.
        disk.fill(again)
        assert again.stop(5) == 0
        assert "Traceback" not in again.text()
        log.info("The end on a full disk:\n%s", "\n".join(again.text().splitlines()[-8:]))


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Another process's long work in the records: nobody else may write."""
    with closing(sqlite3.connect(data / "records.sqlite", isolation_level=None)) as other:
        other.execute("PRAGMA busy_timeout=10000")
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_database_locked_for_long_delays_an_incident_and_doubles_nothing(province: SmallProvince) -> None:
    console = province.console
    with province.platform() as platform:
        console.wait_until_polled()
        eventually(lambda: console.health()["uptime_ms"] > 4000, 10, "the settling time is over")
        with locked(province.directory / "data"):
            since = int(console.get("/api/v1/summary")["at"])
            province.fault("device-dead", COUNTY)
            eventually(lambda: "Judgements can't be recorded" in platform.text(), 30, "the log says what happens")
            assert console.health()["status"] == "failing"
            eventually(lambda: int(console.get("/api/v1/summary")["at"]) > since + 20_000, 30, "20 s pass")
            assert console.incidents() == []
        (incident,) = eventually(lambda: console.incidents("open"), 20, "the incident is opened at last")
        assert since - 1000 <= incident["started_at"] <= since + 4000, "it began when the device died"
        assert incident["agencies"] == 4
        eventually(lambda: province.messages("sms") and province.messages("email"), 15, "people are told")
        down = next(one for one in province.timeline(COUNTY) if one.state is State.DOWN)
        assert down.start == incident["started_at"]
        province.mend()
        eventually(lambda: console.incidents("recovered"), 30, "it recovers")
        eventually(lambda: province.messages("sms", "恢复"), 15, "and that is told")
        assert len(console.incidents()) == 1
        assert len(province.messages("sms")) == len(province.messages("email")) == 2
        assert platform.stop() == 0
    said = platform.text()
    assert "Traceback" not in said
    assert said.count("is locked by another process. Stop it, or wait until its work is done.") <= 3
    assert said.count("Judgements are recorded again; nothing was lost.") == 1
