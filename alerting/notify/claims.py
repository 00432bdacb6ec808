"""Claiming messages before they are sent, and recording how that went: each one short transaction.

A claim lasts until its lease ends. A notifier that dies between sending and recording leaves a claim behind; after the
lease the message is claimed again, marked as possibly delivered, so it is asked for at the provider or sent with 重发.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from alerting.audit.log import record, take_turns
from alerting.notify.channel import DeliveryError, Outgoing
from alerting.notify.limits import Due, plan
from alerting.notify.outbox import MessageKind, MessageState
from alerting.notify.settings import NotifySettings
from alerting.notify.tables import OutboxMessage
from alerting.notify.texts import digest_mail, digest_sms
from foundation.clock import MINUTE, SECOND, Instant

_LOOKED_AT = 500
"""Due messages considered in one turn."""
_WAITS = (5 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE)
_LONGEST_WAIT = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended: delivered, with the provider's id, or not, and why."""

    provider_id: str = ""
    error: DeliveryError | None = None


def backoff(attempts: int) -> int:
    """Milliseconds to wait after so many failed attempts."""
    return _WAITS[attempts - 1] if attempts <= len(_WAITS) else _LONGEST_WAIT


def anything_due(session: Session, channel: str, now: Instant) -> bool:
    """Whether there is anything to claim: a look that locks nobody out."""
    query = select(OutboxMessage.id).where(OutboxMessage.channel == channel, _is_due(now))
    return session.scalar(query.limit(1)) is not None


def claim(
    session: Session, channel: str, now: Instant, *, limit: int, lease: int, settings: NotifySettings
) -> list[Outgoing]:
    """Take up to `limit` messages that are due on a channel, those first that leave first, for `lease` milliseconds."""
    rows = _due(session, channel, now)
    if not rows:
        return []
    by_id = {row.id: row for row in rows}
    due = [Due(row.id, row.address, _urgent(row)) for row in rows]
    chosen = plan(due, _used(session, channel, now, settings.per_person_window), settings.per_person)
    leaving = [by_id[message] for message in chosen.single]
    leaving += [_merge(session, [by_id[message] for message in group], now) for group in chosen.digests]
    claimed = []
    for row in leaving[:limit]:
        if row.state == MessageState.CLAIMED.value:
            row.uncertain = True
        row.state, row.lease_until = MessageState.CLAIMED.value, now + lease
        row.attempts += 1
        claimed.append(_outgoing(row))
    session.flush()
    return claimed


def settle(
    session: Session, message: Outgoing, outcome: Outcome, now: Instant, settings: NotifySettings
) -> MessageState:
    """Record how an attempt ended. A claim that was lost meanwhile (its lease ended) changes nothing any more."""
    if outcome.error is not None:
        take_turns(session)  # a message that is given up is written into the audit trail
    row = session.get(OutboxMessage, message.id, with_for_update=True)
    if row is None or row.state != MessageState.CLAIMED.value or row.attempts != message.attempt:
        return MessageState.CLAIMED if row is None else MessageState(row.state)
    row.lease_until = None
    error = outcome.error
    if error is None:
        row.state, row.sent_at = MessageState.SENT.value, now
        row.provider_id, row.last_error, row.uncertain = outcome.provider_id or None, None, False
        return MessageState.SENT
    row.last_error = error.reason
    row.uncertain = row.uncertain or error.uncertain
    if error.permanent or row.attempts >= settings.max_attempts:
        row.state, row.next_attempt_at = MessageState.DEAD.value, now
        record(
            session,
            at=now,
            actor="system",
            action="message.dead",
            object=f"message:{row.id}",
            after={"incident": row.incident, "channel": row.channel, "person": row.person, "error": error.reason},
            source="notifier",
            success=False,
        )
        return MessageState.DEAD
    row.state, row.next_attempt_at = MessageState.PENDING.value, now + backoff(row.attempts)
    return MessageState.PENDING


def skip(session: Session, channel: str) -> int:
    """Mark what waits on a channel that is not configured. Returns how many."""
    outcome = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.channel == channel,
            OutboxMessage.state.in_([MessageState.PENDING.value, MessageState.CLAIMED.value]),
        )
        .values(state=MessageState.SKIPPED.value, last_error="the channel is not configured")
    )
    return int(getattr(outcome, "rowcount", 0))


def _due(session: Session, channel: str, now: Instant) -> list[OutboxMessage]:
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.channel == channel, _is_due(now))
        .order_by(OutboxMessage.priority, OutboxMessage.created_at, OutboxMessage.id)
        .limit(_LOOKED_AT)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(query))


def _is_due(now: Instant) -> ColumnElement[bool]:
    waits = (OutboxMessage.state == MessageState.PENDING.value) & (OutboxMessage.next_attempt_at <= now)
    abandoned = (OutboxMessage.state == MessageState.CLAIMED.value) & (OutboxMessage.lease_until <= now)
    return or_(waits, abandoned)


def _used(session: Session, channel: str, now: Instant, window: int) -> dict[str, int]:
    """How many messages each address has had in the window, those in flight included."""
    sent = (OutboxMessage.state == MessageState.SENT.value) & (OutboxMessage.sent_at > now - window)
    flying = (OutboxMessage.state == MessageState.CLAIMED.value) & (OutboxMessage.lease_until > now)
    query = (
        select(OutboxMessage.address, func.count())
        .where(OutboxMessage.channel == channel, or_(sent, flying))
        .group_by(OutboxMessage.address)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _urgent(row: OutboxMessage) -> bool:
    calls = (MessageKind.OPENING.value, MessageKind.ESCALATION.value)
    return row.kind in calls and row.priority % 10 <= 2


def _merge(session: Session, rows: list[OutboxMessage], now: Instant) -> OutboxMessage:
    """One digest in the stead of several messages to one address. A digest among them gives up its own members."""
    rows = [*rows, *_members(session, rows)]
    first = rows[0]
    told = [row for row in rows if row.kind != MessageKind.DIGEST.value]
    news = _distinct(told)
    if first.channel == "sms":
        signature = first.body.partition("】")[0].removeprefix("【")
        body, subject, html = digest_sms(signature, [_number(row) for row in news], len(told)), "", ""
    else:
        subject, body, html = digest_mail([row.subject for row in news])
    key = f"digest.{now}.{first.channel}.{rows[0].id}.{rows[-1].id}"
    digest = OutboxMessage(
        idempotency_key=key,
        incident=None,
        step=0,
        kind=MessageKind.DIGEST.value,
        channel=first.channel,
        person=first.person,
        recipient=first.recipient,
        address=first.address,
        subject=subject,
        body=body,
        html=html,
        message_key=f"digest.{first.person}.{rows[0].id}.{rows[-1].id}",
        thread_key=f"digest.{first.person}.{rows[0].id}.{rows[-1].id}",
        priority=min(row.priority for row in rows),
        state=MessageState.PENDING.value,
        attempts=0,
        uncertain=False,
        next_attempt_at=now,
        created_at=min(row.created_at for row in rows),
    )
    session.add(digest)
    session.flush()
    for row in rows:
        row.state, row.merged_into, row.lease_until = MessageState.MERGED.value, digest.id, None
    return digest


def _members(session: Session, rows: Iterable[OutboxMessage]) -> list[OutboxMessage]:
    digests = [row.id for row in rows if row.kind == MessageKind.DIGEST.value]
    if not digests:
        return []
    query = select(OutboxMessage).where(OutboxMessage.merged_into.in_(digests)).order_by(OutboxMessage.id)
    return list(session.scalars(query))


def _distinct(rows: Iterable[OutboxMessage]) -> list[OutboxMessage]:
    """The last message of each incident: it tells how things stand."""
    return list({row.incident if row.incident is not None else -row.id: row for row in rows}.values())


def _number(row: OutboxMessage) -> str:
    """YN1124-0012, which every text message about an incident ends with; for a notice what it is about."""
    if row.kind == MessageKind.NOTICE.value:
        return row.body.rpartition("】")[2].partition("已")[0]
    return "YN" + row.body.rpartition("YN")[2] if "YN" in row.body else f"#{row.incident}"


def _outgoing(row: OutboxMessage) -> Outgoing:
    return Outgoing(
        id=row.id,
        attempt=row.attempts,
        key=row.idempotency_key,
        channel=row.channel,
        kind=row.kind,
        recipient=row.recipient,
        address=row.address,
        subject=row.subject,
        body=row.body,
        html=row.html,
        message_key=row.message_key,
        thread_key=row.thread_key,
        resend=row.uncertain,
    )
