"""The inbox's settings."""

from typing import Annotated

from pydantic import Field

from foundation.settings import Secret, StrictModel

Port = Annotated[int, Field(ge=0, le=65_535)]


class InboxSettings(StrictModel):
    """Both servers listen on 127.0.0.1 only; port 0 takes a free one."""

    smtp_port: Port = 16125
    http_port: Port = 16190
    token: Secret | None = None
    """What `POST /sms` must bring as a bearer token; without it everybody on this machine may send."""
    keep: Annotated[int, Field(ge=1, le=10_000)] = 500
    """Messages kept; the oldest go first."""
