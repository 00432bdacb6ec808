"""Mending what has not left yet when somebody takes an incident."""

from html import escape

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerting.notify.outbox import MessageKind, MessageState, withdraw
from alerting.notify.tables import OutboxMessage
from alerting.notify.texts import taken


def mark_taken(session: Session, incident: int, person: str) -> None:
    """Withdraw the escalations that have not left: they would call people for nothing.

    An opening that waits (for a mail server that is away, say) still leaves, since its reader shall know of the
    trouble; but it says who has it in hand instead of asking for an acknowledgement.
    """
    withdraw(session, incident, (MessageKind.ESCALATION,))
    waiting = session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.incident == incident,
            OutboxMessage.state == MessageState.PENDING.value,
            OutboxMessage.kind == MessageKind.OPENING.value,
        )
    )
    for message in waiting:
        message.body = taken(message.body, person)
        message.html = taken(message.html, escape(person))
    session.flush()
