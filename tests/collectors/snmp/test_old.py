"""SNMPv1: a GET that fails as a whole where one instance is absent, and walks by GETNEXT."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.snmp.credentials import Version, community_login
from collectors.snmp.oids import IF_DESCR, IF_HC_IN_OCTETS, IF_NAME, IF_TYPE, SYS_DESCR, SYS_NAME, SYS_UPTIME
from tests.collectors import ber
from tests.collectors.agent import Agent, closing, honest, router, start_agent
from tests.collectors.ber import Request
from tests.collectors.processes import free_port, snmpd
from tests.collectors.talking import Talk, talking

OLD = community_login("public", version=Version.V1)
PORTS = {index: f"port{index}" for index in range(1, 13)}
ABSENT = [f"1.3.6.1.4.1.99999.7.{number}.0" for number in range(9)]


def play(test: Callable[[Agent, Talk], Coroutine[Any, Any, None]], objects: dict[str, bytes] | None = None) -> None:
    """Run a test with an agent and a conversation with it."""

    async def scene() -> None:
        with closing(await start_agent(router(PORTS) if objects is None else objects)) as agent:
            async with talking(agent.port, OLD) as talk:
                await test(agent, talk)

    asyncio.run(scene())


def test_an_absent_instance_is_left_out_and_never_asked_for_again() -> None:
    async def test(agent: Agent, talk: Talk) -> None:
        for _ in range(3):
            answer = await talk.once(SYS_UPTIME, ABSENT[0], SYS_NAME)
            assert answer is not None
            assert set(answer) == {SYS_UPTIME, SYS_NAME}
        assert [len(request.oids) for request in agent.requests] == [3, 2, 2, 2]

    play(test)


def test_only_absent_instances_are_an_empty_answer() -> None:
    async def test(_agent: Agent, talk: Talk) -> None:
        assert await talk.once(*ABSENT[:3]) == {}
        assert await talk.once(*ABSENT[:3]) == {}
        assert talk.refusal is None

    play(test)


def without_index(agent: Agent, request: Request) -> list[bytes]:
    """An agent that does not say which instance it misses."""
    right = agent.answer(request)
    if request.kind == ber.GET and any(name not in agent.objects for name in request.oids):
        return [ber.answer(request, [(name, b"\x05\x00") for name in request.oids], error=2, index=0)]
    return [right]


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.permutations([SYS_UPTIME, SYS_NAME, SYS_DESCR, *ABSENT]), st.booleans())
def test_whatever_is_absent_all_that_is_there_comes(names: list[str], tells_index: bool) -> None:
    async def test(agent: Agent, talk: Talk) -> None:
        agent.behaviour = honest if tells_index else without_index
        answer = await talk.once(*names)
        assert answer is not None
        assert set(answer) == {SYS_UPTIME, SYS_NAME, SYS_DESCR}
        before = len(agent.requests)
        assert await talk.once(*names) == answer
        assert len(agent.requests) == before + 1, "what is absent is remembered"

    play(test)


def test_an_answer_that_is_too_big_is_handed_on_as_an_error() -> None:
    async def test(agent: Agent, talk: Talk) -> None:
        agent.behaviour = lambda _agent, request: [ber.answer(request, [], error=1)]
        assert await talk.once(SYS_UPTIME, SYS_NAME) == {}
        assert len(agent.requests) == 1

    play(test)


def test_a_column_is_walked_by_getnext_to_its_end_and_not_beyond() -> None:
    async def test(agent: Agent, talk: Talk) -> None:
        assert await talk.conversation.walk(IF_NAME) == {str(index): name.encode() for index, name in PORTS.items()}
        assert {request.kind for request in agent.requests} == {ber.GET_NEXT}
        assert len(agent.requests) == len(PORTS) + 1
        assert await talk.conversation.walk("1.3.9") == {}, "at the end of everything"
        assert await talk.conversation.walk(IF_HC_IN_OCTETS) == {}, "there are no 64-bit counters"

    play(test)


def test_a_table_is_read_whole_although_cells_are_absent() -> None:
    async def test(agent: Agent, talk: Talk) -> None:
        del agent.objects[f"{IF_DESCR}.3"]
        table = await talk.conversation.walk_table([IF_TYPE, IF_NAME, IF_DESCR])
        assert list(table[IF_TYPE]) == [str(index) for index in PORTS]
        assert set(table[IF_DESCR]) == set(table[IF_TYPE]) - {"3"}
        assert all(table[IF_NAME][str(index)] == name.encode() for index, name in PORTS.items())

    play(test)


def test_a_wrong_community_is_silence() -> None:
    async def test(agent: Agent, talk: Talk) -> None:
        agent.community = b"other"
        assert await talk.once(wait=0.1) is None
        assert talk.refusal is None

    play(test)


@pytest.mark.slow
def test_net_snmp_is_spoken_to_in_version_1(tmp_path: Path) -> None:
    async def scene() -> None:
        port = free_port()
        with snmpd(tmp_path, port):
            async with talking(port, OLD) as talk:
                answer = None
                for _ in range(50):
                    answer = await talk.once(SYS_NAME, ABSENT[0], wait=0.2)
                    if answer is not None:
                        break
                assert answer == {SYS_NAME: b"test-host"}
                assert b"lo" in (await talk.conversation.walk(IF_DESCR)).values()

    asyncio.run(scene())
