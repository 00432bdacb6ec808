"""What an exchange costs, against the packets themselves."""

import asyncio
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp.credentials import Login, Version, community_login, user_login
from collectors.snmp.gufo import Value
from collectors.snmp.oids import IF_HC_IN_OCTETS, SYS_DESCR, SYS_NAME, SYS_OBJECT_ID, SYS_UPTIME
from collectors.snmp.sizes import HEADERS, exchange_bytes
from tests.collectors import ber
from tests.collectors.ber import Request
from tests.collectors.processes import free_port, snmpd
from tests.collectors.talking import talking

values = st.one_of(
    st.integers(-(2**31), 2**64 - 1).map(lambda number: (number, ber.integer(number, 0x46))),
    st.binary(max_size=400).map(lambda octets: (octets, ber.octets(octets))),
    st.just((None, b"\x81\x00")),
    st.just(("10.6.27.1", ber.tlv(0x40, bytes([10, 6, 27, 1])))),
    st.just(("1.3.6.1.4.1.2011.2.62", ber.oid("1.3.6.1.4.1.2011.2.62"))),
)
oids = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=14).map(
    lambda arcs: ".".join(map(str, (1, 3, 6, *arcs)))
)


@pytest.mark.slow
@given(st.dictionaries(oids, values, min_size=1, max_size=60), st.text("abcdef", min_size=1, max_size=40))
def test_the_size_of_an_answer_is_that_of_the_packet(bindings: dict[str, tuple[Value, bytes]], community: str) -> None:
    request = Request(community.encode(), ber.GET, 0x12345678, 0, tuple(bindings))
    packet = ber.answer(request, [(oid, encoded) for oid, (_value, encoded) in bindings.items()])
    empty = ber.answer(request, [(oid, b"\x05\x00") for oid in bindings])
    answer = {oid: value for oid, (value, _encoded) in bindings.items() if value is not None}
    out, back = exchange_bytes(Version.V2C, list(bindings), answer, community_login(community))
    assert (out, back) == (len(empty) + HEADERS, len(packet) + HEADERS)


def test_twenty_counters_cost_a_kilobyte_to_and_fro() -> None:
    names = [f"{IF_HC_IN_OCTETS}.{index}" for index in range(1, 21)]
    assert exchange_bytes("2c", names, dict.fromkeys(names, 10**12)) == (403, 523)


LOGINS = {
    "v2c": community_login("public"),
    "v1": community_login("public", version=Version.V1),
    "v3 in the clear": user_login("open"),
    "v3 signed": user_login("signed", auth="sha256", auth_password="sign-with-this"),
    "v3 by DES": user_login("des", auth="md5", auth_password="sign-with-this", privacy="des",
                            privacy_password="hide-with-this"),
    "v3 by AES": user_login("aes", auth="sha512", auth_password="sign-with-this", privacy="aes128",
                            privacy_password="hide-with-this"),
}  # fmt: skip

USERS = (
    "createUser open", "rouser open noauth",
    "createUser signed SHA-256 sign-with-this", "rouser signed authNoPriv",
    "createUser des MD5 sign-with-this DES hide-with-this", "rouser des authPriv",
    "createUser aes SHA-512 sign-with-this AES hide-with-this", "rouser aes authPriv",
)  # fmt: skip


class Relay(asyncio.DatagramProtocol):
    """Stands between a client and an agent, and notes how long each packet is."""

    def __init__(self, agent: int) -> None:
        self.agent = ("127.0.0.1", agent)
        self.client: tuple[str, int] | None = None
        self.requests: list[int] = []
        self.answers: list[int] = []
        self.transport: asyncio.DatagramTransport | None = None

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Hand it on."""
        assert self.transport is not None
        if addr == self.agent:
            assert self.client is not None
            self.answers.append(len(data))
            self.transport.sendto(data, self.client)
        else:
            self.client = addr
            self.requests.append(len(data))
            self.transport.sendto(data, self.agent)


@pytest.mark.slow
@pytest.mark.parametrize("login", LOGINS.values(), ids=LOGINS.keys())
def test_the_estimate_is_within_a_few_bytes_of_what_a_real_agent_and_gufo_send(login: Login, tmp_path: Path) -> None:
    names = [SYS_UPTIME, SYS_DESCR, SYS_NAME, SYS_OBJECT_ID]

    async def play() -> None:
        port = free_port()
        with snmpd(tmp_path, port, *USERS):
            transport, relay = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: Relay(port), local_addr=("127.0.0.1", 0), family=socket.AF_INET
            )
            relay.transport = transport
            async with talking(transport.get_extra_info("sockname")[1], login) as talk:
                answer = None
                for _ in range(50):
                    answer = await talk.once(*names, wait=0.2)
                    if answer:
                        break
                assert answer
                answer = await talk.once(*names)
                assert answer
            out, back = exchange_bytes(login.version, names, answer, login)
            assert abs(out - HEADERS - relay.requests[-1]) <= 8
            assert abs(back - HEADERS - relay.answers[-1]) <= 8
            transport.close()

    asyncio.run(play())
