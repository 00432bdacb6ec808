"""A whole recording, made anonymous in two passes: what must be hidden is gathered first. Pure, but for the key."""

from collections.abc import Sequence

from collectors.recording.anonymous.addresses import Addresses
from collectors.recording.anonymous.columns import NAMES, PERSONAL
from collectors.recording.anonymous.indexes import anonymous_oid
from collectors.recording.anonymous.values import anonymous_bytes, column_among, is_date, text_in
from collectors.recording.anonymous.words import Words
from collectors.recording.records import ADDRESS, OCTETS, Record


def anonymised(records: Sequence[Record], key: bytes) -> list[Record]:
    """The records with addresses, names and people's texts replaced, in the order of their new identifiers.

    The same original has the same replacement everywhere in the recording. `key` is 16 bytes or more, drawn anew for
    each recording and thrown away: nobody can go back, nor compare two recordings.
    """
    addresses = Addresses(key)
    words = Words(key, addresses)
    names: set[str] = set()
    known: set[bytes] = set()
    for record in records:
        _gather(record, words, names, known)
    words.hide(names)
    found = {record.oid: record for record in (_one(record, key, addresses, words, known) for record in records)}
    return [found[oid] for oid in sorted(found)]


def _gather(record: Record, words: Words, names: set[str], known: set[bytes]) -> None:
    value = record.value
    if not isinstance(value, bytes):
        return
    if record.tag == ADDRESS:
        known.add(value)
        return
    if record.tag != OCTETS:
        return
    text = text_in(value)
    if text is None:
        if len(value) in (4, 6, 16) and not is_date(value):
            known.add(value)
        return
    if column_among(record.oid, PERSONAL):
        words.avoid(text[0])
        if column_among(record.oid, NAMES):
            names.add(text[0].strip())


def _one(record: Record, key: bytes, addresses: Addresses, words: Words, known: set[bytes]) -> Record:
    oid = anonymous_oid(record.oid, addresses, words, known)
    value = record.value
    if isinstance(value, bytes):
        value = anonymous_bytes(record.oid, record.tag, value, key, addresses, words)
    elif isinstance(value, tuple):
        value = anonymous_oid(value, addresses, words, known)
    return Record(oid, record.tag, value)
