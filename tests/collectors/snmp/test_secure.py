"""SNMPv3 with net-snmp's own agent: every protocol it has, every way to be refused, and restarts."""

import asyncio
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import rmtree

import pytest

from collectors.snmp.credentials import Login, Refusal, user_login
from collectors.snmp.oids import IF_DESCR, SYS_DESCR, SYS_NAME, SYS_UPTIME
from collectors.snmp.secure import MUTE_LATER
from foundation.clock import SteppedClock
from tests.collectors.processes import free_port, snmpd
from tests.collectors.talking import Talk, talking

pytestmark = pytest.mark.slow

ENGINE = "exactEngineID 0x80001f8804617070"
OTHER_ENGINE = "exactEngineID 0x80001f8804626262"

AUTH = {"md5": "MD5", "sha1": "SHA", "sha224": "SHA-224", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}
PRIVACY = {"des": "DES", "aes128": "AES", "aes192": "AES192", "aes256": "AES256"}


def login(auth: str = "", privacy: str = "", expansion: str = "blumenthal") -> Login:
    """The login of the user that `users` makes for these protocols."""
    return user_login(
        name(auth, privacy, expansion),
        auth=auth,
        auth_password="sign-with-this" if auth else "",
        privacy=privacy,
        privacy_password="hide-with-this" if privacy else "",
        expansion=expansion,
    )


def name(auth: str, privacy: str, expansion: str = "blumenthal") -> str:
    """The user's name."""
    return "-".join(part for part in ("u", auth, privacy, expansion[0]) if part)


SHORT_KEYS = (("md5", "aes192"), ("md5", "aes256"), ("sha1", "aes192"), ("sha1", "aes256"), ("sha224", "aes256"))
"""Where the hash is shorter than the cipher's key, so that there are two ways to make it longer."""
COMBINATIONS = [
    ("", "", "blumenthal"),
    *((auth, "", "blumenthal") for auth in AUTH),
    *((auth, privacy, "blumenthal") for auth in AUTH for privacy in PRIVACY),
    *((auth, privacy, "cisco") for auth, privacy in SHORT_KEYS),
]


def users() -> list[str]:
    """The lines of snmpd.conf that make a user for each combination of protocols."""
    lines = []
    for auth, privacy, expansion in COMBINATIONS:
        cipher = PRIVACY[privacy] + ("C" if expansion == "cisco" else "") if privacy else ""
        made = [name(auth, privacy, expansion)]
        if auth:
            made += [AUTH[auth], "sign-with-this"]
        if privacy:
            made += [cipher, "hide-with-this"]
        level = "authPriv" if privacy else "authNoPriv" if auth else "noauth"
        lines += [f"createUser {' '.join(made)}", f"rouser {made[0]} {level}"]
    return lines


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of an agent that has a user for every combination."""
    port = free_port()
    with snmpd(tmp_path_factory.mktemp("snmpd"), port, ENGINE, *users()):
        yield port


async def up(port: int, probe: Login) -> None:
    """Wait until an agent answers."""
    async with talking(port, probe) as talk:
        for _ in range(50):
            if await talk.once(wait=0.3):
                return
            await asyncio.sleep(0.1)
    raise AssertionError("the agent never answered")


@pytest.mark.parametrize(("auth", "privacy", "expansion"), COMBINATIONS, ids=[name(*each) for each in COMBINATIONS])
def test_every_protocol_of_the_agent_is_spoken(agent: int, auth: str, privacy: str, expansion: str) -> None:
    async def play() -> None:
        await up(agent, login())
        async with talking(agent, login(auth, privacy, expansion)) as talk:
            answer = await talk.once(SYS_UPTIME, SYS_NAME, "1.3.6.1.2.1.1.99.0")
            assert answer is not None
            assert answer[SYS_NAME] == b"test-host"
            assert set(answer) == {SYS_UPTIME, SYS_NAME}
            names = await talk.conversation.walk(IF_DESCR)
            assert b"lo" in names.values()

    asyncio.run(play())


def test_discovery_costs_one_exchange_at_first_contact_and_none_after(agent: int) -> None:
    async def play() -> None:
        await up(agent, login())
        async with talking(agent, login("sha256", "aes128")) as talk:
            assert await talk.once()
            assert (talk.channel.packets_out, talk.channel.packets_in) == (2, 2)
            for _ in range(5):
                assert await talk.once()
            assert (talk.channel.packets_out, talk.channel.packets_in) == (7, 7)
            assert talk.telemetry.resyncs == 0

    asyncio.run(play())


GOOD = login("sha256", "aes128")
REFUSED = {
    "unknown user": (replace(GOOD, user="nobody"), Refusal.UNKNOWN_USER),
    "wrong authentication password": (
        replace(user_login(GOOD.user, auth="sha256", auth_password="not-this-one", privacy="aes128",
                           privacy_password="hide-with-this")),
        Refusal.WRONG_PASSWORD,
    ),
    "wrong authentication protocol": (
        user_login(GOOD.user, auth="sha1", auth_password="sign-with-this", privacy="aes128",
                   privacy_password="hide-with-this"),
        Refusal.WRONG_PASSWORD,
    ),
    "no signature where one is due": (user_login(GOOD.user), Refusal.NOT_PERMITTED),
    "no encryption where it is due": (
        user_login(GOOD.user, auth="sha256", auth_password="sign-with-this"), Refusal.NOT_PERMITTED,
    ),
    "encryption that the user has not": (
        user_login(name("sha256", ""), auth="sha256", auth_password="sign-with-this", privacy="aes128",
                   privacy_password="hide-with-this"),
        Refusal.LEVEL,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("wrong", "refusal"), REFUSED.values(), ids=REFUSED.keys())
def test_a_wrong_login_is_told_as_such_and_why(agent: int, wrong: Login, refusal: Refusal) -> None:
    async def play() -> None:
        await up(agent, login())
        async with talking(agent, wrong) as talk:
            for _ in range(2):
                assert await talk.once() == {}
                assert talk.refusal is refusal

    asyncio.run(play())


def test_a_wrong_privacy_password_is_silence_first_and_told_when_it_comes_twice(agent: int) -> None:
    wrong = user_login(
        GOOD.user, auth="sha256", auth_password="sign-with-this", privacy="aes128", privacy_password="not-this-one"
    )

    async def play() -> None:
        await up(agent, login())
        async with talking(agent, wrong) as talk:
            assert await talk.once(wait=0.3) is None
            assert talk.refusal is None
            assert await talk.once(wait=0.3) is None
            assert talk.refusal is Refusal.PRIVACY

    asyncio.run(play())


def test_a_privacy_password_that_worked_is_doubted_only_after_long(tmp_path: Path) -> None:
    async def play() -> None:
        port = free_port()
        user = "createUser yunwei SHA-256 sign-with-this AES {}"
        who = user_login(
            "yunwei", auth="sha256", auth_password="sign-with-this", privacy="aes128", privacy_password="hide-with-this"
        )
        with snmpd(tmp_path, port, *users(), user.format("hide-with-this"), "rouser yunwei authPriv") as process:
            await up(port, login())
            async with talking(port, who) as talk:
                assert await talk.once()
                restarted(process)
                rmtree(tmp_path / "persistent")
                with snmpd(tmp_path, port, *users(), user.format("changed-by-now"), "rouser yunwei authPriv"):
                    await up(port, login())
                    for _ in range(MUTE_LATER - 1):
                        assert await talk.once(wait=0.1) is None
                        assert talk.refusal is None
                    assert await talk.once(wait=0.1) is None
                    assert talk.refusal is Refusal.PRIVACY

    asyncio.run(play())


def restarted(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait()


async def ask_across_a_restart(directory: Path, who: Login, *, forgetful: bool) -> Talk:
    """Ask, restart the agent, ask again; a forgetful agent comes back as another engine."""
    port = free_port()
    with snmpd(directory, port, ENGINE, *users()) as process:
        await up(port, login())
        async with talking(port, who) as talk:
            assert await talk.once()
            restarted(process)
            if forgetful:
                rmtree(directory / "persistent")
            with snmpd(directory, port, OTHER_ENGINE if forgetful else ENGINE, *users()):
                await up(port, login())
                assert await talk.once(SYS_NAME, wait=5.0) == {SYS_NAME: b"test-host"}
                before = talk.telemetry.resyncs
                assert await talk.once(SYS_DESCR)
                assert talk.telemetry.resyncs == before
            return talk


SIGNING = [login("md5"), login("sha256", "aes128"), login("sha512", "aes256")]


@pytest.mark.parametrize("who", SIGNING, ids=lambda who: who.user)
def test_an_engine_that_boots_anew_is_asked_for_its_time_and_no_request_is_lost(tmp_path: Path, who: Login) -> None:
    talk = asyncio.run(ask_across_a_restart(tmp_path, who, forgetful=False))
    assert (talk.telemetry.timeouts, talk.telemetry.resyncs) == (0, 1)


@pytest.mark.parametrize("who", [login(), *SIGNING], ids=lambda who: who.user)
def test_an_agent_that_comes_back_as_another_engine_loses_no_request(tmp_path: Path, who: Login) -> None:
    talk = asyncio.run(ask_across_a_restart(tmp_path, who, forgetful=True))
    assert (talk.telemetry.timeouts, talk.telemetry.resyncs) == (0, 1)


def test_after_a_long_silence_the_engine_is_discovered_before_anything_is_asked(agent: int) -> None:
    async def play() -> None:
        await up(agent, login())
        clock = SteppedClock(0)
        async with talking(agent, GOOD, clock=clock) as talk:
            assert await talk.once()
            clock.advance(200_000)
            assert await talk.once()
            assert (talk.channel.packets_out, talk.telemetry.resyncs, talk.telemetry.timeouts) == (4, 1, 0)

    asyncio.run(play())


def test_of_several_logins_the_one_that_works_is_found_and_remembered(agent: int) -> None:
    async def play() -> None:
        await up(agent, login())
        logins = [replace(GOOD, name="old", user="nobody"), replace(GOOD, name="new")]
        async with talking(agent, *logins) as talk:
            assert await talk.conversation.greet()
            assert talk.channel.keyring.remembered == "new"

    asyncio.run(play())


def test_a_walk_goes_on_across_a_restart(tmp_path: Path) -> None:
    async def play(talk: Talk, process: "subprocess.Popen[bytes]", port: int) -> None:
        first = await talk.conversation.walk(IF_DESCR)
        restarted(process)
        with snmpd(tmp_path, port, ENGINE, *users()):
            await up(port, login())
            assert await talk.conversation.walk(IF_DESCR) == first

    async def scene() -> None:
        port = free_port()
        with snmpd(tmp_path, port, ENGINE, *users()) as process:
            await up(port, login())
            async with talking(port, GOOD) as talk:
                await play(talk, process, port)

    asyncio.run(scene())
