"""The outbox. A row is written in the transaction of what it tells; the notifier does the rest."""

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import Base


class OutboxMessage(Base):
    """One message to one person over one channel."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_waiting", "state", "channel", "next_attempt_at"),
        Index("ix_outbox_address", "channel", "address", "sent_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    """Number, incident, kind, round, step, person and channel: the same telling can't be written twice."""
    incident: Mapped[int | None] = mapped_column(index=True)
    """None for a digest of several incidents, and for a notice."""
    step: Mapped[int]
    kind: Mapped[str]
    """See `alerting.notify.outbox.MessageKind`."""
    channel: Mapped[str]
    """`sms` or `email`."""
    person: Mapped[str]
    """The id in the roster."""
    recipient: Mapped[str]
    """The person's name."""
    address: Mapped[str]
    """A phone number or an e-mail address."""
    subject: Mapped[str]
    """Empty for a text message."""
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    """Empty for a text message."""
    message_key: Mapped[str]
    """The local part of the Message-ID, and below of the first message of its thread."""
    thread_key: Mapped[str]
    priority: Mapped[int]
    """Smaller leaves first: the first word of an incident before anything else, then by fault class."""
    state: Mapped[str]
    """See `alerting.notify.outbox.MessageState`."""
    attempts: Mapped[int] = mapped_column(default=0)
    uncertain: Mapped[bool] = mapped_column(default=False)
    """An attempt ended without an answer: it may have arrived, so the next one is marked 重发."""
    next_attempt_at: Mapped[int]
    lease_until: Mapped[int | None]
    provider_id: Mapped[str | None]
    last_error: Mapped[str | None]
    created_at: Mapped[int] = mapped_column(index=True)
    sent_at: Mapped[int | None]
    merged_into: Mapped[int | None]
    """The digest that tells this message's news, in its stead."""
