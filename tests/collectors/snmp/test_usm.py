"""The head of an SNMPv3 message: read, vetted, and never a reason to stumble."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.snmp import usm
from collectors.snmp.credentials import user_login
from collectors.snmp.packets import MalformedError, error_of
from tests.collectors import ber, engine
from tests.collectors.ber import Request
from tests.collectors.engine import Engine, Question

LOGIN = user_login("yunwei", auth="sha1", auth_password="sign-with-this")
ENGINE = Engine()
KEY = LOGIN.signing_key(ENGINE.id)
QUESTION = Question(7, True, ENGINE.id, 3, 1_000, b"yunwei", True, 99, ("1.3.6.1.2.1.1.3.0",))
ANSWER = ENGINE.answer(QUESTION)
REPORT = ENGINE.report(QUESTION, engine.UNKNOWN_USER, signed=False)


def test_the_head_of_an_answer_is_read_and_its_digest_found_right() -> None:
    head = usm.read_head(ANSWER)
    assert (head.signed, head.encrypted, head.engine, head.boots, head.time) == (True, False, ENGINE.id, 3, 1_000)
    assert (head.user, head.report) == (b"yunwei", "")
    assert ANSWER[head.digest_at : head.digest_at + 12] == head.digest
    assert usm.is_authentic(ANSWER, head, "sha1", KEY)
    assert usm.is_well_formed(ANSWER)


def test_a_report_says_what_it_reports() -> None:
    names = {
        engine.UNKNOWN_USER: "unknownUserNames",
        engine.WRONG_DIGEST: "wrongDigests",
        engine.NOT_IN_TIME: usm.NOT_IN_TIME,
        engine.UNKNOWN_ENGINE: usm.UNKNOWN_ENGINE,
        "1.3.6.1.6.3.12.1.5.0": usm.OTHER,
    }
    for oid, name in names.items():
        assert usm.read_head(ENGINE.report(QUESTION, oid)).report == name


@given(st.integers(0, len(ANSWER) - 1), st.integers(1, 255))
def test_a_changed_octet_is_never_taken_for_the_agents_word(place: int, change: int) -> None:
    packet = bytearray(ANSWER)
    packet[place] ^= change
    try:
        head = usm.read_head(bytes(packet))
    except MalformedError:
        return
    assert not usm.is_authentic(bytes(packet), head, "sha1", KEY)


@pytest.mark.slow
@settings(max_examples=300)
@given(st.one_of(st.binary(max_size=150), st.integers(0, len(REPORT)).map(lambda size: REPORT[:size])))
def test_garbage_and_cut_packets_are_malformed_and_no_more(packet: bytes) -> None:
    if packet == REPORT:
        return
    assert not usm.is_well_formed(packet)
    assert error_of(packet) == (0, 0)
    try:
        usm.read_head(packet)
    except MalformedError:
        return
    raise AssertionError("a head was read where there is none")


@given(st.integers(0, 18), st.integers(0, 150), st.sampled_from([0, 1]))
def test_the_error_of_an_answer_is_read(error: int, index: int, version: int) -> None:
    request = Request(b"public", ber.GET, 5, 0, ("1.3.6.1.2.1.1.3.0",), version)
    assert error_of(ber.answer(request, [], error=error, index=index)) == (error, index)
