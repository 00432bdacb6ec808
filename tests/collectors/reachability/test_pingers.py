"""What tells a silent agent from a dead device."""

import asyncio
import logging
import socket

import pytest

from collectors.reachability.icmp import IcmpPinger, permitted
from collectors.reachability.open import open_pinger
from collectors.reachability.udp_echo import open_udp_echo


class Echo(asyncio.DatagramProtocol):
    """An RFC 862 service, or one that sends something else."""

    def __init__(self, honest: bool) -> None:
        self.honest = honest

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        self.transport.sendto(data if self.honest else b"other", addr)  # type: ignore[attr-defined]


@pytest.mark.parametrize("honest", [True, False])
def test_an_echo_counts_only_when_it_is_the_one_that_was_asked_for(
    honest: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectors.reachability.udp_echo.TIMEOUT", 0.2)

    async def play() -> list[bool]:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: Echo(honest), local_addr=("127.0.0.1", 0))
        pinger = await open_udp_echo(transport.get_extra_info("sockname")[1])
        try:
            return list(await asyncio.gather(*(pinger.ping("127.0.0.1") for _ in range(20))))
        finally:
            pinger.close()
            transport.close()

    assert asyncio.run(play()) == [honest] * 20


def test_a_closed_echo_port_is_no_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.reachability.udp_echo.TIMEOUT", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    async def play() -> bool:
        pinger = await open_udp_echo(port)
        try:
            return await pinger.ping("127.0.0.1")
        finally:
            pinger.close()

    assert asyncio.run(play()) is False


def test_without_permission_for_icmp_one_sentence_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("collectors.reachability.open.permitted", lambda: None)
    with caplog.at_level(logging.WARNING):
        assert asyncio.run(open_pinger("icmp", 7)) is None
    assert "ping_group_range" in caplog.text


def test_pings_that_are_off_are_off() -> None:
    assert asyncio.run(open_pinger("off", 7)) is None


def test_icmp_echo_reaches_this_machine_where_it_is_permitted() -> None:
    privileged = permitted()

    async def play() -> bool:
        return await IcmpPinger(privileged=bool(privileged)).ping("127.0.0.1")

    # Where neither kind of socket is permitted, a ping is no echo and no error.
    assert asyncio.run(play()) is (privileged is not None)
