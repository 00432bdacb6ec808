"""E-mail by SMTP (RFC 5321, 5322): text and HTML in one message, one thread an incident."""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, formataddr

from alerting.notify.channel import DeliveryError, Outgoing
from alerting.notify.settings import SmtpSettings
from foundation.calendar import local
from foundation.clock import SECOND, Clock, Instant


def build_mail(message: Outgoing, sender: str, now: Instant) -> EmailMessage:
    """The e-mail of an outgoing message. A re-send keeps its Message-ID, so that mailboxes can tell it from news."""
    domain = sender.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP_POLICY)
    mail["From"] = formataddr(("云维 Yunwei", sender))
    mail["To"] = formataddr((message.recipient, message.address))
    mail["Subject"] = f"[重发] {message.subject}" if message.resend else message.subject
    mail["Date"] = format_datetime(local(now))
    mail["Message-ID"] = f"<{message.message_key}@{domain}>"
    if message.thread_key != message.message_key:
        mail["In-Reply-To"] = mail["References"] = f"<{message.thread_key}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
    # Chinese in base64: seven bits pass every server on the way, and no line grows too long.
    mail.set_content(message.body, cte="base64")
    if message.html:
        mail.add_alternative(message.html, subtype="html", cte="base64")
    return mail


class EmailChannel:
    """Sends each message over a connection of its own, in a thread."""

    def __init__(self, settings: SmtpSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    async def send(self, message: Outgoing) -> str:
        """Hand the message to the mail server. Returns its Message-ID.

        Raises DeliveryError.
        """
        try:
            mail = build_mail(message, self._settings.sender, self._clock.now())
        except (ValueError, UnicodeError) as error:
            reason = f"the address {message.address} can't be written into an e-mail: {error}"
            raise DeliveryError(reason, permanent=True) from None
        await asyncio.to_thread(self._send, mail, message.address)
        return str(mail["Message-ID"])

    async def accepted(self, message: Outgoing) -> str | None:  # noqa: ARG002 - SMTP has no such question
        """None: a mail server can't be asked afterwards."""
        return None

    async def close(self) -> None:
        """Nothing is held between messages."""

    def _send(self, mail: EmailMessage, address: str) -> None:
        where = f"{self._settings.host}:{self._settings.port}"
        try:
            server = self._connect()
        except smtplib.SMTPAuthenticationError as error:
            raise DeliveryError(f"the mail server {where} refused the login ({error.smtp_code})") from None
        except ssl.SSLError as error:
            raise DeliveryError(f"no TLS with the mail server {where}: {error.reason or error}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(f"the mail server {where} can't be reached: {_short(error)}") from None
        try:
            server.send_message(mail, self._settings.sender, [address])
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()), (0, b""))
            reason = f"the mail server refused {address}: {code} {_text(text)}"
            raise DeliveryError(reason, permanent=code >= 500) from None
        except smtplib.SMTPResponseException as error:
            reason = f"the mail server refused the message: {error.smtp_code} {_text(error.smtp_error)}"
            raise DeliveryError(reason, permanent=error.smtp_code >= 500) from None
        except (smtplib.SMTPException, OSError) as error:
            reason = f"the mail server {where} broke off: {_short(error)}"
            raise DeliveryError(reason, uncertain=True) from None
        finally:
            _leave(server)

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        timeout = settings.timeout / SECOND
        context = ssl.create_default_context(cafile=settings.ca_file) if settings.tls != "none" else None
        server: smtplib.SMTP
        if settings.tls == "tls":
            server = smtplib.SMTP_SSL(settings.host, settings.port, timeout=timeout, context=context)
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=timeout)
        try:
            if settings.tls == "starttls":
                server.starttls(context=context)
            if settings.username is not None and settings.password is not None:
                server.login(settings.username, settings.password.resolve())
        except BaseException:
            server.close()
            raise
        return server


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return text.splitlines()[0][:200] if text else ""


def _short(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:200]
