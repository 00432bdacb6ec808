"""Messages put into the outbox by hand."""

from sqlalchemy import select

from alerting.notify.outbox import MessageKind, Telling, Texts, enqueue
from alerting.notify.tables import OutboxMessage
from alerting.oncall.duty import Person
from foundation.clock import Instant
from storage.records.database import Records

ZHANG = Person("p-1", "张三", "10000000001", "zhang@yunwei.example")
LI = Person("p-2", "李四", "10000000002", "li@yunwei.example")


def put(
    records: Records,
    now: Instant,
    incident: int,
    *people: Person,
    kind: MessageKind = MessageKind.OPENING,
    fault_class: int = 4,
    key: str = "1.0",
) -> None:
    """Tell people of an incident, by every channel they have."""
    number = f"YN1124-{incident:04}"
    texts = Texts(
        f"【云南政务网】{kind.value} {incident}。{number}", f"{kind.value} #{number}", "text\n", "<p>html</p>"
    )
    with records.transaction() as session:
        enqueue(session, Telling(incident, number, fault_class, kind, 0, key, texts), people or (ZHANG,), now)


def rows(records: Records, channel: str = "sms") -> list[OutboxMessage]:
    """The messages of a channel, in the order of their making."""
    with records.reading() as session:
        found = list(
            session.scalars(select(OutboxMessage).where(OutboxMessage.channel == channel).order_by(OutboxMessage.id))
        )
        session.expunge_all()
    return found


def states(records: Records, channel: str = "sms") -> list[str]:
    """Their states."""
    return [row.state for row in rows(records, channel)]
