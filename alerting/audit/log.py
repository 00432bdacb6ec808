"""Writing the audit trail, and proving that nobody rewrote it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from alerting.audit.chain import ALGORITHM, digest
from alerting.audit.tables import AuditEntry, AuditHead
from foundation.clock import Instant

SYSTEM: Final = "system"
"""The actor of what the platform does by itself."""

_NOTHING: Final[Mapping[str, Any]] = {}
_HELD: Final = "yunwei.audit.head"


@dataclass(frozen=True, slots=True)
class Verification:
    """What a walk along the whole chain found."""

    entries: int
    """Entries that are proven, up to the first broken one."""
    broken: int | None = None
    """The sequence of the first broken entry; None when the chain is whole."""
    reason: str = ""

    @property
    def whole(self) -> bool:
        """Whether every entry is the one that was written."""
        return self.broken is None


def record(
    session: Session,
    *,
    at: Instant,
    actor: str,
    action: str,
    object: str,
    before: Mapping[str, Any] = _NOTHING,
    after: Mapping[str, Any] = _NOTHING,
    source: str = "engine",
    success: bool = True,
) -> int:
    """Append one entry in the caller's transaction, so that the act and its record stand or fall together.

    `before` and `after` hold plain JSON values, never a secret. Returns the entry's sequence.
    """
    head = _locked_head(session)
    entry = AuditEntry(
        sequence=head.sequence + 1,
        at=at,
        actor=actor,
        action=action,
        object=object,
        success=success,
        before=dict(before),
        after=dict(after),
        source=source,
        algorithm=ALGORITHM,
        previous=head.digest,
    )
    entry.digest = digest(ALGORITHM, head.digest, _content(entry))
    session.add(entry)
    head.sequence, head.digest = entry.sequence, entry.digest
    return entry.sequence


def take_turns(session: Session) -> None:
    """Wait until no other transaction is writing the trail, and keep others waiting until this one ends.

    Who locks rows of its own as well calls this first: with one order of locking there is no deadlock on PostgreSQL.
    SQLite has one writer at a time anyway.
    """
    _locked_head(session)


def verify(session: Session) -> Verification:
    """Walk the chain from its first entry and find the first that was changed, removed, added or cut off."""
    previous, proven = "", 0
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.sequence).execution_options(yield_per=500)):
        expected = proven + 1
        if entry.sequence != expected:
            return Verification(proven, expected, f"Entry {expected} is missing.")
        if entry.previous != previous:
            return Verification(proven, expected, f"Entry {expected} is not chained to the one before it.")
        try:
            true_digest = digest(entry.algorithm, previous, _content(entry))
        except ValueError:
            return Verification(proven, expected, f"Entry {expected} uses {entry.algorithm}, unknown to this build.")
        if entry.digest != true_digest:
            return Verification(proven, expected, f"Entry {expected} was changed after it was written.")
        previous, proven = entry.digest, expected
        session.expunge(entry)
    head = session.get(AuditHead, 1)
    last = 0 if head is None else head.sequence
    if last > proven:
        return Verification(proven, proven + 1, f"Entries {proven + 1} to {last} were cut off the end.")
    if last < proven or (head is not None and head.digest != previous):
        return Verification(last, last + 1, "The end of the chain is not the one that was written.")
    return Verification(proven)


def _locked_head(session: Session) -> AuditHead:
    """The end of the chain, locked against other writers until the transaction ends; asked for once in each."""
    transaction = session.get_transaction()
    held: tuple[object, AuditHead] | None = session.info.get(_HELD)
    if held is not None and transaction is not None and held[0] is transaction:
        return held[1]
    locked = select(AuditHead).where(AuditHead.id == 1).with_for_update()
    head = session.scalar(locked)
    if head is None:
        # Two writers may come first at once: both offer a head, one is kept, and both lock that one.
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        session.execute(insert(AuditHead).values(id=1, sequence=0, digest="").on_conflict_do_nothing())
        head = session.scalars(locked).one()
    session.info[_HELD] = (session.get_transaction(), head)
    return head


def _content(entry: AuditEntry) -> dict[str, Any]:
    return {
        "sequence": entry.sequence,
        "at": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "object": entry.object,
        "success": entry.success,
        "before": entry.before,
        "after": entry.after,
        "source": entry.source,
    }
