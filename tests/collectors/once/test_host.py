"""One look at one host: what `yunwei poll HOST` finds."""

import asyncio

import pytest

from collectors.once import Shortfall, poll_host
from collectors.snmp import oids
from collectors.snmp.credentials import community_login
from foundation.clock import SystemClock
from foundation.messages import CounterVerdict
from foundation.problems import OperatorError
from tests.collectors import ber
from tests.collectors.agent import Agent, router, silent
from tests.collectors.ber import Request
from tests.collectors.once.making import host, look


def test_a_host_is_told_with_identity_interfaces_and_sensors() -> None:
    found = asyncio.run(look(host()))
    assert (found.identity.name, found.identity.description) == ("r1", "测试路由器")
    assert (found.identity.location, found.identity.model, found.identity.serial) == ("昆明", "AR6140-S", "21023529")
    assert found.uptime_s == 1000.0
    assert [(port.reading.name, port.raw.index, port.raw.speed) for port in found.interfaces] == [
        ("up1", 1, 1_000_000_000),
        ("[b]lan1", 2, 1_000_000_000),
    ]
    assert {"cpu", "memory", "temperature"} <= {reading.kind for reading in found.health}
    assert [(one.local_interface, one.system, one.port) for one in found.inventory.neighbours] == [
        ("up1", "core", "GE0/0/7")
    ]
    assert [(one.neighbour, one.up, one.remote_as) for one in found.routing] == [("10.0.0.9", True, 65001)]
    assert found.complete


@pytest.mark.slow
def test_what_a_routine_poll_costs_is_told_apart_from_the_inventory() -> None:
    found = asyncio.run(look(host()))
    timings, tuning = found.timings, found.tuning
    assert timings.poll_requests == tuning.requests_per_look == 1
    assert timings.requests >= timings.inventory_requests + timings.poll_requests
    assert tuning.values_per_look > 10
    assert tuning.bytes_down_per_look > tuning.values_per_look * 10
    assert tuning.snmp_version == "2c"


def test_two_samples_make_rates() -> None:
    def carrying(agent: Agent, request: Request) -> list[bytes]:
        """Ten seconds and 1.25 MB further at each request."""
        agent.tick(1_000)
        octets = agent.uptime * 1_250
        agent.set_port(1, IF_HC_IN_OCTETS=ber.counter64(octets), IF_HC_OUT_OCTETS=ber.counter64(2 * octets))
        return [agent.answer(request)]

    found = asyncio.run(look(host(), carrying, sample=2.5))
    reading = found.interfaces[0].reading
    assert (reading.verdict, reading.in_bps, reading.out_bps) == (CounterVerdict.NORMAL, 1_000_000, 2_000_000)
    assert reading.in_util == 0.1


def test_a_host_with_one_value_only_is_told_all_the_same() -> None:
    found = asyncio.run(look({oids.SYS_UPTIME: ber.ticks(5)}))
    assert (found.interfaces, found.health, found.uptime_s) == ((), (), 0.05)
    assert found.complete


def test_an_agent_that_falls_silent_on_the_way_leaves_what_it_told() -> None:
    left = iter(range(4))

    def mortal(agent: Agent, request: Request) -> list[bytes]:
        return [agent.answer(request)] if next(left, None) is not None else []

    found = asyncio.run(look(host(), mortal))
    assert (found.shortfall, found.identity.name) == (Shortfall.SILENT, "r1")
    assert not found.complete


def test_silence_is_told_in_one_sentence_that_says_what_to_check() -> None:
    with pytest.raises(OperatorError, match=r"No SNMP answer.*Check the address, the community \(a wrong one is not"):
        asyncio.run(look(router({}), silent))


def test_a_wrong_community_is_silence() -> None:
    with pytest.raises(OperatorError, match="No SNMP answer"):
        asyncio.run(look(router({}), login=community_login("wrong")))


def test_a_closed_port_is_told_from_silence() -> None:
    async def play() -> None:
        await poll_host("127.0.0.1", port=9, clock=SystemClock(), timeout=0.1)

    with pytest.raises(OperatorError, match=r"Nobody listens at 127\.0\.0\.1, port 9"):
        asyncio.run(play())


def test_an_unknown_name_is_told_in_one_sentence() -> None:
    with pytest.raises(OperatorError, match=r'The host "no-such-host\.invalid" is unknown'):
        asyncio.run(poll_host("no-such-host.invalid", clock=SystemClock()))


def test_an_address_without_a_way_is_told_in_one_sentence() -> None:
    with pytest.raises(OperatorError, match=r"can't be reached from this machine"):
        asyncio.run(poll_host("255.255.255.255", clock=SystemClock(), timeout=0.1))
