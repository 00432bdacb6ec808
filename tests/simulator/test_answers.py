"""GET, GETNEXT and GETBULK against a brute-force oracle over the whole list of instances."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.calendar import parse
from simulator.answers import Answerer
from simulator.ber import BerError, Oid, integer, octets, unsigned
from simulator.curve import Moment
from simulator.messages import Kind, parse_request
from simulator.province import Province
from simulator.views import Column, Family, MibView, Schema
from tests.networks import small_network
from tests.simulator.asking import Answered, decode, request

NOW = parse("2026-11-24 14:30:00")
MOMENT = Moment(NOW)

SCHEMA = Schema(
    [
        Column((1, 3, 1), "scalar", lambda row, _: integer(row), static=True),
        Column((1, 3, 2, 1, 1), "table", lambda row, _: integer(row)),
        Column((1, 3, 2, 1, 2), "table", lambda row, _: unsigned(0x46, row)),
        Column((1, 3, 2, 1, 7), "empty", lambda row, _: integer(row)),
        Column((1, 3, 9), "scalar", lambda row, _: octets(b"x" * row)),
    ]
)
indices = st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=3).map(tuple), min_size=0, max_size=6, unique=True)
askable = st.one_of(
    st.lists(st.integers(0, 9), max_size=5).map(lambda rest: (1, 3, *rest)),
    st.sampled_from(
        [(1, 3), (0, 0), (2, 5), (1, 3, 2, 1, 1), (1, 3, 2, 1, 1, 1), (1, 3, 1, 0), (1, 3, 9, 0), (1, 3, 8)]
    ),
)


def view(rows: Sequence[Oid]) -> MibView:
    return MibView(
        SCHEMA,
        {
            "scalar": Family([((0,), 41)]),
            "table": Family((row, position) for position, row in enumerate(rows)),
            "empty": Family([]),
        },
    )


def listing(rows: Sequence[Oid]) -> list[Oid]:
    """All instances, in order: the oracle."""
    names: list[Oid] = [(1, 3, 1, 0), (1, 3, 9, 0)]
    names += [(1, 3, 2, 1, column, *row) for column in (1, 2) for row in rows]
    return sorted(names)


def ask(
    rows: Sequence[Oid],
    kind: Kind,
    names: Sequence[Oid],
    limit: int = 60_000,
    first: int = 0,
    second: int = 0,
    version: int = 1,
) -> Answered:
    answerer = Answerer(view(rows), limit)
    parsed = parse_request(request(kind, names, first=first, second=second, version=version))
    data = answerer.answer(parsed, MOMENT)
    assert len(data) <= limit
    assert answerer.answer(parsed, MOMENT) == data, "the same question at the same moment has the same answer"
    return decode(data, version=version)


def successor(names: Sequence[Oid], oid: Oid) -> Oid | None:
    return next((name for name in names if name > oid), None)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(indices, st.lists(askable, min_size=1, max_size=5))
def test_get_finds_exactly_the_instances_that_there_are(rows: Sequence[Oid], names: Sequence[Oid]) -> None:
    known = listing(rows)
    columns = [(1, 3, 1), (1, 3, 9)] + ([(1, 3, 2, 1, 1), (1, 3, 2, 1, 2)] if rows else [])
    answer = ask(rows, Kind.GET, names)
    assert (answer.status, answer.request_id) == (0, 7)
    for name, binding in zip(names, answer.bindings, strict=True):
        assert binding.oid == name
        if name in known:
            assert binding.kind in {"integer", "counter64", "octets"}
        elif any(name[: len(column)] == column for column in columns):
            assert binding.kind == "noSuchInstance"
        else:
            assert binding.kind == "noSuchObject"


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(indices, st.lists(askable, min_size=1, max_size=5))
def test_getnext_finds_the_first_instance_behind_each_name(rows: Sequence[Oid], names: Sequence[Oid]) -> None:
    known = listing(rows)
    answer = ask(rows, Kind.GET_NEXT, names)
    for name, binding in zip(names, answer.bindings, strict=True):
        expected = successor(known, name)
        assert (binding.oid, binding.kind == "endOfMibView") == (expected or name, expected is None)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(indices, st.lists(askable, min_size=1, max_size=4), st.integers(0, 4), st.integers(0, 8))
def test_getbulk_repeats_getnext_row_by_row(
    rows: Sequence[Oid], names: Sequence[Oid], non_repeaters: int, repetitions: int
) -> None:
    known = listing(rows)
    answer = ask(rows, Kind.GET_BULK, names, first=non_repeaters, second=repetitions)
    expected = [successor(known, name) or name for name in names[:non_repeaters]]
    current = list(names[non_repeaters:])
    for _ in range(repetitions):
        if not current:
            break
        following = [successor(known, name) for name in current]
        expected += [found or name for name, found in zip(current, following, strict=True)]
        current = [found or name for name, found in zip(current, following, strict=True)]
        if all(found is None for found in following):
            break
    assert [binding.oid for binding in answer.bindings] == expected


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(indices)
def test_a_walk_by_getnext_meets_every_instance_once_and_in_order(rows: Sequence[Oid]) -> None:
    oid: Oid = (0, 0)
    met = []
    while (binding := ask(rows, Kind.GET_NEXT, [oid]).bindings[0]).kind != "endOfMibView":
        met.append(binding.oid)
        oid = binding.oid
    assert met == listing(rows)


def test_a_get_that_does_not_fit_is_too_big_and_a_getbulk_is_cut() -> None:
    rows = [(number,) for number in range(40)]
    names = [(1, 3, 2, 1, 1, number) for number in range(40)]
    too_big = ask(rows, Kind.GET, names, limit=300)
    assert (too_big.status, too_big.index, too_big.bindings) == (1, 0, [])
    assert ask(rows, Kind.GET_NEXT, names, limit=300).status == 1
    cut = ask(rows, Kind.GET_BULK, [(1, 3, 2)], limit=300, second=40)
    assert cut.status == 0
    assert [binding.oid for binding in cut.bindings] == names[: len(cut.bindings)]
    assert 5 < len(cut.bindings) < 40


def test_repeaters_that_end_at_different_times_do_not_mix() -> None:
    """One column ends before the other: each goes on from its own last name."""
    answer = ask([(1,), (2,)], Kind.GET_BULK, [(1, 3, 8), (1, 3, 2, 1, 1)], second=3)
    assert [(binding.oid, binding.kind) for binding in answer.bindings] == [
        ((1, 3, 9, 0), "octets"),
        ((1, 3, 2, 1, 1, 1), "integer"),
        ((1, 3, 9, 0), "endOfMibView"),
        ((1, 3, 2, 1, 1, 2), "integer"),
        ((1, 3, 9, 0), "endOfMibView"),
        ((1, 3, 2, 1, 2, 1), "counter64"),
    ]


def test_a_set_is_refused_as_not_writable() -> None:
    answer = ask([], Kind.SET, [(1, 3, 1, 0)])
    assert (answer.status, answer.index) == (17, 1)


def test_version_1_answers_no_such_name_and_never_a_counter64() -> None:
    rows = [(1,), (2,)]
    assert ask(rows, Kind.GET, [(1, 3, 1, 0)], version=0).bindings[0].value == 41
    missing = ask(rows, Kind.GET, [(1, 3, 1, 0), (1, 3, 1, 9)], version=0)
    assert (missing.status, missing.index) == (2, 2)
    assert ask(rows, Kind.GET, [(1, 3, 2, 1, 2, 1)], version=0).status == 2
    following = ask(rows, Kind.GET_NEXT, [(1, 3, 2, 1, 1, 2)], version=0)
    assert following.bindings[0].oid == (1, 3, 9, 0)
    assert ask(rows, Kind.GET_NEXT, [(1, 3, 9, 0)], version=0).status == 2
    with pytest.raises(BerError):
        ask(rows, Kind.GET_BULK, [(1, 3)], version=0)


def test_the_whole_mib_of_a_router_walks_in_order_and_every_value_is_readable() -> None:
    province = Province(small_network(), seed=1, now=NOW)
    answerer = province.answerer(province.agents["county-a"])
    oid: Oid = (0, 0)
    seen: list[Oid] = []
    while True:
        answer = decode(answerer.answer(parse_request(request(Kind.GET_BULK, [oid], second=30)), MOMENT))
        found = [binding for binding in answer.bindings if binding.kind != "endOfMibView"]
        seen += [binding.oid for binding in found]
        if len(found) < len(answer.bindings) or not found:
            break
        oid = found[-1].oid
    assert seen == sorted(set(seen))
    assert len(seen) > 300
    got = decode(answerer.answer(parse_request(request(Kind.GET, seen[:100])), MOMENT))
    assert [binding.oid for binding in got.bindings] == seen[:100]
    assert not any(binding.kind.startswith("noSuch") for binding in got.bindings)
