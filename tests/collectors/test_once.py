"""One look at one host: what `yunwei poll HOST` tells."""

import asyncio
import json
from dataclasses import asdict

import pytest
from rich.console import Console

from collectors.once import HostPoll, poll_host, render
from foundation.clock import SystemClock
from foundation.problems import OperatorError
from tests.collectors import ber
from tests.collectors.agent import closing, router, silent, start_agent


async def poll(**change: bytes) -> HostPoll:
    with closing(await start_agent(router({1: "up1", 2: "[b]lan1"}) | change)) as agent:
        return await poll_host("localhost", port=agent.port, community="public", clock=SystemClock(), timeout=0.5)


def test_a_host_is_told_with_identity_interfaces_and_sensors() -> None:
    found = asyncio.run(poll())
    assert (found.identity.name, found.identity.description) == ("r1", "测试路由器")
    assert found.identity.location == "昆明"
    assert found.identity.uptime_s == 1000.0
    assert [(port.reading.name, port.index, port.speed_bps) for port in found.interfaces] == [
        ("up1", 1, 1_000_000_000),
        ("[b]lan1", 2, 1_000_000_000),
    ]
    assert {reading.kind for reading in found.health} == {"cpu", "memory", "temperature"}
    assert found.complete


def test_it_is_plain_data_for_json() -> None:
    assert json.loads(json.dumps(asdict(asyncio.run(poll()))))["identity"]["name"] == "r1"


def test_it_is_a_table_for_people_that_no_text_of_an_agent_can_break() -> None:
    console = Console(width=120, record=True, file=open("/dev/null", "w", encoding="utf-8"))  # noqa: SIM115
    console.print(render(asyncio.run(poll())))
    text = console.export_text()
    assert "[b]lan1" in text
    assert "昆明" in text
    assert "38.5 °C" in text


def test_a_host_with_one_value_only_is_told_all_the_same() -> None:
    async def play() -> HostPoll:
        with closing(await start_agent({"1.3.6.1.2.1.1.3.0": ber.ticks(5)})) as agent:
            return await poll_host("127.0.0.1", port=agent.port, community="public", clock=SystemClock(), timeout=0.5)

    found = asyncio.run(play())
    assert (found.interfaces, found.health, found.identity.uptime_s) == ((), (), 0.05)


def test_silence_is_told_in_one_sentence_that_says_what_to_check() -> None:
    async def play() -> None:
        with closing(await start_agent(router({}))) as agent:
            agent.behaviour = silent
            await poll_host("127.0.0.1", port=agent.port, community="public", clock=SystemClock(), timeout=0.05)

    with pytest.raises(OperatorError, match=r"No SNMP answer.*Check the address, the port and the community"):
        asyncio.run(play())


def test_an_unknown_name_is_told_in_one_sentence() -> None:
    with pytest.raises(OperatorError, match=r'The host "no-such-host\.invalid" is unknown'):
        asyncio.run(poll_host("no-such-host.invalid", community="public", clock=SystemClock()))
