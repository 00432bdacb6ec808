"""Reading the outbox."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerting.notify.outbox import MessageState
from alerting.notify.tables import OutboxMessage
from foundation.clock import Instant


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message, as people read it."""

    id: int
    incident: int | None
    step: int
    kind: str
    channel: str
    recipient: str
    address: str
    subject: str
    body: str
    state: str
    attempts: int
    last_error: str | None
    provider_id: str | None
    created_at: Instant
    sent_at: Instant | None
    next_attempt_at: Instant


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits on one channel."""

    pending: int
    oldest_created_at: Instant | None


def recent_messages(session: Session, limit: int = 100) -> list[MessageView]:
    """The newest messages first."""
    return [_view(row) for row in session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(limit))]


def messages_of(session: Session, incident: int) -> list[MessageView]:
    """All messages about one incident, in the order of their making."""
    query = select(OutboxMessage).where(OutboxMessage.incident == incident).order_by(OutboxMessage.id)
    return [_view(row) for row in session.scalars(query)]


def backlog(session: Session) -> dict[str, Backlog]:
    """For each channel with anything in it: messages that have not left, and since when the oldest waits."""
    waiting = (MessageState.PENDING.value, MessageState.CLAIMED.value)
    query = (
        select(OutboxMessage.channel, func.count(), func.min(OutboxMessage.created_at))
        .where(OutboxMessage.state.in_(waiting))
        .group_by(OutboxMessage.channel)
    )
    return {channel: Backlog(count, oldest) for channel, count, oldest in session.execute(query)}


def _view(row: OutboxMessage) -> MessageView:
    return MessageView(
        id=row.id,
        incident=row.incident,
        step=row.step,
        kind=row.kind,
        channel=row.channel,
        recipient=row.recipient,
        address=row.address,
        subject=row.subject,
        body=row.body,
        state=row.state,
        attempts=row.attempts,
        last_error=row.last_error,
        provider_id=row.provider_id,
        created_at=row.created_at,
        sent_at=row.sent_at,
        next_attempt_at=row.next_attempt_at,
    )
