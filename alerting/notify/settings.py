"""Where messages leave: the mail server, the SMS gateway, and how many one person gets."""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from foundation.clock import MINUTE, SECOND
from foundation.settings import Duration, Secret, StrictModel


class SmtpSettings(StrictModel):
    """A mail server (RFC 5321)."""

    host: str
    port: int = Field(default=25, ge=1, le=65535)
    sender: str = Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$")
    """The From address; its domain stands in every Message-ID."""
    tls: Literal["none", "starttls", "tls"] = "none"
    ca_file: str | None = None
    """The certificates to trust, where the server's is not signed by a public authority."""
    username: str | None = None
    password: Secret | None = None
    timeout: Duration = Field(default=10 * SECOND, ge=100)

    @model_validator(mode="after")
    def _both_or_none(self) -> "SmtpSettings":
        if (self.username is None) != (self.password is None):
            raise ValueError("give both username and password, or neither")
        return self


class SmsSuccess(StrictModel):
    """How the gateway says yes: its status, and a field of its JSON answer where the status alone does not tell."""

    status: list[int] = Field(default=[200, 201, 202], min_length=1)
    field: str | None = None
    """The way to the field, such as `result.code`."""
    values: list[str | int | bool] = Field(default=["0", 0, "ok", "OK", True])
    message_id: str | None = None
    """The field that holds the provider's own id of the message."""


class SmsSettings(StrictModel):
    """An HTTP gateway for text messages.

    The texts of `headers`, `query` and `body` may hold {to}, {text}, {key} (the idempotency key) and {token}.
    """

    url: str
    method: Literal["POST", "GET", "PUT"] = "POST"
    headers: dict[str, str] = Field(default_factory=dict)
    query: dict[str, str] = Field(default_factory=dict)
    format: Literal["json", "form"] = "json"
    body: dict[str, str] = Field(default_factory=lambda: {"to": "{to}", "text": "{text}", "key": "{key}"})
    token: Secret | None = None
    success: SmsSuccess = SmsSuccess()
    status_url: str | None = None
    """Where the gateway tells whether it accepted the message of a {key}: asked after a crash, before a re-send."""
    timeout: Duration = Field(default=10 * SECOND, ge=100)

    @field_validator("url", "status_url")
    @classmethod
    def _web(cls, value: str | None) -> str | None:
        if value is not None and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
            raise ValueError("the address must begin with http:// or https:// and name a host")
        return value

    @model_validator(mode="after")
    def _placeholders(self) -> "SmsSettings":
        everywhere = [*self.headers.values(), *self.query.values(), *self.body.values()]
        joined = " ".join([*everywhere, self.url])
        missing = [name for name in ("{to}", "{text}") if name not in joined]
        if missing:
            raise ValueError(f"neither query nor body holds {' and '.join(missing)}, so no message could be sent")
        if "{token}" in joined and self.token is None:
            raise ValueError("{token} is used, but no token is given")
        return self


class NotifySettings(StrictModel):
    """How messages leave. A channel left out is off: its messages are marked skipped."""

    smtp: SmtpSettings | None = None
    sms: SmsSettings | None = None
    max_attempts: int = Field(default=30, ge=1, le=200)
    """After so many failures a message is given up: about two hours."""
    per_person: int = Field(default=10, ge=2)
    """So many messages one person gets on one channel within the window below; the rest are merged into a digest."""
    per_person_window: Duration = Field(default=10 * MINUTE, ge=1000)
