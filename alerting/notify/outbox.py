"""Putting messages into the outbox, and taking back those that the truth has overtaken, in the caller's transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from alerting.notify.tables import OutboxMessage
from alerting.oncall.duty import Person
from foundation.clock import Instant


class MessageKind(StrEnum):
    """What a message tells."""

    OPENING = "opening"
    ESCALATION = "escalation"
    """Nobody acknowledged: the call climbs."""
    UPDATE = "update"
    RECOVERY = "recovery"
    NOTICE = "notice"
    """About no incident: good to know."""
    DIGEST = "digest"
    """Several messages to one person, merged in a storm."""


class MessageState(StrEnum):
    """Where a message stands."""

    PENDING = "pending"
    CLAIMED = "claimed"
    """A notifier is sending it, until its lease ends."""
    SENT = "sent"
    DEAD = "dead"
    """Given up: refused for good, or failed too often."""
    WITHDRAWN = "withdrawn"
    """Overtaken by the truth before it left."""
    MERGED = "merged"
    """Told by a digest in its stead."""
    SKIPPED = "skipped"
    """Its channel is not configured."""


class ChannelName(StrEnum):
    """By what way a message leaves."""

    SMS = "sms"
    EMAIL = "email"


_RANK: Final = {
    MessageKind.OPENING: 0,
    MessageKind.ESCALATION: 1,
    MessageKind.UPDATE: 2,
    MessageKind.RECOVERY: 2,
    MessageKind.NOTICE: 2,
    MessageKind.DIGEST: 3,
}
TOLD: Final = (MessageState.SENT, MessageState.CLAIMED, MessageState.MERGED)
"""States of which the person knows, or will in a moment."""


@dataclass(frozen=True, slots=True)
class Texts:
    """One telling, in the form of every channel."""

    sms: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told about which incident."""

    incident: int
    number: str
    fault_class: int
    kind: MessageKind
    step: int
    key: str
    """Unique among the tellings of this incident, such as `1.0` for round 1, step 0."""
    texts: Texts


def enqueue(
    session: Session, telling: Telling, people: Collection[Person], now: Instant, *, wait: int = 0
) -> list[Person]:
    """Write one message for each channel of each person, each person once; what is already there is not repeated.

    It leaves after `wait` milliseconds at the earliest. Returns the people for whom something was written.
    """
    reached = []
    for person in {person.id: person for person in people}.values():
        channels = [(ChannelName.SMS, person.phone), (ChannelName.EMAIL, person.email)]
        written = [
            _write(session, telling, person, channel, address, now, wait) for channel, address in channels if address
        ]
        if any(written):
            reached.append(person)
    session.flush()
    return reached


def _write(
    session: Session, telling: Telling, person: Person, channel: ChannelName, address: str, now: Instant,
    wait: int,
) -> bool:  # fmt: skip
    # No character of a key needs quoting in an address: gateways take it in their status page's path.
    parts = (telling.number, telling.incident, telling.kind.value, telling.key, person.id, channel.value)
    key = ".".join(str(part) for part in parts)
    if session.scalar(select(OutboxMessage.id).where(OutboxMessage.idempotency_key == key)) is not None:
        return False
    email = channel is ChannelName.EMAIL
    thread = f"{telling.number.lower()}.{telling.incident}.{person.id}"
    message = f"{thread}.{telling.kind.value}.{telling.key}"
    if email and not _thread_begun(session, thread):
        message = thread
    session.add(
        OutboxMessage(
            idempotency_key=key,
            incident=telling.incident,
            step=telling.step,
            kind=telling.kind.value,
            channel=channel.value,
            person=person.id,
            recipient=person.name,
            address=address,
            subject=telling.texts.subject if email else "",
            body=telling.texts.text if email else telling.texts.sms,
            html=telling.texts.html if email else "",
            message_key=message,
            thread_key=thread,
            priority=_RANK[telling.kind] * 10 + telling.fault_class,
            state=MessageState.PENDING.value,
            next_attempt_at=now + wait,
            created_at=now,
        )
    )
    return True


def _thread_begun(session: Session, thread: str) -> bool:
    query = select(OutboxMessage.id).where(
        OutboxMessage.thread_key == thread, OutboxMessage.channel == ChannelName.EMAIL.value
    )
    return session.scalar(query.limit(1)) is not None


def told(session: Session, incident: int) -> list[Person]:
    """Everyone who was told of the incident since its last recovery notice, with the addresses used."""
    return _people(session, incident, TOLD)


def waiting(session: Session, incident: int, kinds: Collection[MessageKind]) -> list[Person]:
    """Everyone for whom a message of these kinds has not left yet."""
    return _people(session, incident, (MessageState.PENDING,), kinds)


def withdraw(session: Session, incident: int, kinds: Collection[MessageKind]) -> int:
    """Take back the messages of these kinds that have not left; one in flight goes its way. Returns how many."""
    outcome = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.incident == incident,
            OutboxMessage.state == MessageState.PENDING.value,
            OutboxMessage.kind.in_([kind.value for kind in kinds]),
        )
        .values(state=MessageState.WITHDRAWN.value)
    )
    return int(getattr(outcome, "rowcount", 0))


def withdraw_waiting(session: Session, incident: int, kind: MessageKind, now: Instant) -> int:
    """Take back the messages of a kind whose time to leave has not come and that were never tried. Returns how many."""
    outcome = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.incident == incident,
            OutboxMessage.state == MessageState.PENDING.value,
            OutboxMessage.kind == kind.value,
            OutboxMessage.next_attempt_at > now,
            OutboxMessage.attempts == 0,
        )
        .values(state=MessageState.WITHDRAWN.value)
    )
    return int(getattr(outcome, "rowcount", 0))


def left(session: Session, incident: int, kind: MessageKind, since: Instant) -> bool:
    """Whether a message of a kind, written since a moment, has reached anybody, or may have."""
    not_gone = (MessageState.WITHDRAWN, MessageState.SKIPPED)
    query = select(OutboxMessage.id).where(
        OutboxMessage.incident == incident,
        OutboxMessage.kind == kind.value,
        OutboxMessage.created_at >= since,
        OutboxMessage.state.not_in([state.value for state in not_gone]),
    )
    return session.scalar(query.limit(1)) is not None


def _people(
    session: Session,
    incident: int,
    states: Collection[MessageState],
    kinds: Collection[MessageKind] = tuple(MessageKind),
) -> list[Person]:
    since = (
        select(func.coalesce(func.max(OutboxMessage.id), 0))
        .where(
            OutboxMessage.incident == incident,
            OutboxMessage.kind == MessageKind.RECOVERY.value,
            OutboxMessage.state != MessageState.WITHDRAWN.value,
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(OutboxMessage.person, OutboxMessage.recipient, OutboxMessage.channel, OutboxMessage.address)
        .where(
            OutboxMessage.incident == incident,
            OutboxMessage.id > since,
            OutboxMessage.state.in_([state.value for state in states]),
            OutboxMessage.kind.in_([kind.value for kind in kinds]),
        )
        .order_by(OutboxMessage.id)
    )
    found: dict[str, Person] = {}
    for person, name, channel, address in rows:
        known = found.get(person, Person(person, name))
        if channel == ChannelName.SMS.value:
            found[person] = Person(person, name, address, known.email)
        else:
            found[person] = Person(person, name, known.phone, address)
    return list(found.values())
