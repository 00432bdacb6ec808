"""Awaited requests and walks before agents that are weak, wrong, or never come to an end."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.snmp.conversation import MOST_ROWS, MOST_STEPS, Refused, Unanswered
from collectors.snmp.credentials import Login, Version, community_login
from collectors.snmp.oids import IF_DESCR, IF_NAME, IF_OPER_STATUS, IF_TYPE, SYS_UPTIME
from foundation.clock import SteppedClock
from tests.collectors import ber
from tests.collectors.agent import Agent, closing, honest, router, silent, start_agent
from tests.collectors.ber import Request
from tests.collectors.talking import Talk, talking

PORTS = {index: f"port{index}" for index in range(1, 101)}
PUBLIC = community_login("public")
NAMES = {str(index): name.encode() for index, name in PORTS.items()}


def play(
    test: Callable[[Agent, Talk], Coroutine[Any, Any, None]], *logins: Login, clock: SteppedClock | None = None
) -> None:
    """Run a test with an agent and a conversation with it."""

    async def scene() -> None:
        with closing(await start_agent(router(PORTS))) as agent:
            async with talking(agent.port, *(logins or (PUBLIC,)), clock=clock, first_wait=0.1) as talk:
                await test(agent, talk)

    asyncio.run(scene())


def rows(column: str, indexes: list[int]) -> list[tuple[str, bytes]]:
    """Rows of a column, each with its index as value."""
    return [(f"{column}.{index}", ber.integer(index)) for index in indexes]


def step_of(order: list[int], request: Request, column: str) -> list[bytes]:
    """A step of a walk through rows in this order, whatever it is; the column's neighbour behind the last."""
    last = request.oids[0].removeprefix(f"{column}.")
    begin = order.index(int(last)) + 1 if last.isdigit() else 0
    part = order[begin : begin + max(1, request.repetitions)]
    found = rows(column, part)
    if len(part) < max(1, request.repetitions):
        found.append((f"{column.rpartition('.')[0]}.9999.1", ber.integer(0)))
    return [ber.answer(request, found)]


# Walks ---------------------------------------------------------------------------------------------------------------


def test_a_column_is_walked_in_few_requests_to_its_end() -> None:
    async def test(agent: Agent, talk: Talk) -> None:
        assert await talk.conversation.walk(IF_NAME) == NAMES
        assert len(agent.requests) == 3
        assert talk.telemetry.broken_walks == 0

    play(test)


def test_a_column_that_is_not_there_costs_one_request() -> None:
    async def test(agent: Agent, talk: Talk) -> None:
        assert await talk.conversation.walk("1.3.6.1.2.1.17.1") == {}
        assert len(agent.requests) == 1

    play(test)


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(st.permutations(range(1, 61)), st.integers(1, 50))
def test_rows_in_any_order_are_all_found(order: list[int], most: int) -> None:
    def disorderly(_agent: Agent, request: Request) -> list[bytes]:
        return step_of(order, Request(**{**request.__dict__, "repetitions": min(most, request.repetitions)}), IF_TYPE)

    async def test(agent: Agent, talk: Talk) -> None:
        agent.behaviour = disorderly
        assert await talk.conversation.walk(IF_TYPE) == {str(index): index for index in order}

    play(test)


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=40, unique=True), st.data())
def test_a_walk_that_is_led_back_ends_with_all_rows_so_far(order: list[int], data: st.DataObject) -> None:
    back = data.draw(st.integers(0, len(order) - 1))

    def loop(_agent: Agent, request: Request) -> list[bytes]:
        last = request.oids[0].removeprefix(f"{IF_TYPE}.")
        at = order.index(int(last)) + 1 if last.isdigit() else 0
        found = []
        for _ in range(10):
            at = back if at >= len(order) else at
            found.append(order[at])
            at += 1
        return [ber.answer(request, rows(IF_TYPE, found))]

    async def test(agent: Agent, talk: Talk) -> None:
        agent.behaviour = loop
        assert await talk.conversation.walk(IF_TYPE) == {str(index): index for index in order}
        assert talk.telemetry.broken_walks == 1

    play(test)


def endless(_agent: Agent, request: Request) -> list[bytes]:
    """Ever new rows."""
    last = request.oids[0].removeprefix(f"{IF_TYPE}.")
    first = int(last) + 1 if last.isdigit() else 1
    return [ber.answer(request, rows(IF_TYPE, list(range(first, first + max(1, request.repetitions)))))]


@pytest.mark.slow
@pytest.mark.parametrize("version", [Version.V1, Version.V2C])
def test_a_walk_that_never_ends_is_ended(version: Version) -> None:
    async def test(agent: Agent, talk: Talk) -> None:
        agent.behaviour = endless
        assert len(await talk.conversation.walk(IF_TYPE)) == MOST_ROWS
        assert len(await talk.conversation.walk(IF_TYPE, most=100)) == 100
        assert talk.telemetry.broken_walks == 2

    play(test, community_login("public", version=version))


@pytest.mark.slow
def test_a_walk_that_brings_one_row_a_time_is_ended_after_so_many_requests() -> None:
    def drop_by_drop(agent: Agent, request: Request) -> list[bytes]:
        return endless(agent, Request(request.community, request.kind, request.id, 1, request.oids))

    async def test(agent: Agent, talk: Talk) -> None:
        agent.behaviour = drop_by_drop
        assert len(await talk.conversation.walk(IF_TYPE)) == MOST_STEPS
        assert talk.telemetry.broken_walks == 1

    play(test)


@pytest.mark.parametrize(("each_ms", "whole"), [(40, True), (4_000, False)], ids=["in time", "too slow"])
def test_a_walk_that_takes_too_long_is_ended(each_ms: int, whole: bool) -> None:
    clock = SteppedClock(0)

    def slow(agent: Agent, request: Request) -> list[bytes]:
        clock.advance(each_ms)
        return endless(agent, request)

    async def test(agent: Agent, talk: Talk) -> None:
        agent.behaviour = slow
        found = await talk.conversation.walk(IF_TYPE, most=1_000)
        assert (len(found) == 1_000) is whole
        assert len(found) >= 40
        assert talk.telemetry.broken_walks == 1

    play(test, clock=clock)


@pytest.mark.slow
@pytest.mark.parametrize("error", [1, 5], ids=["tooBig", "genErr"])
def test_an_agent_that_fails_at_long_steps_is_asked_for_shorter_ones_and_that_is_remembered(error: int) -> None:
    def weak(agent: Agent, request: Request) -> list[bytes]:
        return [ber.answer(request, [], error=error)] if request.repetitions > 12 else honest(agent, request)

    async def test(agent: Agent, talk: Talk) -> None:
        agent.behaviour = weak
        assert await talk.conversation.walk(IF_NAME) == NAMES
        before = len(agent.requests)
        assert await talk.conversation.walk(IF_DESCR) == NAMES
        assert len(agent.requests) - before == 11
        assert talk.telemetry.broken_walks == 0

    play(test)


@pytest.mark.slow
def test_long_steps_that_are_lost_are_told_from_an_agent_that_is_gone() -> None:
    def lossy(agent: Agent, request: Request) -> list[bytes]:
        return [] if request.repetitions > 12 else honest(agent, request)

    async def test(agent: Agent, talk: Talk) -> None:
        agent.behaviour = lossy
        assert await talk.conversation.walk(IF_NAME) == NAMES
        assert talk.conversation.timing.timeouts == 2
        agent.behaviour = silent
        with pytest.raises(Unanswered):
            await talk.conversation.walk(IF_NAME)

    play(test)


def test_an_agent_that_fails_at_every_step_is_left_alone() -> None:
    async def test(agent: Agent, talk: Talk) -> None:
        agent.behaviour = lambda _agent, request: [ber.answer(request, [], error=5)]
        assert await talk.conversation.walk(IF_NAME) == {}
        assert len(agent.requests) <= 5
        assert talk.telemetry.broken_walks == 1

    play(test)


# Tables --------------------------------------------------------------------------------------------------------------


def test_a_table_is_read_with_each_value_at_its_own_row_whatever_is_missing() -> None:
    async def test(agent: Agent, talk: Talk) -> None:
        for index in (3, 50, 100):
            del agent.objects[f"{IF_DESCR}.{index}"]
        for index in range(61, 101):
            del agent.objects[f"{IF_TYPE}.{index}"], agent.objects[f"{IF_OPER_STATUS}.{index}"]
        table = await talk.conversation.walk_table([IF_NAME, IF_DESCR, IF_TYPE, IF_OPER_STATUS])
        assert table[IF_NAME] == NAMES
        assert table[IF_DESCR] == {index: name for index, name in NAMES.items() if index not in ("3", "50", "100")}
        assert set(table[IF_TYPE]) == set(table[IF_OPER_STATUS]) == {str(index) for index in range(1, 61)}
        assert len(agent.requests) <= 3 + 1 + 300 // 49

    play(test)


def test_rows_that_vanish_in_mid_walk_leave_gaps_only() -> None:
    def vanishing(agent: Agent, request: Request) -> list[bytes]:
        packets = honest(agent, request)
        if request.kind == ber.GET_BULK and len(agent.requests) == 1:
            for index in (*range(38, 60), 90):
                for column in (IF_NAME, IF_DESCR, IF_TYPE):
                    agent.objects.pop(f"{column}.{index}", None)
        return packets

    async def test(agent: Agent, talk: Talk) -> None:
        agent.behaviour = vanishing
        table = await talk.conversation.walk_table([IF_NAME, IF_DESCR, IF_TYPE])
        gone = {str(index) for index in (*range(38, 60), 90)}
        assert set(table[IF_DESCR]) == set(table[IF_TYPE]) == set(NAMES) - gone
        assert all(table[IF_NAME][index] == NAMES[index] == table[IF_DESCR][index] for index in table[IF_DESCR])

    play(test)


def test_a_table_that_is_not_there_is_empty_in_every_column_and_costs_one_request() -> None:
    async def test(agent: Agent, talk: Talk) -> None:
        assert await talk.conversation.walk_table(["1.3.9.1", "1.3.9.2"]) == {"1.3.9.1": {}, "1.3.9.2": {}}
        assert len(agent.requests) == 1

    play(test)


@settings(max_examples=15, deadline=None)
@given(st.dictionaries(st.integers(1, 400), st.sets(st.sampled_from([IF_DESCR, IF_TYPE, IF_OPER_STATUS])), max_size=90))
def test_no_value_ever_stands_at_another_row(cells: dict[int, set[str]]) -> None:
    async def test(agent: Agent, talk: Talk) -> None:
        for oid in [oid for oid in agent.objects if oid != SYS_UPTIME]:
            del agent.objects[oid]
        for index, columns in cells.items():
            for column in (IF_NAME, *columns):
                agent.objects[f"{column}.{index}"] = ber.integer(index)
        table = await talk.conversation.walk_table([IF_NAME, IF_DESCR, IF_TYPE, IF_OPER_STATUS])
        assert table[IF_NAME] == {str(index): index for index in sorted(cells)}
        for column in (IF_DESCR, IF_TYPE, IF_OPER_STATUS):
            assert table[column] == {str(index): index for index in sorted(cells) if column in cells[index]}

    play(test)


# Single requests -----------------------------------------------------------------------------------------------------

MANY = [f"{column}.{index}" for index in range(1, 26) for column in (IF_NAME, IF_DESCR)]


def test_instances_that_are_all_absent_cost_one_request() -> None:
    async def test(agent: Agent, talk: Talk) -> None:
        assert await talk.conversation.get([f"1.3.9.{number}.0" for number in range(40)]) == {}
        assert len(agent.requests) == 1

    play(test)


def test_a_request_that_is_too_big_is_halved_and_the_size_remembered() -> None:
    def small(agent: Agent, request: Request) -> list[bytes]:
        return [ber.answer(request, [], error=1)] if len(request.oids) > 20 else honest(agent, request)

    async def test(agent: Agent, talk: Talk) -> None:
        agent.behaviour = small
        assert len(await talk.conversation.get(MANY)) == len(MANY)
        assert talk.size.size < 25
        agent.requests.clear()
        agent.behaviour = honest
        assert len(await talk.conversation.get(MANY)) == len(MANY)
        assert max(len(request.oids) for request in agent.requests) < 26

    play(test)


def test_one_value_that_the_agent_fails_at_costs_only_itself() -> None:
    bad = MANY[31]

    def failing(agent: Agent, request: Request) -> list[bytes]:
        return [ber.answer(request, [], error=5)] if bad in request.oids else honest(agent, request)

    async def test(agent: Agent, talk: Talk) -> None:
        agent.behaviour = failing
        assert set(await talk.conversation.get(MANY)) == set(MANY) - {bad}
        assert len(agent.requests) <= 16

    play(test)


def test_answers_too_long_for_the_buffer_are_taken_in_parts_after_one_timeout() -> None:
    async def test(agent: Agent, talk: Talk) -> None:
        for index in range(1, 26):
            agent.objects[f"{IF_DESCR}.{index}"] = ber.octets(b"x" * 250)
        found = await talk.conversation.get(MANY)
        assert len(found) == len(MANY)
        assert talk.conversation.timing.timeouts <= 1

    play(test)


def test_long_answers_that_are_lost_on_the_way_are_taken_in_parts() -> None:
    def lossy(agent: Agent, request: Request) -> list[bytes]:
        return [] if len(request.oids) > 15 else honest(agent, request)

    async def test(agent: Agent, talk: Talk) -> None:
        agent.behaviour = lossy
        assert len(await talk.conversation.get(MANY)) == len(MANY)
        assert talk.size.size <= 15

    play(test)


def test_an_agent_that_is_gone_is_given_up_after_four_attempts_and_one_probe() -> None:
    async def test(agent: Agent, talk: Talk) -> None:
        agent.behaviour = silent
        with pytest.raises(Unanswered):
            await talk.conversation.get(MANY)
        assert len(agent.requests) == 5
        assert talk.size.size == 50

    play(test)


# Greetings -----------------------------------------------------------------------------------------------------------


def test_the_login_that_is_answered_is_found_and_remembered() -> None:
    async def test(agent: Agent, talk: Talk) -> None:
        assert (await talk.conversation.greet())[SYS_UPTIME]
        assert talk.channel.keyring.remembered == "third"

    play(test, *(community_login(word, name=name) for word, name in (("a", "first"), ("b", "2"), ("public", "third"))))


def test_a_greeting_that_nobody_answers_is_unanswered_and_one_that_is_refused_is_refused() -> None:
    async def test(agent: Agent, talk: Talk) -> None:
        agent.behaviour = lambda _agent, request: [ber.answer(request, [], error=16)]
        with pytest.raises(Refused):
            await talk.conversation.greet()
        agent.behaviour = silent
        with pytest.raises(Unanswered) as caught:
            await talk.conversation.greet()
        assert not isinstance(caught.value, Refused)

    play(test)
