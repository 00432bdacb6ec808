"""A sweep over real sockets: who answers is found, dead space costs what it must, and the pace is kept."""

import asyncio
from collections.abc import Sequence
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from collectors.discovery import Found, Sweep, SweepSettings, classify, plan_of, sweep
from collectors.discovery.pace import Pace
from collectors.snmp.credentials import Login, community_login, user_login
from collectors.snmp.profiles.profile import ProfileSet
from foundation.clock import SteppedClock, SystemClock
from tests.collectors.processes import free_port, snmpd
from tests.simulator.running import running
from topology.model import Device, Division, Inventory, Link, LinkRole, Role, Tier
from topology.network import Network

PROFILES = ProfileSet.load()
PUBLIC = (community_login("public"),)


def found_in(
    networks: Sequence[str], port: int, logins: Sequence[Login] = PUBLIC, **settings: float
) -> tuple[Sweep, dict[str, Found]]:
    """Sweep; what was found by address."""
    plan = plan_of(networks)
    state = Sweep(len(plan))
    how = SweepSettings(port=port, **{"timeout": 0.3, "packets_per_second": 4000.0, **settings})  # type: ignore[arg-type]
    asyncio.run(sweep(plan, logins, PROFILES, how, SystemClock(), state))
    return state, {one.address: one for one in state.found}


def test_agents_are_found_among_dead_addresses_and_told_who_they_are() -> None:
    with running() as province:
        state, found = found_in(["127.6.27.0/28", "127.6.28.0/29"], province.settings.port)
        known = {province.address(device) for device in province.network.devices}
    expected = {address for address in known if address.startswith(("127.6.27.", "127.6.28."))}
    asked = set(plan_of(["127.6.27.0/28", "127.6.28.0/29"]))
    assert set(found) == expected & asked
    assert len(found) >= 4
    county = found["127.6.27.1"]
    assert county.name == "county-a"
    assert {heard.system for heard in county.heard} >= {"agg-1", "county-b"}
    assert (state.asked, county.complete, county.credentials, county.version) == (14 + 6, True, "default", "2c")


def test_several_communities_are_tried_in_order_and_the_one_that_opened_is_named() -> None:
    with running() as province:
        logins = (community_login("wrong", name="first"), community_login("public", name="second"))
        _, found = found_in(["127.6.27.1"], province.settings.port, logins)
    assert found["127.6.27.1"].credentials == "second"


def test_dead_space_costs_two_packets_an_address_and_login() -> None:
    state, found = found_in(["127.77.0.0/28"], free_port(), attempts=2, timeout=0.1)
    assert (found, state.asked) == ({}, 14)
    assert state.packets == 28


def test_a_sweep_that_is_broken_off_has_told_what_it_found() -> None:
    async def play(port: int) -> Sweep:
        plan = plan_of(["127.6.27.1", "127.77.0.0/22"])
        state = Sweep(len(plan))
        how = SweepSettings(port=port, timeout=0.5, packets_per_second=50.0)
        work = asyncio.ensure_future(sweep(plan, PUBLIC, PROFILES, how, SystemClock(), state))
        while not state.found:
            await asyncio.sleep(0.02)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        return state

    with running() as province:
        state = asyncio.run(play(province.settings.port))
    assert [one.name for one in state.found] == ["county-a"]
    assert state.asked < state.total


def test_turns_come_evenly_and_what_was_sent_besides_puts_the_next_one_off() -> None:
    waited: list[float] = []

    async def rest(seconds: float) -> None:
        waited.append(round(seconds, 3))

    async def play() -> None:
        pace = Pace(10.0, SteppedClock(0), rest=rest)
        for _ in range(3):
            await pace.turn()
        pace.charge(5)
        await pace.turn()

    asyncio.run(play())
    assert waited == [0.1, 0.2, 0.8]


def star(agents: int) -> Network:
    """A county with so many agencies' routers in 10.53.0.0/20, no two of them side by side."""
    divisions = [
        Division("530000", None, Tier.PROVINCE, "云南省", "Yunnan", 102.7, 25.0, "530000"),
        Division("530600", "530000", Tier.PREFECTURE, "昭通市", "Zhaotong", 103.7, 27.3, "530600"),
        Division("530627", "530600", Tier.COUNTY, "镇雄县", "Zhenxiong", 104.9, 27.4, "530627"),
    ]
    core = Device("core", "core", Role.CORE, Tier.PROVINCE, "530000", None, "10.0.0.1", "default")
    routers = [core]
    links = []
    for number in range(agents):
        address = str(IPv4Address(int(IPv4Address("10.53.0.1")) + number * 13))
        name = f"r{number}"
        routers.append(Device(name, name, Role.COUNTY, Tier.COUNTY, "530627", "530627", address, "default"))
        links.append(Link(name, "core", f"d{number}", name, "up", LinkRole.PRIMARY, 100))
    return Network(
        Inventory({d.code: d for d in divisions}, {}, {d.id: d for d in routers}, {one.id: one for one in links}, {})
    )


@pytest.mark.slow
def test_three_hundred_agents_in_a_slash_20_are_all_found() -> None:
    network = star(300)
    with running(network=network) as province:
        state, found = found_in(["127.53.0.0/20"], province.settings.port, timeout=0.5)
    assert len(found) == 300
    assert state.asked == 4094
    devices = classify(list(found.values()), network, polled_at=lambda address: "127" + address[2:])
    assert all(device.known for device in devices)
    assert all(one.complete for one in found.values())


@pytest.mark.slow
def test_a_real_agent_is_found_and_a_wrong_password_is_told_from_silence(tmp_path: Path) -> None:
    port = free_port()
    with snmpd(tmp_path, port):
        _, found = found_in(["127.0.0.1"], port, timeout=2.0, attempts=3)
        stranger = user_login("nobody", auth="sha256", auth_password="not the password")
        _, refused = found_in(["127.0.0.1"], port, (stranger,), timeout=2.0)
    assert found["127.0.0.1"].name == "test-host"
    assert found["127.0.0.1"].profile == "net-snmp"
    assert refused["127.0.0.1"].refusal == "the agent does not know the user"
