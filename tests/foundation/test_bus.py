"""The bus: a publisher never waits, a full mailbox loses its oldest and says so, and no wake-up is lost."""

import asyncio
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.bus import Bus, Mailbox
from foundation.messages import IncidentChange, PollRequest

GUARD_S = 20
"""Only a test that has failed waits this long."""


def change(number: int) -> IncidentChange:
    """A message that carries a number."""
    return IncidentChange(number, 0)


def test_a_mailbox_gets_only_the_types_it_asked_for_in_order() -> None:
    bus = Bus()
    incidents = bus.subscribe("incidents", IncidentChange)
    both = bus.subscribe("both", IncidentChange, PollRequest)
    request = PollRequest(frozenset({"a"}), 1)
    bus.publish_all([change(1), request, change(2)])
    assert incidents.take() == [change(1), change(2)]
    assert both.take() == [change(1), request, change(2)]
    assert incidents.take() == []


def test_a_mailbox_opened_later_gets_what_is_published_from_then_on() -> None:
    bus = Bus()
    first = bus.subscribe("first", IncidentChange)
    bus.publish(change(1))
    second = bus.subscribe("second", IncidentChange)
    bus.publish(change(2))
    assert (len(first), len(second)) == (2, 1)
    assert [mailbox.name for mailbox in bus.mailboxes] == ["first", "second"]


def test_a_message_that_nobody_asked_for_is_no_error() -> None:
    Bus().publish(change(1))


@given(st.integers(1, 20), st.integers(0, 60))
def test_a_full_mailbox_keeps_the_newest_and_counts_what_it_dropped(capacity: int, published: int) -> None:
    mailbox: Mailbox[IncidentChange] = Mailbox("m", (IncidentChange,), capacity)
    for number in range(published):
        mailbox.put(change(number))
    kept = min(capacity, published)
    assert [message.incident for message in mailbox.take()] == list(range(published - kept, published))
    assert mailbox.dropped == published - kept


def test_a_mailbox_without_room_is_refused() -> None:
    with pytest.raises(ValueError):
        Bus().subscribe("none", IncidentChange, capacity=0)


def test_a_waiting_reader_wakes_with_the_whole_burst() -> None:
    async def scene() -> list[IncidentChange]:
        bus = Bus()
        mailbox = bus.subscribe("m", IncidentChange)
        reader = asyncio.create_task(mailbox.batch())
        await asyncio.sleep(0)  # let the reader begin to wait
        bus.publish_all([change(1), change(2), change(3)])
        return await asyncio.wait_for(reader, GUARD_S)

    assert asyncio.run(scene()) == [change(1), change(2), change(3)]


def test_what_came_before_the_first_read_is_not_lost() -> None:
    async def scene(mailbox: Mailbox[IncidentChange]) -> list[IncidentChange]:
        return await asyncio.wait_for(mailbox.batch(), GUARD_S)

    mailbox: Mailbox[IncidentChange] = Mailbox("m", (IncidentChange,), 5)
    mailbox.put(change(1))
    assert asyncio.run(scene(mailbox)) == [change(1)]


def test_a_reader_that_was_cancelled_leaves_the_next_message_for_its_successor() -> None:
    async def scene() -> list[IncidentChange]:
        mailbox: Mailbox[IncidentChange] = Mailbox("m", (IncidentChange,), 5)
        reader = asyncio.create_task(mailbox.batch())
        await asyncio.sleep(0)
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
        mailbox.put(change(1))
        return await asyncio.wait_for(mailbox.batch(), GUARD_S)

    assert asyncio.run(scene()) == [change(1)]


def test_a_mailbox_outlives_its_readers_loop() -> None:
    """Publishing to a reader whose loop is closed is no error, and a reader on a new loop finds the message."""

    async def starve(mailbox: Mailbox[IncidentChange]) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(mailbox.batch(), 0)

    async def read(mailbox: Mailbox[IncidentChange]) -> list[IncidentChange]:
        found = await asyncio.wait_for(mailbox.batch(), GUARD_S)
        later = asyncio.create_task(mailbox.batch())
        await asyncio.sleep(0)
        mailbox.put(change(2))
        return found + await asyncio.wait_for(later, GUARD_S)

    mailbox: Mailbox[IncidentChange] = Mailbox("m", (IncidentChange,), 5)
    asyncio.run(starve(mailbox))
    mailbox.put(change(1))
    assert asyncio.run(read(mailbox)) == [change(1), change(2)]


def test_no_message_and_no_wake_up_is_lost_between_threads() -> None:
    """Four threads publish while a coroutine reads: each message arrives once, each thread's in its order."""
    threads, each = 4, 2_000
    bus = Bus()
    mailbox = bus.subscribe("m", IncidentChange, capacity=threads * each)

    def publish(base: int) -> None:
        for number in range(each):
            bus.publish(change(base + number))

    async def scene() -> list[int]:
        publishers = [threading.Thread(target=publish, args=(index * each,)) for index in range(threads)]
        for publisher in publishers:
            publisher.start()
        found: list[int] = []
        async with asyncio.timeout(GUARD_S):
            while len(found) < threads * each:
                found.extend(message.incident for message in await mailbox.batch())
        for publisher in publishers:
            publisher.join(GUARD_S)
        return found

    found = asyncio.run(scene())
    assert sorted(found) == list(range(threads * each))
    for index in range(threads):
        own = [number for number in found if number // each == index]
        assert own == sorted(own)
    assert mailbox.dropped == 0


def test_a_subscription_during_a_publication_is_not_forgotten() -> None:
    """A route worked out before another thread subscribed must not be remembered after it."""

    bus = Bus()
    late: list[Mailbox[IncidentChange]] = []

    class Subscribing(tuple[type[IncidentChange], ...]):
        def __contains__(self, kind: object) -> bool:
            if not late:
                late.append(bus.subscribe("late", IncidentChange))
            return super().__contains__(kind)

    early = bus.subscribe("early", IncidentChange)
    early.kinds = Subscribing(early.kinds)
    bus.publish(change(1))
    bus.publish(change(2))
    assert late[0].take() == [change(2)]
    assert early.take() == [change(1), change(2)]
