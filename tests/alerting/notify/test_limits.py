"""How many messages one person gets: nothing lost, nothing twice, never more than allowed."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from alerting.notify.limits import Due, plan


def test_few_messages_go_as_they_are() -> None:
    due = [Due(1, "a", False), Due(2, "b", False), Due(3, "a", False)]
    assert plan(due, {}, 2).single == (1, 2, 3)


def test_the_last_place_is_for_a_digest_of_the_rest() -> None:
    found = plan([Due(number, "a", False) for number in range(1, 6)], {"a": 1}, 3)
    assert (found.single, found.digests) == ((1,), ((2, 3, 4, 5),))


def test_without_a_place_they_wait() -> None:
    assert plan([Due(1, "a", False)], {"a": 3}, 3) == plan([], {}, 3)


def test_a_grave_call_never_waits() -> None:
    found = plan([Due(1, "a", True), Due(2, "a", False), Due(3, "a", False)], {"a": 3}, 3)
    assert (found.single, found.digests) == ((1,), ())


dues = st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=40)


@given(dues, st.dictionaries(st.sampled_from("abc"), st.integers(0, 12)), st.integers(2, 10))
def test_within_the_limit_and_nothing_lost_or_doubled(
    drawn: list[tuple[str, bool]], used: dict[str, int], limit: int
) -> None:
    due = [Due(number, address, urgent) for number, (address, urgent) in enumerate(drawn)]
    found = plan(due, used, limit)
    merged = [message for group in found.digests for message in group]
    gone = [*found.single, *merged]
    assert len(gone) == len(set(gone))
    assert {message.id for message in due if message.urgent} <= set(found.single)
    assert all(len(group) > 1 for group in found.digests)
    address_of = {message.id: message.address for message in due}
    calm = Counter(address_of[one] for one in found.single if not due[one].urgent)
    calm.update(address_of[group[0]] for group in found.digests)
    for address, count in calm.items():
        assert used.get(address, 0) + count <= limit
    for address in "abc":
        waits = {message.id for message in due if message.address == address} - set(gone)
        assert not waits or used.get(address, 0) + sum(m.urgent for m in due if m.address == address) >= limit
    assert list(found.single) == sorted(found.single), "the order of leaving is kept"
