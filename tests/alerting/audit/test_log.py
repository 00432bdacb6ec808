"""The audit trail is append-only, and every way of rewriting it is found."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from alerting.audit.chain import ALGORITHM, digest
from alerting.audit.log import record, verify
from alerting.audit.queries import entries
from alerting.audit.tables import AuditEntry
from foundation.clock import SteppedClock
from storage.records.database import Records


def write(records: Records, clock: SteppedClock, count: int) -> None:
    """So many entries, three in each transaction."""
    for first in range(0, count, 3):
        with records.transaction() as session:
            for number in range(first, min(first + 3, count)):
                record(
                    session, at=clock.advance(1), actor=f"人{number}", action="test", object="thing:1",
                    after={"value": number},
                )  # fmt: skip


@pytest.fixture
def trail(records: Records, clock: SteppedClock) -> Records:
    """Seven entries."""
    write(records, clock, 7)
    return records


def test_a_trail_as_it_was_written_is_whole(trail: Records) -> None:
    with trail.reading() as session:
        found = verify(session)
    assert (found.whole, found.entries, found.reason) == (True, 7, "")


def test_an_empty_trail_is_whole(records: Records) -> None:
    with records.reading() as session:
        assert verify(session).whole


def change(sql: str) -> Callable[[Connection], object]:
    """An attack, by hand on the database."""
    return lambda connection: connection.execute(text(sql))


@pytest.mark.parametrize(
    ("attack", "broken", "reason"),
    [
        ("UPDATE audit_entry SET actor = '别人' WHERE sequence = 4", 4, "was changed"),
        ('UPDATE audit_entry SET "after" = \'{"value": 9}\' WHERE sequence = 2', 2, "was changed"),
        ("UPDATE audit_entry SET at = at + 1 WHERE sequence = 7", 7, "was changed"),
        ("DELETE FROM audit_entry WHERE sequence = 3", 3, "is missing"),
        ("DELETE FROM audit_entry WHERE sequence = 1", 1, "is missing"),
        ("DELETE FROM audit_entry WHERE sequence >= 6", 6, "were cut off"),
        ("DELETE FROM audit_entry", 1, "were cut off"),
        ("UPDATE audit_entry SET algorithm = 'md0' WHERE sequence = 5", 5, "unknown to this build"),
        ("UPDATE audit_entry SET previous = 'x' WHERE sequence = 5", 5, "not chained"),
        ("UPDATE audit_head SET sequence = 6", 7, "not the one that was written"),
        ("DELETE FROM audit_head", 1, "not the one that was written"),
    ],
)
def test_the_first_broken_entry_is_found(trail: Records, attack: str, broken: int, reason: str) -> None:
    with trail.engine.begin() as connection:
        connection.execute(text(attack))
    with trail.reading() as session:
        found = verify(session)
    assert found.broken == broken
    assert reason in found.reason


def test_an_entry_rewritten_with_a_right_digest_breaks_the_one_after_it(trail: Records) -> None:
    """Who forges one entry must forge all that follow."""
    with trail.reading() as session:
        entry = session.get_one(AuditEntry, 3)
        content = {
            name: getattr(entry, name)
            for name in ("sequence", "at", "actor", "action", "object", "success", "before", "after", "source")
        }
        forged = digest(entry.algorithm, entry.previous, content | {"actor": "别人"})
    with trail.engine.begin() as connection:
        connection.execute(
            text("UPDATE audit_entry SET actor = '别人', digest = :digest WHERE sequence = 3"), {"digest": forged}
        )
    with trail.reading() as session:
        assert verify(session).broken == 4


def test_the_code_itself_can_not_change_or_delete_an_entry(trail: Records) -> None:
    with pytest.raises(RuntimeError, match="append-only"), trail.transaction() as session:
        session.get_one(AuditEntry, 2).actor = "别人"
    with pytest.raises(RuntimeError, match="append-only"), trail.transaction() as session:
        session.delete(session.get_one(AuditEntry, 2))


@pytest.mark.slow
def test_an_entry_falls_with_its_transaction(trail: Records, clock: SteppedClock) -> None:
    def fail() -> None:
        with trail.transaction() as session:
            record(session, at=clock.now(), actor="张三", action="test", object="thing:1")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    write(trail, clock, 2)
    with trail.reading() as session:
        found = verify(session)
    assert (found.whole, found.entries) == (True, 9)


def test_entries_are_read_newest_first_in_pages_and_by_object(trail: Records, clock: SteppedClock) -> None:
    with trail.transaction() as session:
        record(session, at=clock.now(), actor="张三", action="other", object="thing:2", success=False)
    with trail.reading() as session:
        assert [entry.sequence for entry in entries(session, 3)] == [8, 7, 6]
        assert [entry.sequence for entry in entries(session, 3, 3)] == [5, 4, 3]
        (found,) = entries(session, object="thing:2")
    assert (found.actor, found.success, found.algorithm) == ("张三", False, ALGORITHM)


@pytest.mark.slow
@given(st.dictionaries(st.text(), st.text() | st.integers() | st.booleans() | st.none(), max_size=5))
def test_a_digest_depends_on_all_its_content_but_not_on_the_order_of_keys(content: dict[str, object]) -> None:
    turned = dict(reversed(content.items()))
    assert digest("sha256", "p", content) == digest("sha256", "p", turned)
    assert digest("sha256", "p", content) != digest("sha256", "q", content)
    assert digest("sha256", "p", content) != digest("sha256", "p", {**content, "more": 1, "\0": 2})
