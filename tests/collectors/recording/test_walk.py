"""The walk over a whole MIB: everything below the roots is got, and it ends with every agent that ends."""

from bisect import bisect_right
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.recording.records import INTEGER, Oid, Record
from collectors.recording.walk import ROOTS, Walk

MIB = (1, 3, 6, 1, 2, 1)


def record(oid: Oid) -> Record:
    return Record(oid, INTEGER, 1)


def play(walk: Walk, objects: Sequence[Oid], *, count: int = 3, broken: frozenset[Oid] = frozenset()) -> list[Oid]:
    """A walk over an agent with these objects, which fails whenever it would have to tell a broken one."""
    found: list[Oid] = []
    for _ in range(10_000):
        after = walk.asks
        if after is None:
            return found
        at = bisect_right(objects, after)
        rows = objects[at : at + count]
        if broken.intersection(rows[:1]):
            walk.step_over()
            continue
        whole = [oid for place, oid in enumerate(rows) if not broken.intersection(rows[: place + 1])]
        ended = len(whole) == len(rows) and at + count >= len(objects)
        found += [kept.oid for kept in walk.took([record(oid) for oid in whole], ended)]
    raise AssertionError("the walk does not end")


below = st.lists(st.integers(0, 3), min_size=1, max_size=4).map(tuple)
anywhere = st.sampled_from([(1, 0), *ROOTS, (1, 3, 6, 1, 6), (1, 4)]).flatmap(
    lambda root: below.map(lambda tail: (*root, *tail))
)


@given(st.sets(anywhere, max_size=40), st.integers(1, 7))
def test_every_object_below_the_roots_is_got_once_and_in_order(objects: set[Oid], count: int) -> None:
    wanted = sorted(oid for oid in objects if any(oid[: len(root)] == root for root in ROOTS))
    assert play(Walk(), sorted(objects), count=count) == wanted


@given(st.sets(anywhere, min_size=1, max_size=40), st.data())
def test_a_resumed_walk_gets_what_the_first_one_did_not(objects: set[Oid], data: st.DataObject) -> None:
    whole = play(Walk(), sorted(objects))
    cut = data.draw(st.integers(0, len(whole)))
    rest = play(Walk(last=whole[cut - 1]) if cut else Walk(), sorted(objects))
    assert whole[:cut] + rest == whole


@pytest.mark.slow
@given(st.sets(below, min_size=1, max_size=30), st.data())
def test_what_can_not_be_told_costs_little_of_the_rest_and_never_the_end(tails: set[Oid], data: st.DataObject) -> None:
    objects = sorted((*MIB, 2, *tail) for tail in tails)
    broken = frozenset(data.draw(st.sets(st.sampled_from(objects))))
    walk = Walk([MIB])
    assert set(play(walk, objects, broken=broken)) <= set(objects) - broken
    assert bool(walk.skipped) == bool(broken)


def test_one_broken_object_in_a_table_costs_that_object_alone() -> None:
    objects = [(*MIB, 2, column, row) for column in (1, 2, 3) for row in range(1, 6)]
    walk = Walk([MIB])
    assert len(play(walk, objects, broken=frozenset({(*MIB, 2, 2, 3)}))) == 14
    assert walk.skipped == [(*MIB, 2, 2, 2)]


def test_a_broken_object_that_begins_a_table_costs_that_table_at_most() -> None:
    objects = [(*MIB, table, 1, column, row) for table in (1, 2, 3) for column in (1, 2) for row in (1, 2)]
    found = play(Walk([MIB]), objects, broken=frozenset({(*MIB, 2, 1, 1, 1)}))
    assert [oid for oid in objects if oid[6] != 2] == [oid for oid in found if oid[6] != 2]


def test_an_agent_that_goes_back_is_stepped_over_and_not_followed_in_circles() -> None:
    walk = Walk([MIB])
    first, second = (*MIB, 1, 1), (*MIB, 1, 2)
    assert [kept.oid for kept in walk.took([record(first), record(second), record(first)], False)] == [first, second]
    asked = [walk.asks]
    assert walk.took([record(first)], False) == []
    assert [*asked, walk.asks] == [(*MIB, 1, 3), (*MIB, 2)]


@pytest.mark.parametrize("answer", [(*MIB, 1, 1), (1, 3), (*MIB, 9)])
def test_an_agent_that_says_the_same_for_ever_comes_to_an_end(answer: Oid) -> None:
    walk = Walk([MIB, (1, 3, 6, 1, 4, 1)])
    for _ in range(100):
        if walk.asks is None:
            return
        walk.took([record(answer)], False)
    raise AssertionError("the walk does not end")


def test_a_root_inside_another_is_walked_once() -> None:
    assert play(Walk([MIB, (*MIB, 2)]), [(*MIB, 2, 1)]) == [(*MIB, 2, 1)]
