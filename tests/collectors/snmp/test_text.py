"""Text from agents never fails and never breaks a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp.gufo import Value
from collectors.snmp.text import text_of


@given(st.one_of(st.none(), st.binary(), st.text(), st.integers()))
def test_whatever_comes_is_printable_text(value: Value) -> None:
    assert isinstance(text_of(value), str)
    if isinstance(value, bytes):
        assert text_of(value).isprintable()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"eth0\x00", "eth0"),
        ("昆明".encode(), "昆明"),
        ("昆明".encode("gb18030"), "昆明"),
        (b"a\r\nb", "a  b"),
        (None, ""),
    ],
)
def test_utf8_and_gbk_are_read_and_padding_is_cut(value: Value, text: str) -> None:
    assert text_of(value) == text
