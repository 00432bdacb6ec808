"""Several logins for one device: the one that works is found and kept, and what is refused is told as refused."""

import pytest

from foundation.clock import SECOND
from foundation.messages import Reach
from tests.collectors import ber
from tests.collectors.agent import Agent, honest, silent
from tests.collectors.ber import Request
from tests.collectors.watching.scene import run, scene

THREE = ("old", "new", "public")


def refusing(_agent: Agent, request: Request) -> list[bytes]:
    """authorizationError, for whatever is asked."""
    return [ber.answer(request, [], error=16)]


def test_the_first_look_finds_the_login_that_works_and_reads_in_full() -> None:
    async def play() -> None:
        async with scene(communities=THREE) as stage:
            *_, found = await stage.look(full=True)
            assert found.complete
            assert stage.watcher.channel.keyring.remembered == "public"
            assert stage.watcher.down is None
            (found,) = await stage.look(after=10 * SECOND)
            assert (found.reach, found.timeouts) == (Reach.ANSWERED, 0)

    run(play)


def test_more_logins_than_attempts_are_all_tried_at_the_first_look() -> None:
    async def play() -> None:
        async with scene(communities=("a", "b", "c", "d", "e", "public")) as stage:
            *_, found = await stage.look(full=True)
            assert found.complete

    run(play)


def test_a_login_that_is_remembered_from_before_is_tried_first() -> None:
    async def play() -> None:
        async with scene(communities=THREE) as stage:
            assert stage.watcher.channel.remember("public")
            assert not stage.watcher.channel.remember("gone")
            *_, found = await stage.look(full=True)
            assert (found.complete, found.timeouts) == (True, 0)

    run(play)


def test_a_device_that_answers_is_never_tried_with_another_login_for_a_lost_request() -> None:
    async def play() -> None:
        async with scene(communities=("public", "other")) as stage:
            await stage.look(full=True)
            stage.agent.script = [silent, silent, silent]
            (found,) = await stage.look(after=10 * SECOND)
            assert (found.reach, found.timeouts) == (Reach.ANSWERED, 3)

    run(play)


def test_a_community_that_was_changed_on_the_device_is_followed_while_it_is_down() -> None:
    async def play() -> None:
        async with scene(communities=THREE) as stage:
            await stage.look(full=True)
            stage.agent.community = b"new"
            (found,) = await stage.look(after=10 * SECOND)
            assert found.reach is Reach.MISSED
            looks = [found for _ in range(2) for found in await stage.look(after=10 * SECOND)]
            assert any(found.complete for found in looks)
            assert stage.watcher.channel.keyring.remembered == "new"

    run(play)


@pytest.mark.slow
def test_while_down_a_re_check_is_two_requests_at_most_the_remembered_login_first() -> None:
    async def play() -> None:
        async with scene(communities=THREE) as stage:
            await stage.look(full=True)
            stage.agent.behaviour = silent
            await stage.look(after=10 * SECOND)
            for _ in range(4):
                (found,) = await stage.look(after=10 * SECOND)
                assert (found.reach, found.timeouts) == (Reach.MISSED, 2)
                assert stage.watcher.channel.login.name == "public"

    run(play)


@pytest.mark.parametrize("echo", [True, False, None], ids=["pings", "does not ping", "pings are off"])
def test_an_agent_that_refuses_every_login_is_rejected_not_down(
    echo: bool | None, caplog: pytest.LogCaptureFixture
) -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            stage.echo = echo
            stage.agent.behaviour = refusing
            first = stage.clock.now() + 10 * SECOND
            (found,) = await stage.look(after=10 * SECOND)
            assert (found.reach, found.timeouts) == (Reach.REJECTED, 0)
            assert found.missed_since == first
            (found,) = await stage.look(after=10 * SECOND)
            assert found.reach is Reach.REJECTED
            assert stage.telemetry.denied == 2
            stage.agent.behaviour = honest
            *_, found = await stage.look(after=10 * SECOND)
            assert (found.reach, found.complete) == (Reach.ANSWERED, True)

    run(play)
    (record,) = caplog.records
    assert "refuses every login" in record.getMessage()
    assert "public" not in record.getMessage()


@pytest.mark.slow
def test_a_rejected_device_that_falls_silent_is_missed() -> None:
    async def play() -> None:
        async with scene() as stage:
            stage.agent.behaviour = refusing
            (found,) = await stage.look(full=True)
            assert found.reach is Reach.REJECTED
            stage.agent.behaviour = silent
            (found,) = await stage.look(after=10 * SECOND)
            assert found.reach is Reach.MISSED

    run(play)


def test_of_two_logins_one_refused_and_one_silent_the_device_is_rejected() -> None:
    def only_old(agent: Agent, request: Request) -> list[bytes]:
        return refusing(agent, request)

    async def play() -> None:
        async with scene(communities=("public", "silent")) as stage:
            stage.agent.behaviour = only_old
            (found,) = await stage.look(full=True)
            assert found.reach is Reach.REJECTED

    run(play)


def test_a_wrong_community_is_silence_and_no_more_is_claimed() -> None:
    async def play() -> None:
        async with scene(communities=("wrong", "also-wrong")) as stage:
            stage.echo = True
            (found,) = await stage.look(full=True)
            assert found.reach is Reach.SILENT

    run(play)
