"""A running province over real sockets: SNMP, echo and commands."""

import asyncio
import socket
from collections.abc import Iterator

import pytest

from foundation.clock import SystemClock
from foundation.problems import OperatorError
from simulator.control import send
from simulator.messages import Kind
from simulator.run import simulate
from tests.networks import small_network
from tests.simulator.asking import decode, request
from tests.simulator.running import Running, free_settings, running

SYS_NAME = (1, 3, 6, 1, 2, 1, 1, 5, 0)
QUESTION = request(Kind.GET, [SYS_NAME])
NOT_LONG = 0.15
"""Seconds after which loopback's silence is silence."""


@pytest.fixture(scope="module")
def place() -> Iterator[Running]:
    with running() as found:
        yield found


@pytest.fixture(autouse=True)
def _calm(place: Running) -> Iterator[None]:
    yield
    place.command(clear="all")


def sys_name(place: Running, device: str) -> bytes | None:
    answer = place.ask(device, QUESTION, timeout=NOT_LONG)
    return None if answer is None else bytes(decode(answer).bindings[0].value)


def test_every_device_answers_at_its_own_address_with_its_own_name(place: Running) -> None:
    for device in place.network.devices:
        assert place.ask(device, QUESTION) is not None
        assert sys_name(place, device) == device.encode()


def test_every_device_echoes_what_it_is_sent(place: Running) -> None:
    assert place.ask("a1", b"\x00ping", echo=True) == b"\x00ping"


def test_the_collectors_own_gateway_echoes_whatever_fails_behind_it(place: Running) -> None:
    for core in ("core-1", "core-2"):
        place.command(fault="device-dead", target=core)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(10)
        client.sendto(b"ping", ("127.255.255.254", place.settings.echo_port))
        assert client.recv(100) == b"ping"
    place.command(clear="all")


@pytest.mark.slow
def test_a_burst_above_the_kernels_buffer_is_answered_in_full(place: Running) -> None:
    """Four hundred requests at once, as a poller with as many devices under way sends them."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        client.settimeout(5)
        for _ in range(400):
            client.sendto(QUESTION, (place.address("a1"), place.settings.port))
        for _ in range(400):
            assert decode(client.recv(4096)).bindings[0].value == b"a1"


def test_a_dead_device_and_what_is_behind_it_answer_neither_snmp_nor_echo(place: Running) -> None:
    place.command(fault="device-dead", target="county-a")
    for device in ("county-a", "a1"):
        assert sys_name(place, device) is None
        assert place.ask(device, b"ping", echo=True, timeout=NOT_LONG) is None
    assert sys_name(place, "b1") == b"b1"
    place.command(clear="all")
    assert sys_name(place, "a1") == b"a1"


def test_a_silent_agent_still_echoes(place: Running) -> None:
    place.command(fault="agent-silent", target="a1")
    assert sys_name(place, "a1") is None
    assert place.ask("a1", b"ping", echo=True) == b"ping"


def test_all_packets_lost_is_silence_and_a_delay_is_late_but_right(place: Running) -> None:
    place.command(fault="loss", target="a1", percent=100)
    assert sys_name(place, "a1") is None
    place.command(clear="all")
    place.command(fault="delay", target="a1", delay="300 ms")
    assert place.ask("a1", QUESTION, timeout=NOT_LONG) is None
    answer = place.ask("a1", QUESTION)
    assert answer is not None
    assert decode(answer).bindings[0].value == b"a1"


def test_what_is_wrong_is_ignored_and_counted(place: Running) -> None:
    before = place.command(status=True)
    assert place.ask("a1", b"no SNMP at all", timeout=NOT_LONG) is None
    assert place.ask("a1", request(Kind.GET, [SYS_NAME], community=b"private"), timeout=NOT_LONG) is None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(QUESTION, ("127.99.99.99", place.settings.port))
    assert sys_name(place, "a1") == b"a1"
    after = place.command(status=True)
    grown = {key: after[key] - before[key] for key in ("malformed", "wrong_community", "unknown_address", "answers")}
    assert grown == {"malformed": 1, "wrong_community": 1, "unknown_address": 1, "answers": 1}


def test_faults_are_listed_and_cleared_by_their_number(place: Running) -> None:
    first = place.command(fault="cpu-surge", target="a1", percent=90.0)
    second = place.command(fault="agent-silent", target="b1", **{"for": "90 s"})
    assert second["until"] - second["since"] == 90_000
    listed = place.command(list=True)["faults"]
    assert [(item["id"], item["fault"], item["target"]) for item in listed] == [
        (first["id"], "cpu-surge", "a1"),
        (second["id"], "agent-silent", "b1"),
    ]
    assert listed[0]["percent"] == 90.0
    assert place.command(clear=first["id"]) == {"ok": True, "cleared": [first["id"]]}
    refused = place.command(clear=first["id"])
    assert refused["error"] == f"No fault number {first['id']} is in force. In force: {second['id']}."
    assert place.command(status=True)["active_faults"] == 1


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ({"fault": "device-ded", "target": "a1"}, 'There is no fault "device-ded". Did you mean "device-dead"?'),
        ({"fault": "device-dead", "target": "conty-a"}, 'There is no device "conty-a". Did you mean "county-a"?'),
        ({"fault": "device-dead"}, 'The key "target" is missing.'),
        ({"fault": "loss", "target": "a1", "percnt": 3, "percent": 3}, 'Unknown key "percnt". Did you mean "percent"?'),
        ({"fault": "loss", "target": "a1", "percent": 0}, "percent: Input should be greater than 0."),
        ({"fault": "device-dead", "target": "a1", "for": "soon"}, "for: a length of time is a number and one of"),
        ({"fault": "restart", "target": "a1", "for": "3 s"}, 'a restart takes "outage"'),
        ({"fault": ["x"], "target": "a1"}, "There is no fault \"['x']\"."),
        ({"clear": True}, 'Clear takes the number of a fault, or "all".'),
        ({"lst": True}, 'Give exactly one of fault, clear, list, status. Did you mean "list"?'),
        ({"list": True, "status": True}, "Give exactly one of"),
    ],
)
def test_a_command_that_makes_no_sense_is_refused_with_a_sentence(
    place: Running, command: dict[str, object], error: str
) -> None:
    answer = place.command(**command)
    assert answer["ok"] is False
    assert str(answer["error"]).startswith(error)


def test_lines_that_are_no_json_or_too_long_are_refused_and_the_server_lives_on(place: Running) -> None:
    for line in (b"hello\n", b"[1]\n", b"\xff\n", b"[" * 5_000 + b"\n", b"x" * 200_000 + b"\n"):
        with socket.create_connection(("127.0.0.1", place.settings.control_port), 5) as connection:
            connection.sendall(line)
            assert b'"ok": false' in connection.makefile("rb").readline()
    assert place.command(status=True)["ok"] is True


def test_flags_may_be_written_as_words(place: Running) -> None:
    assert place.command(fault="device-dead", target="a1", reboots="no")["reboots"] is False


def test_nobody_listening_is_told_in_one_sentence() -> None:
    with pytest.raises(OperatorError, match="No simulator listens"):
        send(free_settings().control_port, {"list": True})


def test_a_port_in_use_is_told_in_one_sentence(place: Running) -> None:
    for changes, sentence in (
        ({"port": place.settings.port}, "UDP port .* for the simulated SNMP agents can't be opened"),
        ({"echo_port": place.settings.echo_port}, "UDP port .* for the simulated echo services can't be opened"),
        ({"control_port": place.settings.control_port}, "TCP port .* for the simulator's commands can't be opened"),
    ):
        with pytest.raises(OperatorError, match=sentence):
            asyncio.run(simulate(small_network(), free_settings(**changes), SystemClock()))


def test_a_recording_for_an_unknown_device_is_refused() -> None:
    settings = free_settings(recordings={"conty-a": "x.snmprec"})
    with pytest.raises(OperatorError, match=r'"conty-a", which is no device of the network\. Did you mean "county-a"'):
        asyncio.run(simulate(small_network(), settings, SystemClock()))
