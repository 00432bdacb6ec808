"""Which addresses are asked: each host once, nobody else, and far apart."""

from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.discovery import plan_of
from foundation.problems import OperatorError

networks = st.tuples(st.integers(0, 2**12 - 1), st.integers(21, 32)).map(
    lambda pair: str(IPv4Network((0x0A350000 + pair[0], pair[1]), strict=False))
)


@pytest.mark.slow
@given(st.lists(networks, min_size=1, max_size=4), st.lists(networks, max_size=3))
def test_every_host_is_asked_once_and_no_network_or_broadcast_address(wanted: list[str], unwanted: list[str]) -> None:
    plan = plan_of(wanted, unwanted)
    hosts = {address for text in wanted for address in IPv4Network(text).hosts()}
    hosts -= {address for text in unwanted for address in IPv4Network(text)}
    asked = list(plan)
    assert len(asked) == len(set(asked)) == len(plan)
    assert set(map(IPv4Address, asked)) == hosts


def test_neighbours_in_one_network_are_asked_far_from_each_other() -> None:
    assert list(plan_of(["10.53.0.0/22"]))[:5] == ["10.53.1.0", "10.53.2.0", "10.53.3.0", "10.53.0.1", "10.53.1.1"]


def test_a_single_address_and_both_ends_of_a_line_are_hosts() -> None:
    assert list(plan_of(["10.53.0.7", "10.53.1.0/31"])) == ["10.53.0.7", "10.53.1.0", "10.53.1.1"]


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (["10.0.0.0/8"], r"10\.0\.0\.0/8 has 16,777,216 addresses.*a /12 at most"),
        (["10.0.0.0/12", "10.16.0.0/12"], "more than 1,048,576 addresses together"),
        (["10.53.1.7/20"], r"an address inside a network\. Did you mean 10\.53\.0\.0/20\?"),
        (["10.53"], r'"10\.53" is no IPv4 network'),
        (["fe80::/64"], "is no IPv4 network"),
        ([], "Name at least one network"),
    ],
)
def test_what_is_no_range_that_can_be_asked_is_refused_in_a_sentence(written: list[str], sentence: str) -> None:
    with pytest.raises(OperatorError, match=sentence):
        plan_of(written)
