"""The mail server (RFC 5321, by aiosmtpd): every message is taken in and kept."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Final

from aiosmtpd.smtp import SMTP

from foundation.clock import Clock
from foundation.problems import OperatorError
from simulator.inbox.store import Post

_LARGEST: Final = 2 * 1024 * 1024
"""Bytes of one message."""
_TEXT: Final = 20_000
"""Characters of the text that are kept."""


class Mailroom:
    """aiosmtpd's handler."""

    def __init__(self, post: Post, clock: Clock) -> None:
        self._post = post
        self._clock = clock

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the message, or refuse it for now when that is asked for."""
        refuse, delay_ms = self._post.mischief("email")
        if delay_ms:
            await asyncio.sleep(delay_ms / 1000)
        if refuse:
            return "451 4.3.0 Refused on demand, try again later"
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self._post.add(
            "email",
            self._clock.now(),
            sender=str(mail["From"] or envelope.mail_from or ""),
            to=tuple(envelope.rcpt_tos),
            subject=str(mail["Subject"] or ""),
            text=_text(mail),
            html=mail.get_body(("html",)) is not None,
            message_id=str(mail["Message-ID"] or "").strip(),
            in_reply_to=str(mail["In-Reply-To"] or "").strip(),
        )
        return "250 2.0.0 Kept"


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain", "html"))
    if body is None:
        return ""
    try:
        return str(body.get_content())[:_TEXT]
    except (LookupError, UnicodeError):
        # A character set that nobody knows: show what can be shown.
        payload = body.get_payload(decode=True)
        return payload.decode("utf-8", "replace")[:_TEXT] if isinstance(payload, bytes) else ""


async def serve_mail(post: Post, clock: Clock, port: int) -> asyncio.Server:
    """Listen on 127.0.0.1.

    Raises OperatorError when the port is taken.
    """
    loop = asyncio.get_running_loop()

    def session() -> Any:
        return SMTP(
            Mailroom(post, clock), hostname="inbox.localhost", data_size_limit=_LARGEST, enable_SMTPUTF8=True, loop=loop
        )

    try:
        return await loop.create_server(session, "127.0.0.1", port)
    except OSError as error:
        raise OperatorError(
            f"TCP port {port} for the inbox's mail server can't be opened: {error.strerror or error}. "
            "Stop what uses it, or choose another port."
        ) from None
