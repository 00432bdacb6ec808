"""A recording replays its device: a poll of the replay finds what a poll of the device found. With real agents."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from collectors.once import document_of, poll_host
from collectors.recording import Recorded, Recorder, RecordingFile, RecordingLimits, Session, open_session
from collectors.recording.session import SilentError
from collectors.snmp.credentials import Login, Version, community_login, user_login
from foundation.clock import SystemClock
from foundation.problems import OperatorError
from simulator.recordings import read_recording
from tests.collectors.processes import RECORDINGS, free_port, snmpd, snmpsim
from tests.simulator.running import running

pytestmark = pytest.mark.slow

UPTIME = (1, 3, 6, 1, 2, 1, 1, 3, 0)
VOLATILE = ("at", "address", "resolved", "port", "timings", "tuning")
USER = 'createUser noc SHA-256 "correct horse" AES "battery staple"'
PUBLIC = community_login("public")


async def session_with(port: int, login: Login) -> Session:
    """A session, as soon as the agent is up."""
    for _ in range(60):
        session = await open_session("127.0.0.1", port, login, timeout=1.0, retries=1)
        try:
            await session.get([UPTIME])
        except SilentError:
            session.close()
            await asyncio.sleep(0.2)
        else:
            return session
    raise AssertionError("the agent never answered")


async def answering(port: int) -> None:
    """Until the agent is up."""
    (await session_with(port, PUBLIC)).close()


async def record(path: Path, port: int, login: Login = PUBLIC, *, anonymous: bool = False) -> Recorded:
    file = RecordingFile(path)
    session = await session_with(port, login)
    try:
        limits = RecordingLimits(requests_per_second=10_000)
        state = await Recorder(session, SystemClock(), limits, rest=lambda _: asyncio.sleep(0)).run(file.write)
    finally:
        session.close()
    file.finish(anonymous=anonymous)
    return state


def poll(address: str, port: int, login: Login = PUBLIC) -> dict[str, Any]:
    """One look, without what differs from look to look."""
    found = asyncio.run(poll_host(address, port=port, login=login, clock=SystemClock(), timeout=2.0))
    document = document_of(found)
    for name in VOLATILE:
        del document[name]
    del document["identity"]["uptime_s"]
    return document


def replayed(path: Path) -> dict[str, Any]:
    """The same of our simulator that plays a recording."""
    with running(recordings={"a1": path}) as province:
        return poll(province.address("a1"), province.settings.port)


def test_a_replay_of_a_recorded_switch_is_the_switch(tmp_path: Path) -> None:
    port = free_port()
    with snmpsim(tmp_path, {"public": RECORDINGS / "network/switch/h3c-e528-2.snmprec.bz2"}, port):
        state = asyncio.run(record(tmp_path / "own.snmprec", port))
        original = poll("127.0.0.1", port)
    assert state.complete
    assert original["interfaces"]
    found = replayed(tmp_path / "own.snmprec")
    for document in (found, original):
        for one in document["processors"]:
            # The recording itself lets its load vary.
            del one["value"]
    assert found == original


def test_an_anonymised_replay_behaves_like_the_switch(tmp_path: Path) -> None:
    port = free_port()
    with snmpsim(tmp_path, {"public": RECORDINGS / "network/switch/cisco-c3560.snmprec.bz2"}, port):
        asyncio.run(record(tmp_path / "own.snmprec", port, anonymous=True))
        original = poll("127.0.0.1", port)
    found = replayed(tmp_path / "own.snmprec")
    assert found["identity"]["name"] != original["identity"]["name"]
    for name in ("object_id", "profile", "vendor", "model", "version"):
        assert found["identity"][name] == original["identity"][name], name
    for name in ("index", "if_name", "description", "type", "speed_bps", "admin", "oper", "counters_64bit"):
        assert [one[name] for one in found["interfaces"]] == [one[name] for one in original["interfaces"]], name
    for part in ("processors", "memory", "sensors"):
        values = [[(one["kind"], one["value"], one["status"]) for one in of[part]] for of in (found, original)]
        assert values[0] == values[1], part
    assert len(found["neighbours"]) == len(original["neighbours"])


def test_a_replay_of_net_snmps_agent_is_that_host(tmp_path: Path) -> None:
    port = free_port()
    with snmpd(tmp_path, port):
        state = asyncio.run(record(tmp_path / "own.snmprec", port))
        live = poll("127.0.0.1", port)
    assert (state.complete, state.skipped) == (True, [])
    found = replayed(tmp_path / "own.snmprec")
    assert found["identity"] == live["identity"]
    assert found["interfaces"] == live["interfaces"]
    for part in ("processors", "memory", "sensors"):
        assert [(one["entity"], one["kind"]) for one in found[part]] == [
            (one["entity"], one["kind"]) for one in live[part]
        ], part


@pytest.mark.parametrize(
    "login",
    [
        community_login("public", version=Version.V1),
        user_login(
            "noc", auth="sha256", auth_password="correct horse", privacy="aes128", privacy_password="battery staple"
        ),
    ],
    ids=["v1", "v3"],
)
def test_every_version_of_snmp_records_the_same_objects(login: Login, tmp_path: Path) -> None:
    port = free_port()
    # A small part of the agent: version 1 asks for one object at a time.
    system = ".1.3.6.1.2.1.1"
    with snmpd(tmp_path, port, USER, f"rouser noc priv {system}", under=system):
        asyncio.run(record(tmp_path / "v2c.snmprec", port))
        asyncio.run(record(tmp_path / "other.snmprec", port, login))
    first, other = (read_recording(tmp_path / name).oids for name in ("v2c.snmprec", "other.snmprec"))
    assert first == other
    assert len(first) > 10


@pytest.mark.parametrize(
    ("user", "auth_password", "privacy_password", "reason"),
    [
        ("nobody", "correct horse", "battery staple", "it does not know the user"),
        ("noc", "wrong password", "battery staple", "the authentication password or protocol is not its own"),
        ("reader", "correct horse", "battery staple", "it knows the credentials and permits them nothing"),
    ],
)
def test_wrong_credentials_are_told_from_silence(
    user: str, auth_password: str, privacy_password: str, reason: str, tmp_path: Path
) -> None:
    port = free_port()
    login = user_login(
        user, auth="sha256", auth_password=auth_password, privacy="aes128", privacy_password=privacy_password
    )
    with snmpd(tmp_path, port, USER, USER.replace("noc", "reader"), "rouser noc priv"):
        asyncio.run(answering(port))
        with pytest.raises(OperatorError, match=f"is there and refuses: {reason}"):
            asyncio.run(record(tmp_path / "own.snmprec", port, login))
