"""Ends of every kind: killed outright, told to stop at bad moments, and started again."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from time import monotonic

import httpx
import pytest

from foundation.messages import State
from tests.system.small import COUNTY, SmallProvince, change
from tests.system.stack import Process, eventually, free_port

pytestmark = pytest.mark.slow


def assert_ends_cleanly(platform: Process, number: signal.Signals) -> None:
    """It ends in under five seconds with status 0, with nothing said that a program says by accident."""
    began = monotonic()
    platform.popen.send_signal(number)
    status = platform.popen.wait(20)
    took = monotonic() - began
    said = platform.text()
    assert status == 0, said
    for words in ("Traceback", "Task was destroyed", "never awaited", "ResourceWarning", "nanobind"):
        assert words not in said, said
    assert took < 5, f"{number.name} took {took:.1f} s\n{said}"


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = []
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit():
                with open(f"/proc/{entry}/stat") as stat:
                    if int(stat.read().rpartition(")")[2].split()[1]) == pid:
                        found.append(int(entry))
        except OSError:
            continue
    return found


@contextmanager
def open_wall(province: SmallProvince) -> Iterator[None]:
    """A wall that is connected and takes what is sent until the end."""
    address = ("127.0.0.1", province.ports.http)
    with socket.create_connection(address) as wall:
        wall.sendall(b"GET /wall/stream?token=wall-token HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b"200 OK" in wall.recv(4096)

        def take() -> None:
            try:
                while wall.recv(65_536):
                    pass
            except OSError:
                pass

        reader = Thread(target=take, daemon=True)
        reader.start()
        yield
        reader.join(10)


@contextmanager
def silent_server(port: int) -> Iterator[None]:
    """Takes connections and never says a word."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
        server.listen(64)
        yield


def test_it_stops_in_seconds_with_a_wall_open_and_finds_its_data_again(province: SmallProvince) -> None:
    with province.platform() as platform:
        province.console.wait_until_polled()
        assert children(platform.popen.pid) == []
        with open_wall(province):
            assert_ends_cleanly(platform, signal.SIGINT)
    assert province.timeline(COUNTY)[-1].state is State.UP
    with province.platform("again") as again:
        province.console.wait_until_polled()
        states = [one.state for one in province.timeline(COUNTY)]
        assert states[:3] == [State.UNKNOWN, State.UP, State.UNKNOWN], "the time between is not forgotten"
        assert_ends_cleanly(again, signal.SIGTERM)


def test_it_stops_in_seconds_while_a_mail_server_hangs_and_the_database_is_locked(province: SmallProvince) -> None:
    from tests.system.test_bad_days_storage import locked

    port = free_port()
    change(province.directory / "yunwei.yaml", f"port: {province.ports.smtp}, tls: none", f"port: {port}, tls: none")
    change(province.directory / "yunwei.yaml", "timeout: 1 s }\n  sms", "timeout: 60 s }\n  sms")
    with silent_server(port), province.platform() as platform:
        province.console.wait_until_polled()
        province.fault("device-dead", COUNTY)
        eventually(lambda: province.messages("sms"), 30, "the incident is told by SMS, its mail hangs")
        with locked(province.directory / "data"):
            assert_ends_cleanly(platform, signal.SIGTERM)


def test_it_can_be_stopped_at_any_moment_of_its_start(province: SmallProvince) -> None:
    for delay in (0.7, 1.0, 1.3):
        with province.platform(f"run-{delay}") as platform:
            began = monotonic()
            while monotonic() < began + delay:
                assert platform.popen.poll() is None
            platform.popen.terminate()
            # Before the program has taken over the signal, the system's own way of ending is as good.
            assert platform.popen.wait(5) in {0, -signal.SIGTERM}
            assert "Traceback" not in platform.text()


def test_killed_with_messages_on_their_way_it_loses_none_and_repeats_at_most_one(province: SmallProvince) -> None:
    console, inbox = province.console, f"http://127.0.0.1:{province.ports.inbox}"
    with province.platform() as platform:
        console.wait_until_polled()
        slow = {"channel": "email", "delay": "3 s"}
        httpx.put(f"{inbox}/mischief", json=slow, trust_env=False).raise_for_status()
        province.fault("device-dead", COUNTY)
        (incident,) = eventually(lambda: console.incidents("open"), 30, "the dead router has its incident")
        eventually(lambda: province.messages("sms"), 15, "the SMS has left; the mail is on its way")
        platform.kill()
    httpx.put(f"{inbox}/mischief", json={"channel": "email"}, trust_env=False).raise_for_status()
    with province.platform("again") as again:
        console.wait_until_polled()
        eventually(lambda: console.health()["uptime_ms"] > 6000, 15, "the settling time is over")
        (same,) = console.incidents()
        assert (same["number"], same["state"], same["started_at"]) == (
            incident["number"],
            "open",
            incident["started_at"],
        )
        before, off, after = province.timeline(COUNTY)[-3:]
        assert [one.state for one in (before, off, after)] == [State.DOWN, State.UNKNOWN, State.DOWN]
        assert before.end == off.start
        assert off.end == after.start
        eventually(lambda: province.messages("email", "失联"), 45, "the mail that was on its way arrives")
        mails = province.messages("email", "失联")
        assert len(mails) <= 2
        assert sum("重发" in mail["subject"] for mail in mails) == 1
        assert len(province.messages("sms")) == 1

        province.mend()
        eventually(lambda: console.incidents("recovered"), 30, "the incident recovers with its device")
        eventually(lambda: province.messages("sms", "恢复") and province.messages("email", "恢复"), 15, "that is told")
        assert len(console.incidents()) == 1
        assert_ends_cleanly(again, signal.SIGTERM)
