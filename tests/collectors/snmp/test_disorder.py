"""Any mixture of loss, delay, repetition, reordering and rubbish: each request is settled once, by its own answer."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.snmp.credentials import Version, community_login
from collectors.snmp.gufo import Answer
from collectors.snmp.oids import SYS_NAME, SYS_UPTIME
from tests.collectors import ber
from tests.collectors.agent import Agent, closing, start_agent
from tests.collectors.ber import Request
from tests.collectors.talking import talking

pytestmark = pytest.mark.slow


class Trouble:
    """What the line and the agent do with one answer after another; the uptime tells the answers apart."""

    def __init__(self) -> None:
        self.held: list[bytes] = []
        self.count = 0

    def right(self, agent: Agent, request: Request) -> bytes:
        """The right answer, unlike any other."""
        return ber.answer(request, [(SYS_UPTIME, ber.ticks(self.count)), (SYS_NAME, ber.octets(b"r1"))])

    def behave(self, kind: str) -> Callable[[Agent, Request], list[bytes]]:
        """A behaviour for one request."""

        def play(agent: Agent, request: Request) -> list[bytes]:
            self.count += 1
            packet = self.right(agent, request)
            late, self.held = self.held, []
            if kind == "delayed":
                self.held = [*late, packet]
                return []
            return {
                "lost": [],
                "honest": [packet],
                "repeated": [packet, packet, packet],
                "behind late ones": [*late, packet],
                "before late ones": [packet, *late],
                "cut": [packet[: len(packet) // 2], packet],
                "rubbish": [b"\x30\x03abc", b"", packet],
                "foreign id": [ber.answer(request, [(SYS_UPTIME, ber.ticks(9_999))], id=request.id ^ 5), packet],
                "foreign community": [ber.answer(request, [(SYS_UPTIME, ber.ticks(9_999))], community=b"x"), packet],
                "too big": [ber.answer(request, [], error=1)],
                "too long": [ber.answer(request, [(SYS_NAME, ber.octets(b"x" * 5_000))]), packet],
            }[kind]

        return play


KINDS = ["lost", "honest", "delayed", "repeated", "behind late ones", "before late ones", "cut", "rubbish",
         "foreign id", "foreign community", "too big", "too long"]  # fmt: skip


def keeping(settled: list[Answer | None]) -> Callable[[Answer | None, float], None]:
    """A callback that keeps what it is told."""
    return lambda answer, _took: settled.append(answer)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=12), st.sampled_from([Version.V1, Version.V2C]))
def test_each_request_is_settled_once_and_only_by_its_own_answer(kinds: list[str], version: Version) -> None:
    async def scene() -> None:
        trouble = Trouble()
        with closing(await start_agent({})) as agent:
            async with talking(agent.port, community_login("public", version=version), tick=0.002) as talk:
                for number, kind in enumerate(kinds, start=1):
                    settled: list[Answer | None] = []
                    agent.script = [trouble.behave(kind)]
                    talk.channel.ask([SYS_UPTIME, SYS_NAME], 0.03, keeping(settled))
                    async with asyncio.timeout(5):
                        while not settled or trouble.count < number:
                            await asyncio.sleep(0.001)
                    await asyncio.sleep(0.003)
                    assert len(settled) == 1
                    assert settled[0] in (None, {}, {SYS_UPTIME: number, SYS_NAME: b"r1"})

    asyncio.run(scene())
