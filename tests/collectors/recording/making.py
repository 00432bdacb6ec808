"""Records made by hypothesis."""

from hypothesis import strategies as st

from collectors.recording.records import (
    ADDRESS,
    BYTES,
    COUNTER64,
    INTEGER,
    NULL,
    NUMBERS,
    OBJECT_IDENTIFIER,
    Oid,
    Record,
    Value,
)

oids: st.SearchStrategy[Oid] = st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 3), min_size=1, max_size=12).map(
    lambda tail: (1, 3, *tail)
)


def values(tag: int) -> st.SearchStrategy[Value]:
    """Every value that a type may have."""
    if tag == INTEGER:
        return st.integers(-(2**31), 2**31 - 1)
    if tag in NUMBERS:
        return st.integers(0, 2**64 - 1 if tag == COUNTER64 else 2**32 - 1)
    if tag == ADDRESS:
        return st.binary(min_size=4, max_size=4)
    if tag in BYTES:
        return st.binary(max_size=40) | st.text(max_size=20).map(str.encode)
    return oids if tag == OBJECT_IDENTIFIER else st.none()


records: st.SearchStrategy[Record] = st.sampled_from([*NUMBERS, *BYTES, OBJECT_IDENTIFIER, NULL]).flatmap(
    lambda tag: st.builds(Record, oids, st.just(tag), values(tag))
)
