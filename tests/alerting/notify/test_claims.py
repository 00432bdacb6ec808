"""Claiming and recording: fair order, leases, bounded attempts, digests."""

from urllib.parse import quote

from alerting.audit.queries import entries
from alerting.notify.channel import DeliveryError, Outgoing
from alerting.notify.claims import Outcome, backoff, claim, settle, skip
from alerting.notify.outbox import MessageKind, MessageState, told, waiting, withdraw
from alerting.notify.queries import backlog
from alerting.notify.settings import NotifySettings
from foundation.clock import HOUR, MINUTE, SECOND, SteppedClock
from storage.records.database import Records
from tests.alerting.notify.letters import LI, ZHANG, put, rows, states

SETTINGS = NotifySettings(max_attempts=3, per_person=3)
LEASE = MINUTE


def take(records: Records, clock: SteppedClock, limit: int = 100, channel: str = "sms") -> list[Outgoing]:
    """Claim what is due."""
    with records.transaction() as session:
        return claim(session, channel, clock.now(), limit=limit, lease=LEASE, settings=SETTINGS)


def finish(
    records: Records, clock: SteppedClock, message: Outgoing, error: DeliveryError | None = None
) -> MessageState:
    """Record how an attempt ended."""
    with records.transaction() as session:
        return settle(session, message, Outcome("id-1" if error is None else "", error), clock.now(), SETTINGS)


def test_the_first_word_of_an_incident_leaves_before_anything_else(records: Records, clock: SteppedClock) -> None:
    now = clock.now()
    put(records, now, 1, LI, kind=MessageKind.RECOVERY)
    put(records, now + 1, 2, LI, kind=MessageKind.ESCALATION, fault_class=1)
    put(records, now + 2, 3, ZHANG, fault_class=4)
    put(records, now + 3, 4, ZHANG, fault_class=2)
    clock.advance(SECOND)
    assert [message.body[-4:] for message in take(records, clock)] == ["0004", "0003", "0002", "0001"]


def test_what_is_claimed_is_not_claimed_again(records: Records, clock: SteppedClock) -> None:
    put(records, clock.now(), 1)
    assert len(take(records, clock)) == 1
    assert take(records, clock) == []
    clock.advance(LEASE - 1)
    assert take(records, clock) == []


def test_after_its_lease_it_is_claimed_again_as_possibly_delivered(records: Records, clock: SteppedClock) -> None:
    put(records, clock.now(), 1)
    (first,) = take(records, clock)
    clock.advance(LEASE)
    (second,) = take(records, clock)
    assert (first.resend, second.resend) == (False, True)
    assert (first.attempt, second.attempt) == (1, 2)
    assert first.key == second.key


def test_who_lost_the_lease_records_nothing_any_more(records: Records, clock: SteppedClock) -> None:
    put(records, clock.now(), 1)
    (first,) = take(records, clock)
    clock.advance(LEASE)
    (second,) = take(records, clock)
    assert finish(records, clock, first, DeliveryError("late", permanent=True)) is MessageState.CLAIMED
    assert states(records) == ["claimed"]
    assert finish(records, clock, second) is MessageState.SENT


def test_a_failure_is_tried_again_after_a_growing_wait_and_a_bounded_number_of_times(
    records: Records, clock: SteppedClock
) -> None:
    put(records, clock.now(), 1)
    for attempt in (1, 2):
        (message,) = take(records, clock)
        assert finish(records, clock, message, DeliveryError("away")) is MessageState.PENDING
        assert not message.resend
        clock.advance(backoff(attempt) - 1)
        assert take(records, clock) == []
        clock.advance(1)
    (message,) = take(records, clock)
    assert finish(records, clock, message, DeliveryError("away")) is MessageState.DEAD
    clock.advance(HOUR)
    assert take(records, clock) == []
    with records.reading() as session:
        (entry,) = entries(session)
    assert (entry.action, entry.success, entry.after["error"]) == ("message.dead", False, "away")


def test_waits_grow_to_five_minutes_and_no_longer() -> None:
    waits = [backoff(attempt) for attempt in range(1, 40)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (5 * SECOND, 5 * MINUTE)


def test_what_can_never_arrive_is_given_up_at_once(records: Records, clock: SteppedClock) -> None:
    put(records, clock.now(), 1)
    (message,) = take(records, clock)
    assert finish(records, clock, message, DeliveryError("no such person", permanent=True)) is MessageState.DEAD


def test_a_failure_in_doubt_marks_the_next_attempt(records: Records, clock: SteppedClock) -> None:
    put(records, clock.now(), 1)
    (message,) = take(records, clock)
    finish(records, clock, message, DeliveryError("broke off", uncertain=True))
    clock.advance(backoff(1))
    (message,) = take(records, clock)
    assert message.resend


def test_a_storm_is_merged_into_one_digest_for_each_person(records: Records, clock: SteppedClock) -> None:
    for incident in range(1, 8):
        put(records, clock.now(), incident, ZHANG)
    put(records, clock.now(), 8, LI)
    claimed = take(records, clock)
    to_zhang = [message for message in claimed if message.address == ZHANG.phone]
    assert len(to_zhang) == 3, "so many are allowed, the last one is the digest"
    assert to_zhang[-1].kind == "digest"
    assert "共5条" in to_zhang[-1].body
    assert "YN1124-0003、YN1124-0004" in to_zhang[-1].body
    assert [message.address for message in claimed if message.address == LI.phone] == [LI.phone]
    assert states(records).count("merged") == 5
    for message in claimed:
        finish(records, clock, message)
    with records.reading() as session:
        assert [person.id for person in told(session, 5)] == ["p-1"], "who was told by a digest was told"


def test_when_the_places_are_used_up_they_wait_for_the_window(records: Records, clock: SteppedClock) -> None:
    for incident in range(1, 4):
        put(records, clock.now(), incident)
        (message,) = take(records, clock)
        finish(records, clock, message)
    for incident in range(4, 8):
        put(records, clock.now(), incident)
    assert take(records, clock) == []
    clock.advance(10 * MINUTE)
    claimed = take(records, clock)
    assert [message.kind for message in claimed] == ["opening", "opening", "digest"]


def test_a_digest_that_could_not_leave_is_merged_with_what_came_since(records: Records, clock: SteppedClock) -> None:
    for incident in range(1, 6):
        put(records, clock.now(), incident)
    claimed = take(records, clock)
    for message in claimed[:2]:
        finish(records, clock, message)
    finish(records, clock, claimed[2], DeliveryError("away"))
    put(records, clock.now(), 6)
    clock.advance(backoff(1))
    (digest,) = take(records, clock)
    assert "共4条" in digest.body
    assert states(records).count("merged") == 5  # four messages and the first digest


def test_a_digest_by_e_mail_lists_every_subject(records: Records, clock: SteppedClock) -> None:
    for incident in range(1, 6):
        put(records, clock.now(), incident)
    digest = take(records, clock, channel="email")[-1]
    assert digest.subject == "[合并通知] 3 条消息"
    assert "opening #YN1124-0005" in digest.body


def test_grave_calls_ring_whatever_was_sent_before(records: Records, clock: SteppedClock) -> None:
    for incident in range(1, 11):
        put(records, clock.now(), incident, fault_class=1)
    assert {message.kind for message in take(records, clock)} == {"opening"}


def test_no_more_is_claimed_than_can_be_sent_at_once(records: Records, clock: SteppedClock) -> None:
    for incident in range(1, 8):
        put(records, clock.now(), incident, ZHANG, LI)
    assert len(take(records, clock, limit=2)) == 2
    assert states(records).count("claimed") == 2
    taken = 2
    while more := take(records, clock, limit=2):
        taken += len(more)
    assert taken == 6, "three for each of the two"


def test_the_same_telling_is_written_once(records: Records, clock: SteppedClock) -> None:
    put(records, clock.now(), 1)
    put(records, clock.now(), 1)
    assert len(rows(records)) == 1


def test_the_mails_of_one_incident_to_one_person_are_one_thread(records: Records, clock: SteppedClock) -> None:
    put(records, clock.now(), 1, ZHANG, LI)
    put(records, clock.now(), 1, ZHANG, kind=MessageKind.RECOVERY)
    first, other, later = rows(records, "email")
    assert first.message_key == first.thread_key == later.thread_key != later.message_key
    assert other.thread_key != first.thread_key


def test_a_channel_that_is_not_configured_is_skipped(records: Records, clock: SteppedClock) -> None:
    put(records, clock.now(), 1)
    with records.transaction() as session:
        assert skip(session, "sms") == 1
    assert (states(records), states(records, "email")) == (["skipped"], ["pending"])
    with records.reading() as session:
        assert told(session, 1) == []


def test_who_was_told_is_known_by_the_channel_that_told_them(records: Records, clock: SteppedClock) -> None:
    put(records, clock.now(), 1)
    (message,) = take(records, clock)
    finish(records, clock, message)
    with records.reading() as session:
        (person,) = told(session, 1)
        assert (person.phone, person.email) == (ZHANG.phone, "")
        (person,) = waiting(session, 1, (MessageKind.OPENING,))
        assert (person.phone, person.email) == ("", ZHANG.email)


def test_only_what_has_not_left_is_withdrawn(records: Records, clock: SteppedClock) -> None:
    put(records, clock.now(), 1, ZHANG)
    take(records, clock)
    with records.transaction() as session:
        assert withdraw(session, 1, (MessageKind.OPENING,)) == 1
    assert (states(records), states(records, "email")) == (["claimed"], ["withdrawn"])


def test_the_backlog_counts_what_has_not_left_by_channel(records: Records, clock: SteppedClock) -> None:
    put(records, clock.now(), 1, ZHANG)
    clock.advance(MINUTE)
    put(records, clock.now(), 2, ZHANG, LI)
    (message, *_) = take(records, clock)
    finish(records, clock, message)
    with records.reading() as session:
        found = backlog(session)
    assert (found["sms"].pending, found["email"].pending) == (2, 3)
    assert found["email"].oldest_created_at == clock.now() - MINUTE


def test_keys_stand_in_an_address_unquoted(records: Records, clock: SteppedClock) -> None:
    """Gateways are asked for a message by its key, in a path where a slash would be another folder."""
    for incident in range(1, 6):
        put(records, clock.now(), incident)
    take(records, clock)
    keys = [row.idempotency_key for row in rows(records)]
    assert len(set(keys)) == 6  # five messages and a digest
    assert all(quote(key, safe="") == key for key in keys)
