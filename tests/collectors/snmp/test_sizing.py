"""The size of requests: halves at trouble, grows slowly back, tries ever more rarely."""

from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp.sizing import PATIENCE, SMALLEST, RequestSize


@given(st.lists(st.booleans(), max_size=300))
def test_the_size_stays_between_its_bounds_whatever_happens(events: list[bool]) -> None:
    size = RequestSize(50)
    for good in events:
        before = size.size
        grew = size.succeeded() if good else size.shrink()
        assert SMALLEST <= size.size <= 50
        assert grew == (size.size != before)


def test_it_grows_back_slowly_and_waits_longer_after_each_failure() -> None:
    size = RequestSize(50)
    size.shrink()
    assert size.size == 25
    waits = []
    for _ in range(3):
        looks = 1
        while not size.succeeded():
            looks += 1
        waits.append(looks)
        size.shrink()
    assert waits == [2 * PATIENCE, 4 * PATIENCE, 8 * PATIENCE]


def test_the_smallest_does_not_shrink() -> None:
    size = RequestSize(SMALLEST)
    assert not size.shrink()
