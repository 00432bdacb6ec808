"""Messages that are about no incident: good to know, and nobody is asked for anything."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerting.notify.outbox import ChannelName, MessageKind, MessageState, Texts
from alerting.notify.tables import OutboxMessage
from alerting.oncall.duty import Person
from foundation.clock import Instant

_PRIORITY = 24
"""After every word about incidents of the higher classes."""


def enqueue_notice(session: Session, about: str, texts: Texts, people: Collection[Person], now: Instant) -> None:
    """Write one message for each channel of each person, in the caller's transaction. `about`, such as
    `maintenance.12`, is told once to each for ever."""
    for person in {person.id: person for person in people}.values():
        for channel, address in ((ChannelName.SMS, person.phone), (ChannelName.EMAIL, person.email)):
            key = f"notice.{about}.{person.id}.{channel.value}"
            known = session.scalar(select(OutboxMessage.id).where(OutboxMessage.idempotency_key == key))
            if not address or known is not None:
                continue
            email = channel is ChannelName.EMAIL
            session.add(
                OutboxMessage(
                    idempotency_key=key,
                    incident=None,
                    step=0,
                    kind=MessageKind.NOTICE.value,
                    channel=channel.value,
                    person=person.id,
                    recipient=person.name,
                    address=address,
                    subject=texts.subject if email else "",
                    body=texts.text if email else texts.sms,
                    html=texts.html if email else "",
                    message_key=f"{about}.{person.id}",
                    thread_key=f"{about}.{person.id}",
                    priority=_PRIORITY,
                    state=MessageState.PENDING.value,
                    next_attempt_at=now,
                    created_at=now,
                )
            )
    session.flush()
