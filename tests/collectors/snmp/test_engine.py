"""SNMPv3 before engines that forge, forget, jump in time, or say less than net-snmp's."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from collectors.snmp.credentials import Refusal, user_login
from collectors.snmp.oids import SYS_UPTIME
from tests.collectors import ber, engine
from tests.collectors.engine import Engine, Question, honest, start_engine
from tests.collectors.talking import Talk, talking

LOGIN = user_login("yunwei", auth="sha1", auth_password="sign-with-this")
RIGHT = {SYS_UPTIME: 4_200}


def play(test: Callable[[Engine, Talk], Coroutine[Any, Any, None]]) -> None:
    """Run a test with an engine and a conversation with it."""

    async def scene() -> None:
        agent = await start_engine()
        try:
            async with talking(agent.port, LOGIN) as talk:
                await test(agent, talk)
        finally:
            agent.close()

    asyncio.run(scene())


@pytest.mark.parametrize("shy", [False, True], ids=["tells its time", "tells it to who signs"])
@pytest.mark.parametrize("forgetful", [False, True], ids=["repeats the id", "forgets the id"])
def test_an_engine_is_discovered_whatever_it_tells_at_first(shy: bool, forgetful: bool) -> None:
    async def test(agent: Engine, talk: Talk) -> None:
        agent.shy = shy
        agent.forgetful = forgetful
        assert await talk.once() == RIGHT
        first = len(agent.questions)
        assert first == (3 if shy else 2)
        assert await talk.once() == RIGHT
        assert len(agent.questions) == first + 1
        assert (talk.telemetry.timeouts, talk.telemetry.resyncs) == (0, 0)

    play(test)


FORGED: dict[str, Callable[[Engine, Question], bytes]] = {
    "unsigned": lambda agent, question: agent.answer(question, 666, signed=False),
    "signed with another key": lambda agent, question: agent.answer(question, 666, key=bytes(20)),
    "a changed value": lambda agent, question: agent.answer(question).replace(ber.ticks(4_200), ber.ticks(4_201)),
    "cut off": lambda agent, question: agent.answer(question)[:-3],
    "garbage": lambda _agent, _question: b"\x30\xbb",
    "of version 2c": lambda _agent, question: ber.answer(
        ber.Request(b"public", ber.GET, question.request, 0, (SYS_UPTIME,)), [(SYS_UPTIME, ber.ticks(666))]
    ),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
def test_a_forged_answer_is_counted_and_the_right_one_behind_it_taken(forge: Callable[..., bytes]) -> None:
    async def test(agent: Engine, talk: Talk) -> None:
        assert await talk.once() == RIGHT
        agent.behaviour = lambda agent, question: [forge(agent, question), agent.answer(question)]
        assert await talk.once() == RIGHT
        assert talk.telemetry.malformed == 1
        agent.behaviour = lambda agent, question: [forge(agent, question)]
        assert await talk.once(wait=0.05) is None

    play(test)


def test_a_late_answer_is_never_taken_for_the_next_ones() -> None:
    held: list[bytes] = []

    def hold(agent: Engine, question: Question) -> list[bytes]:
        if question.oids:
            held.append(agent.answer(question, 1))
            return []
        return honest(agent, question)

    async def test(agent: Engine, talk: Talk) -> None:
        assert await talk.once() == RIGHT
        agent.behaviour = hold
        assert await talk.once(wait=0.05) is None
        agent.behaviour = lambda agent, question: [*held, *honest(agent, question)]
        assert await talk.once() == RIGHT

    play(test)


def test_a_request_that_is_lost_is_repeated_behind_a_fresh_discovery_before_it_counts() -> None:
    async def test(agent: Engine, talk: Talk) -> None:
        assert await talk.once() == RIGHT
        lost: list[Question] = []

        def lose_one(agent: Engine, question: Question) -> list[bytes]:
            if not lost:
                lost.append(question)
                return []
            return honest(agent, question)

        agent.behaviour = lose_one
        assert await talk.once(wait=0.05) == RIGHT
        assert (talk.telemetry.timeouts, talk.telemetry.resyncs) == (0, 1)

    play(test)


def test_an_agent_that_is_gone_costs_one_discovery_a_request_and_no_more() -> None:
    async def test(agent: Engine, talk: Talk) -> None:
        assert await talk.once() == RIGHT
        agent.questions.clear()
        agent.behaviour = lambda _agent, _question: []
        assert await talk.once(wait=0.05) is None
        assert len(agent.questions) == 2, "the request and a discovery"
        assert await talk.once(wait=0.05) is None
        assert len(agent.questions) == 3, "a discovery"
        agent.behaviour = honest
        assert await talk.once() == RIGHT

    play(test)


def test_an_engine_whose_time_jumps_is_asked_for_it_without_a_timeout() -> None:
    async def test(agent: Engine, talk: Talk) -> None:
        assert await talk.once() == RIGHT
        agent.boots, agent.time = 4, 5
        assert await talk.once() == RIGHT
        assert (talk.telemetry.timeouts, talk.telemetry.resyncs) == (0, 1)

    play(test)


def test_an_engine_whose_time_never_fits_counts_as_lost_and_not_as_a_wrong_password() -> None:
    async def test(agent: Engine, talk: Talk) -> None:
        agent.behaviour = lambda agent, question: (
            honest(agent, question) if question.engine != agent.id else [agent.report(question, engine.NOT_IN_TIME)]
        )
        assert await talk.once(wait=0.1) is None
        assert talk.refusal is None
        assert len(agent.questions) <= 4

    play(test)


@pytest.mark.parametrize(
    ("what", "refusal"),
    [(engine.UNKNOWN_USER, Refusal.UNKNOWN_USER), (engine.WRONG_DIGEST, Refusal.WRONG_PASSWORD)],
    ids=["unknown user", "wrong digest"],
)
def test_a_login_that_the_engine_takes_no_more_is_refused_after_one_discovery(what: str, refusal: Refusal) -> None:
    async def test(agent: Engine, talk: Talk) -> None:
        assert await talk.once() == RIGHT
        agent.questions.clear()
        agent.behaviour = lambda agent, question: (
            honest(agent, question) if question.engine != agent.id else [agent.report(question, what, signed=False)]
        )
        assert await talk.once() == {}
        assert talk.refusal is refusal
        assert len(agent.questions) == 3
        agent.behaviour = honest
        assert await talk.once() == RIGHT
        assert talk.refusal is None

    play(test)


def test_a_report_that_comes_when_nothing_is_under_way_sends_nothing() -> None:
    async def test(agent: Engine, talk: Talk) -> None:
        assert await talk.once() == RIGHT
        count = len(agent.questions)
        agent.send(agent.report(agent.questions[-1], engine.UNKNOWN_USER, signed=False))
        await asyncio.sleep(0.05)
        assert len(agent.questions) == count
        assert talk.telemetry.foreign == 1
        assert await talk.once() == RIGHT

    play(test)


def test_sockets_do_not_pile_up_over_discoveries() -> None:
    async def test(agent: Engine, talk: Talk) -> None:
        for number in range(20):
            agent.become(b"\x80\x00\x1f\x88\x04%d" % number)
            assert await talk.once() == RIGHT
        assert talk.telemetry.sockets == 1

    play(test)
