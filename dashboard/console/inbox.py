"""What the demo's local mail server and SMS gateway received: asked for by HTTP, bounded in time and size."""

from dataclasses import dataclass
from typing import Any, Final

import httpx

TIMEOUT_S: Final = 2.0
SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Received:
    """One message as it arrived."""

    id: str
    channel: str
    at: int | None
    to: str
    subject: str
    text: str


class InboxError(Exception):
    """The inbox did not answer, or not with messages."""


def fetch(url: str) -> list[Received]:
    """The latest messages, the newest first. Raises InboxError."""
    try:
        answer = httpx.get(f"{url.rstrip('/')}/messages", timeout=TIMEOUT_S, trust_env=False)
        answer.raise_for_status()
        body = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise InboxError(str(error)) from error
    found = body.get("messages") if isinstance(body, dict) else body
    if not isinstance(found, list):
        raise InboxError("the answer holds no list of messages")
    messages = [_received(entry) for entry in found if isinstance(entry, dict)]
    return sorted(messages, key=lambda message: message.at or 0, reverse=True)[:SHOWN]


def _received(entry: dict[str, Any]) -> Received:
    recipients = entry.get("to", "")
    return Received(
        id=str(entry.get("id", "")),
        channel=str(entry.get("channel", "")),
        at=entry["at"] if isinstance(entry.get("at"), int) else None,
        to=", ".join(map(str, recipients)) if isinstance(recipients, list) else str(recipients),
        subject=str(entry.get("subject") or ""),
        text=str(entry.get("text") or entry.get("body") or ""),
    )
