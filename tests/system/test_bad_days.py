"""Bad days of the world around the platform: a mail server that is away, an agent that answers with garbage."""

import random
import socket
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.system.small import ACCESS, COUNTY, UDP, Ports, SmallProvince, change, listens
from tests.system.stack import eventually, free_port, process, yunwei

pytestmark = pytest.mark.slow


def test_while_the_mail_server_is_away_text_messages_leave_and_mail_follows_later(
    province: SmallProvince, tmp_path: Path
) -> None:
    smtp, http = free_port(), free_port()
    old = f"smtp: {{ host: 127.0.0.1, port: {province.ports.smtp}"
    change(province.directory / "yunwei.yaml", old, f"smtp: {{ host: 127.0.0.1, port: {smtp}")
    (tmp_path / "yunwei.yaml").write_text(
        "credentials: { default: { community: { value: public } } }\n"
        f"inbox: {{ smtp_port: {smtp}, http_port: {http} }}\n"
    )
    console = province.console
    with province.platform() as platform:
        console.wait_until_polled()
        province.fault("device-dead", ACCESS)
        eventually(lambda: console.incidents("open"), 30, "the dead router has its incident")
        eventually(lambda: province.messages("sms"), 4, "its SMS leaves at once")
        eventually(lambda: f"the mail server 127.0.0.1:{smtp} can't be reached" in platform.text(), 10, "that is said")
        with process("mail", yunwei("inbox", "--config", str(tmp_path)), tmp_path):
            mail = SmallProvince(tmp_path, Ports(smtp=smtp, inbox=http))
            eventually(lambda: listens(http), 20, "the mail server is there again")
            (letter,) = eventually(lambda: mail.messages("email"), 40, "the mail follows")
            assert "重发" not in letter["subject"], "it never left: it is no second one"
            assert len(province.messages("sms")) == 1
        assert platform.stop() == 0
        assert "Traceback" not in platform.text()


def _head(packet: bytes, at: int) -> int:
    """Bytes of tag and length (BER) of what begins there."""
    return 2 + (packet[at + 1] & 0x7F if packet[at + 1] & 0x80 else 0)


class HostileAgent:
    """Answers SNMP requests with whatever does harm, each time in another way."""

    def __init__(self, address: str, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, UDP)
        self._socket.bind((address, port))
        self._socket.settimeout(0.2)
        self._random = random.Random(7)
        self._over = Event()
        self.asked = 0
        self._late: bytes | None = None
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop answering."""
        self._over.set()
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                request, peer = self._socket.recvfrom(65_535)
            except TimeoutError:
                continue
            self.asked += 1
            for packet in self._answers(request):
                self._socket.sendto(packet, peer)

    def _answers(self, request: bytes) -> list[bytes]:
        answer = bytearray(request)
        # The PDU follows the message's head, its version and its community; its request-id follows its own head.
        pdu = _head(request, 0) + 3
        pdu += 2 + request[pdu + 1]
        answer[pdu] = 0xA2  # a Response
        wrong = bytearray(answer)
        wrong[pdu + _head(request, pdu) + 2] ^= 0x15
        burst = [self._random.randbytes(self._random.randrange(1, 1400)) for _ in range(3)]
        burst += [b"\x30\x84\xff\xff\xff\xff", b"\x30\x80" * 200, b"", bytes(answer[:-1]) + b"\xff"]
        burst += [bytes(answer[: self._random.randrange(1, len(answer))]), bytes(wrong), bytes(wrong)]
        if self._late is not None:
            burst += [self._late] * 2  # an answer to the question before, twice
        self._late = bytes(answer)
        return burst


def test_an_agent_that_answers_with_garbage_harms_nobody_but_itself(province: SmallProvince) -> None:
    port, console = free_port(UDP), province.console
    change(province.directory / "agencies.csv", "10.6.28.12,,", f"10.6.28.12,{port},")
    agent = HostileAgent("127.6.28.12", port)
    try:
        with province.platform() as platform:
            eventually(lambda: console.health().get("looked_at") == 14, 60, "every device has been looked at")
            eventually(lambda: agent.asked >= 3, 30, "the hostile agent has had its say")
            ignored = {
                reason: province.figure(f'yunwei_poll_packets_ignored_total{{reason="{reason}"}}')
                for reason in ("malformed", "foreign", "duplicate")
            }
            assert ignored["malformed"] >= 1, ignored
            assert ignored["foreign"] >= 1, ignored
            assert province.figure("yunwei_poll_late_total") == 0, "nobody missed a turn because of it"
            assert console.health()["answering"] == 13
            # An outage elsewhere is seen as fast as ever, beside the silent agent's own incident or alert.
            province.fault("device-dead", COUNTY)
            eventually(
                lambda: [found for found in console.incidents("open") if found["object_id"] == COUNTY],
                15,
                "the outage of another device is seen",
            )
            assert platform.stop() == 0
            said = platform.text()
            assert "Traceback" not in said
            assert "defect" not in said
            assert said.count("panicked at") <= 3, "once is enough to be wary"
    finally:
        agent.close()
