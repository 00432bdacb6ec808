"""Requests over a real socket to an agent that misbehaves: each is settled once, and nothing foreign gets in."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from collectors.reachability.patience import REFUSAL_PAUSE
from collectors.schedule.timetable import Timetable
from collectors.snmp.channel import Channel
from collectors.snmp.credentials import Keyring, Refusal, community_login
from collectors.snmp.gufo import Answer, GetIter, Row
from collectors.snmp.hub import SocketHub
from collectors.snmp.oids import IF_DESCR, SYS_DESCR, SYS_UPTIME
from collectors.telemetry import Telemetry
from foundation.clock import SteppedClock
from tests.collectors import ber
from tests.collectors.agent import Agent, Behaviour, closing, honest, silent, start_agent
from tests.collectors.ber import Request

OBJECTS = {SYS_UPTIME: ber.ticks(4200), SYS_DESCR: ber.octets(b"router")}


@dataclass
class Line:
    """A channel to an agent on a stepped clock, and what came of its requests."""

    agent: Agent
    channel: Channel
    timetable: Timetable
    clock: SteppedClock
    telemetry: Telemetry
    settled: list[Answer | None] = field(default_factory=list)

    def ask(self, *oids: str, wait: float = 1.0) -> None:
        self.channel.ask(list(oids), wait, lambda answer, _took: self.settled.append(answer))

    def step(self, milliseconds: int) -> None:
        self.clock.advance(milliseconds)
        self.timetable.run(self.clock.monotonic())

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let the sockets work until it holds."""
        async with asyncio.timeout(5):
            while not condition():
                await asyncio.sleep(0.001)


@asynccontextmanager
async def line(*script: Behaviour, communities: Sequence[str] = ("public",)) -> AsyncIterator[Line]:
    clock = SteppedClock(0)
    timetable, telemetry = Timetable(0.0), Telemetry(CollectorRegistry())
    agent = await start_agent(dict(OBJECTS))
    agent.script = list(script)
    with closing(agent):
        hub = SocketHub()
        channel = Channel(
            "127.0.0.1",
            agent.port,
            Keyring([community_login(community) for community in communities]),
            hub,
            timetable,
            clock,
            telemetry,
        )
        try:
            yield Line(agent, channel, timetable, clock, telemetry)
        finally:
            channel.close()
            hub.close()


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a coroutine test."""
    asyncio.run(test())


def test_an_answer_is_handed_over_once_and_its_deadline_is_void() -> None:
    async def scene() -> None:
        async with line() as wire:
            wire.ask(SYS_UPTIME, SYS_DESCR)
            await wire.until(lambda: bool(wire.settled))
            wire.step(10_000)
            assert wire.settled == [{SYS_UPTIME: 4200, SYS_DESCR: b"router"}]
            assert wire.telemetry.timeouts == 0

    run(scene)


def test_silence_is_told_once_when_the_wait_is_over_and_not_before() -> None:
    async def scene() -> None:
        async with line(silent) as wire:
            wire.ask(SYS_UPTIME, wait=1.0)
            wire.step(980)
            assert wire.settled == []
            wire.step(100)
            wire.step(5_000)
            assert wire.settled == [None]
            assert wire.telemetry.timeouts == 1

    run(scene)


def test_a_late_answer_is_counted_and_never_taken_for_the_next_ones() -> None:
    held: list[Request] = []

    def hold(_agent: Agent, request: Request) -> list[bytes]:
        held.append(request)
        return []

    def both(agent: Agent, request: Request) -> list[bytes]:
        return [ber.answer(held[0], [(SYS_UPTIME, ber.ticks(1))])]

    async def scene() -> None:
        async with line(hold, both) as wire:
            wire.ask(SYS_UPTIME)
            await wire.until(lambda: len(held) == 1)
            wire.step(2_000)
            wire.ask(SYS_UPTIME)
            await wire.until(lambda: wire.telemetry.foreign == 1)
            assert wire.settled == [None]
            wire.step(2_000)
            wire.ask(SYS_UPTIME)
            await wire.until(lambda: len(wire.settled) == 3)
            assert wire.settled == [None, None, {SYS_UPTIME: 4200}]

    run(scene)


def test_a_late_answer_just_before_the_right_one_does_not_hide_it() -> None:
    held: list[Request] = []

    def hold(_agent: Agent, request: Request) -> list[bytes]:
        held.append(request)
        return []

    def late_then_right(agent: Agent, request: Request) -> list[bytes]:
        return [ber.answer(held[0], [(SYS_UPTIME, ber.ticks(1))]), agent.answer(request)]

    async def scene() -> None:
        async with line(hold, late_then_right) as wire:
            wire.ask(SYS_UPTIME)
            await wire.until(lambda: len(held) == 1)
            wire.step(2_000)
            wire.ask(SYS_UPTIME)
            await wire.until(lambda: len(wire.settled) == 2)
            assert wire.settled == [None, {SYS_UPTIME: 4200}]

    run(scene)


def test_an_answer_that_waits_unread_when_the_loop_was_held_up_is_no_timeout() -> None:
    async def scene() -> None:
        async with line(silent) as wire:
            wire.ask(SYS_UPTIME)
            await wire.until(lambda: bool(wire.agent.requests))
            wire.agent.send(wire.agent.answer(wire.agent.requests[0]))
            # The packet is in the socket; the deadline is looked at first.
            wire.step(5_000)
            assert wire.settled == [{SYS_UPTIME: 4200}]
            assert wire.telemetry.timeouts == 0

    run(scene)


def test_a_walks_answer_that_comes_too_late_does_not_make_the_repeated_step_skip_rows() -> None:
    async def scene() -> None:
        async with line(silent) as wire:
            wire.agent.objects |= {f"{IF_DESCR}.{index}": ber.octets(b"%d" % index) for index in (1, 2)}
            rows: list[list[Row | None] | None] = []
            iterator = GetIter(IF_DESCR, 10)
            wire.channel.walk(iterator, 1.0, lambda found, _took: rows.append(found))
            await wire.until(lambda: bool(wire.agent.requests))
            wire.step(2_000)
            wire.agent.send(wire.agent.answer(wire.agent.requests[0]))
            await wire.until(lambda: wire.telemetry.duplicates == 1)
            wire.channel.walk(iterator, 1.0, lambda found, _took: rows.append(found))
            await wire.until(lambda: len(rows) == 2)
            assert rows == [None, [(f"{IF_DESCR}.1", b"1"), (f"{IF_DESCR}.2", b"2")]]

    run(scene)


def test_a_duplicate_is_counted_and_settles_nothing() -> None:
    async def scene() -> None:
        async with line(lambda agent, request: [agent.answer(request)] * 3) as wire:
            wire.ask(SYS_UPTIME)
            await wire.until(lambda: wire.telemetry.duplicates == 2)
            assert wire.settled == [{SYS_UPTIME: 4200}]

    run(scene)


BROKEN: dict[str, Behaviour] = {
    "garbage": lambda _agent, _request: [b"\x30\x03abc"],
    "truncated": lambda agent, request: [agent.answer(request)[:-4]],
    "another version": lambda _agent, request: [ber.answer(request, [], version=0)],
    "a broken length, at which the Rust core panics": lambda _agent, _request: [b"\x30\xbb"],
    "larger than the buffer": lambda _agent, request: [ber.answer(request, [(SYS_DESCR, ber.octets(b"x" * 6000))])],
}


@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN.keys())
def test_a_malformed_packet_is_counted_and_the_right_answer_behind_it_still_taken(behaviour: Behaviour) -> None:
    async def scene() -> None:
        async with line(lambda agent, request: [*behaviour(agent, request), agent.answer(request)]) as wire:
            wire.ask(SYS_UPTIME)
            await wire.until(lambda: bool(wire.settled))
            assert wire.settled == [{SYS_UPTIME: 4200}]
            assert wire.telemetry.malformed == 1

    run(scene)


def test_an_agent_at_whose_packet_the_core_panicked_gets_no_second_chance_to(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Each panic writes lines to standard error, past every log level."""

    async def scene() -> None:
        async with line(lambda agent, request: [b"\x30\xbb"] * 5 + [agent.answer(request)]) as wire:
            wire.ask(SYS_UPTIME)
            await wire.until(lambda: bool(wire.settled))
            assert wire.settled == [{SYS_UPTIME: 4200}]
            assert wire.telemetry.malformed == 5

    run(scene)
    assert capfd.readouterr().err.count("panicked at") == 1
    assert [record.getMessage().partition(";")[0] for record in caplog.records] == [
        "The agent at 127.0.0.1 sent a packet that is no SNMP at all"
    ]


FOREIGN: dict[str, Behaviour] = {
    "another request's number": lambda _agent, request: [
        ber.answer(request, [(SYS_UPTIME, ber.ticks(1))], id=request.id ^ 1)
    ],
    "another community": lambda _agent, request: [
        ber.answer(request, [(SYS_UPTIME, ber.ticks(1))], community=b"private")
    ],
}


@pytest.mark.parametrize("behaviour", FOREIGN.values(), ids=FOREIGN.keys())
def test_an_answer_to_something_else_is_counted_and_ignored(behaviour: Behaviour) -> None:
    async def scene() -> None:
        async with line(behaviour) as wire:
            wire.ask(SYS_UPTIME)
            await wire.until(lambda: wire.telemetry.foreign == 1)
            assert wire.settled == []
            wire.step(2_000)
            assert wire.settled == [None]

    run(scene)


@pytest.mark.parametrize("error", [1, 5, 16], ids=["tooBig", "genErr", "authorizationError"])
def test_an_error_status_is_an_empty_answer(error: int) -> None:
    async def scene() -> None:
        async with line(lambda _agent, request: [ber.answer(request, [], error=error)]) as wire:
            wire.ask(SYS_UPTIME)
            await wire.until(lambda: bool(wire.settled))
            assert wire.settled == [{}]
            assert wire.telemetry.rejected == 1

    run(scene)


def test_a_closed_port_is_a_miss_after_a_pause_without_a_busy_loop() -> None:
    async def scene() -> None:
        async with line() as wire:
            wire.agent.close()
            await asyncio.sleep(0)
            wire.ask(SYS_UPTIME, wait=3.0)
            await wire.until(lambda: wire.telemetry.refused == 1)
            assert wire.settled == []
            wire.step(int(REFUSAL_PAUSE * 1000) + 40)
            assert wire.settled == [None]
            for attempt in range(2, 5):
                wire.ask(SYS_UPTIME, wait=3.0)
                await wire.until(lambda attempt=attempt: wire.telemetry.refused == attempt)  # type: ignore[misc]
                wire.step(int(REFUSAL_PAUSE * 1000) + 40)
            assert wire.settled == [None] * 4

    run(scene)


def test_an_agent_that_comes_back_is_heard_although_the_kernel_still_holds_its_refusal() -> None:
    async def scene() -> None:
        async with line() as wire:
            wire.agent.close()
            await asyncio.sleep(0)
            wire.ask(SYS_UPTIME)
            await wire.until(lambda: wire.telemetry.refused == 1)
            wire.step(1_100)
            with closing(await start_agent(dict(OBJECTS), wire.agent.port)):
                wire.ask(SYS_UPTIME)
                await wire.until(lambda: len(wire.settled) == 2)
            assert wire.settled == [None, {SYS_UPTIME: 4200}]

    run(scene)


def test_a_closed_channel_settles_nothing_any_more() -> None:
    async def scene() -> None:
        async with line(silent) as wire:
            wire.ask(SYS_UPTIME)
            wire.channel.close()
            wire.channel.close()
            wire.step(5_000)
            assert wire.settled == []
            assert wire.telemetry.sockets == 0

    run(scene)


def test_the_helpers_agent_is_honest_unless_told_otherwise() -> None:
    async def scene() -> None:
        async with line(honest) as wire:
            wire.ask(SYS_UPTIME, "1.3.6.1.9.9.0")
            await wire.until(lambda: bool(wire.settled))
            assert wire.settled == [{SYS_UPTIME: 4200}]

    run(scene)


# Pacing --------------------------------------------------------------------------------------------------------------


def test_a_request_that_comes_too_early_is_put_off_and_its_wait_begins_when_it_goes_out() -> None:
    async def scene() -> None:
        async with line(honest, silent) as wire:
            wire.channel.pace(0.5)
            wire.ask(SYS_UPTIME)
            await wire.until(lambda: len(wire.settled) == 1)
            wire.ask(SYS_UPTIME, wait=1.0)
            await asyncio.sleep(0.02)
            assert (len(wire.agent.requests), wire.channel.put_off) == (1, 1)
            wire.step(480)
            await asyncio.sleep(0.02)
            assert len(wire.agent.requests) == 1
            wire.step(40)
            await wire.until(lambda: len(wire.agent.requests) == 2)
            wire.step(960)
            assert len(wire.settled) == 1
            wire.step(100)
            assert wire.settled == [{SYS_UPTIME: 4200}, None]
            assert (wire.channel.packets_out, wire.channel.packets_in) == (2, 1)

    run(scene)


def test_a_walk_is_paced_too_and_who_comes_late_enough_is_not_put_off() -> None:
    async def scene() -> None:
        async with line() as wire:
            wire.channel.pace(0.2)
            rows: list[list[Row | None] | None] = []
            for number in range(1, 4):
                wire.channel.walk(GetIter(SYS_DESCR, 1), 1.0, lambda found, _took: rows.append(found))
                wire.step(220)
                await wire.until(lambda number=number: len(rows) == number)  # type: ignore[misc]
            assert wire.channel.put_off == 0
            wire.channel.walk(GetIter(SYS_DESCR, 1), 1.0, lambda found, _took: rows.append(found))
            wire.channel.walk(GetIter(SYS_DESCR, 1), 1.0, lambda found, _took: rows.append(found))
            wire.step(220)
            await wire.until(lambda: len(rows) == 4)
            assert wire.channel.put_off == 1

    run(scene)


def test_a_put_off_request_that_is_forgotten_never_goes_out() -> None:
    async def scene() -> None:
        async with line() as wire:
            wire.channel.pace(5.0)
            wire.ask(SYS_UPTIME)
            await wire.until(lambda: len(wire.settled) == 1)
            wire.ask(SYS_UPTIME)
            wire.channel.forget()
            wire.step(6_000)
            await asyncio.sleep(0.02)
            assert (len(wire.agent.requests), len(wire.settled)) == (1, 1)
            wire.ask(SYS_UPTIME)
            wire.channel.close()
            wire.step(12_000)
            assert len(wire.settled) == 1

    run(scene)


def test_requests_behind_each_other_keep_the_pace_although_the_timetable_is_coarse() -> None:
    """Ten a second are ten a second, also where the timetable comes round only every tenth of one."""

    async def scene() -> None:
        async with line() as wire:
            wire.channel.pace(0.1)
            for number in range(1, 21):
                wire.ask(SYS_UPTIME)
                for _ in range(3):
                    if len(wire.agent.requests) < number:
                        wire.step(70)
                        await asyncio.sleep(0.003)
                await wire.until(lambda number=number: len(wire.settled) == number)  # type: ignore[misc]
            assert 1.9 <= wire.clock.monotonic() <= 2.3

    run(scene)


# Addresses, logins ---------------------------------------------------------------------------------------------------


def test_an_answer_from_another_address_is_never_taken() -> None:
    async def scene() -> None:
        async with line(silent) as wire:
            wire.ask(SYS_UPTIME)
            await wire.until(lambda: bool(wire.agent.requests))
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
                other.bind(("127.0.0.2", 0))
                other.sendto(wire.agent.answer(wire.agent.requests[0]), wire.agent.peer)
            await asyncio.sleep(0.02)
            assert wire.settled == []
            wire.agent.send(wire.agent.answer(wire.agent.requests[0]))
            await wire.until(lambda: bool(wire.settled))
            assert wire.settled == [{SYS_UPTIME: 4200}]

    run(scene)


def test_another_login_takes_over_on_a_socket_of_its_own_and_the_first_one_is_closed() -> None:
    async def scene() -> None:
        async with line(communities=("wrong", "public")) as wire:
            wire.ask(SYS_UPTIME)
            wire.step(2_000)
            assert wire.settled == [None]
            before = set(os.listdir("/proc/self/fd"))
            assert wire.channel.turn()
            assert len(set(os.listdir("/proc/self/fd"))) == len(before)
            wire.ask(SYS_UPTIME)
            await wire.until(lambda: len(wire.settled) == 2)
            assert wire.settled == [None, {SYS_UPTIME: 4200}]

    run(scene)


def test_with_one_login_there_is_no_other_turn() -> None:
    async def scene() -> None:
        async with line() as wire:
            assert not wire.channel.turn()

    run(scene)


def test_a_refused_login_is_told_from_an_error_and_forgotten_at_the_next_word() -> None:
    async def scene() -> None:
        def error(number: int) -> Behaviour:
            return lambda _agent, request: [ber.answer(request, [], error=number)]

        async with line(error(16), error(5), error(16), silent) as wire:
            refusals = []
            for number in range(1, 4):
                wire.ask(SYS_UPTIME)
                await wire.until(lambda number=number: len(wire.settled) == number)  # type: ignore[misc]
                refusals.append(wire.channel.refusal)
            wire.ask(SYS_UPTIME)
            await wire.until(lambda: len(wire.agent.requests) == 4)
            wire.step(2_000)
            assert wire.settled == [{}, {}, {}, None]
            assert [*refusals, wire.channel.refusal] == [Refusal.NOT_PERMITTED, None, Refusal.NOT_PERMITTED, None]

    run(scene)


def test_an_answer_too_long_for_the_buffer_is_known_as_such_at_the_second_time() -> None:
    long = ber.octets(b"x" * 6_000)

    async def scene() -> None:
        async with line() as wire:
            wire.agent.objects[SYS_DESCR] = long
            wire.ask(SYS_DESCR)
            await wire.until(lambda: wire.telemetry.malformed == 1)
            wire.step(2_000)
            wire.ask(SYS_DESCR)
            await wire.until(lambda: len(wire.settled) == 2)
            assert wire.settled == [None, {}]
            wire.ask(SYS_UPTIME)
            await wire.until(lambda: len(wire.settled) == 3)
            assert wire.settled[-1] == {SYS_UPTIME: 4200}

    run(scene)
