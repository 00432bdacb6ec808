"""Real peers on loopback: a mail server and an SMS gateway, each of which can misbehave on demand."""

import asyncio
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

CERTIFICATES = Path(__file__).parent / "certificates"


@dataclass
class MailServer:
    """Keeps what it accepts. `refuse_recipient` and `refuse_data` are SMTP answers given instead."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuse_recipient: str | None = None
    refuse_data: str | None = None
    vanish: bool = False
    """Accept the message, and break off before saying so."""
    port: int = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        if self.refuse_recipient is not None:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take or refuse a message."""
        if self.refuse_data is not None:
            return self.refuse_data
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients += envelope.rcpt_tos
        if self.vanish:
            assert server.transport is not None
            server.transport.close()
        return "250 OK"


@contextmanager
def mail_server(*, tls: str = "none", login: tuple[str, str] | None = None) -> Iterator[MailServer]:
    """A mail server on a free port; `tls` is none, starttls or tls."""
    server = MailServer()
    context = None
    if tls != "none":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATES / "server.crt", CERTIFICATES / "server.key")

    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        right = login is not None and (data.login.decode(), data.password.decode()) == login
        return AuthResult(success=right, handled=False)

    options: dict[str, Any] = {"hostname": "127.0.0.1", "port": 0}
    if login is not None:
        options |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": tls != "none"}
    if tls == "tls":
        options["ssl_context"] = context
        options["auth_require_tls"] = False  # aiosmtpd counts only STARTTLS as TLS
    elif tls == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    controller = _FreePort(server, **options)
    controller.start()
    server.port = controller.bound_port
    try:
        yield server
    finally:
        controller.stop()


class _FreePort(Controller):
    """A controller that lets the system choose the port."""

    @property
    def bound_port(self) -> int:
        """The port chosen."""
        assert isinstance(self.server, asyncio.Server)
        return int(self.server.sockets[0].getsockname()[1])

    def _trigger_server(self) -> None:
        self.port = self.bound_port
        super()._trigger_server()  # type: ignore[no-untyped-call]


@dataclass
class Gateway:
    """Keeps what it accepts, by key. `answers` are given first, in order, instead of accepting."""

    texts: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: list[tuple[int, Any]] = field(default_factory=list)
    vanish: int = 0
    """Accept so many messages and break off before saying so."""
    knows_status: bool = True
    port: int = 0

    @property
    def url(self) -> str:
        """Where it takes messages."""
        return f"http://127.0.0.1:{self.port}/sms"

    @property
    def status_url(self) -> str:
        """Where it tells whether it has the message of a key."""
        return f"http://127.0.0.1:{self.port}/status?key={{key}}"


@contextmanager
def sms_gateway() -> Iterator[Gateway]:
    """A gateway on a free port."""
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.headers["Content-Type"] == "application/json":
                given = json.loads(body)
            else:
                given = {key: values[0] for key, values in parse_qs(body).items()}
            self.accept(given)

        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
            if path == "/status":
                known = [number for number, text in enumerate(gateway.texts, 1) if text.get("key") == query["key"][0]]
                self.answer(200 if known else 404, {"code": "0", "id": known[0] if known else None})
            else:
                self.accept({key: values[0] for key, values in query.items()})

        def accept(self, given: dict[str, str]) -> None:
            gateway.headers.append(dict(self.headers))
            if gateway.answers:
                self.answer(*gateway.answers.pop(0))
                return
            gateway.texts.append(given)
            if gateway.vanish:
                gateway.vanish -= 1
                self.close_connection = True
                return
            self.answer(200, {"code": "0", "id": len(gateway.texts)})

        def answer(self, status: int, content: Any) -> None:
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    gateway.port = server.server_address[1]
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
