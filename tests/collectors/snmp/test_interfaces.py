"""An interface is its name, whatever index it has today."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp.interfaces import RawInterface, names, speed_of, worth_polling


def port(
    index: int, if_name: str = "", descr: str = "", alias: str = "", type: int = 6, admin: int = 1
) -> RawInterface:
    return RawInterface(index, if_name, descr, alias, type, 1_000_000_000, admin, 1)


words = st.text(alphabet="abGi0/1", max_size=3)
rows = st.lists(st.tuples(words, words, words), max_size=12)


@given(rows, st.randoms())
def test_names_are_unique_and_survive_any_shuffle_of_indexes_unless_nothing_tells_ports_apart(
    texts: list[tuple[str, str, str]],
    random: "st.random.Random",  # type: ignore[name-defined]
) -> None:
    first = [port(index, *text) for index, text in enumerate(texts, start=1)]
    order = list(range(1, len(texts) + 1))
    random.shuffle(order)
    second = [port(index, *text) for index, text in zip(order, texts, strict=True)]
    before, after = names(first), names(second)
    assert len(set(before.values())) == len(texts)
    for old, new in zip(first, second, strict=True):
        if not before[old.index].endswith((f"#{old.index}", "+")):
            assert after[new.index] == before[old.index]


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        ([port(1, "Gi0/1", "GigabitEthernet0/1")], ["Gi0/1"]),
        ([port(1, "", "eth0")], ["eth0"]),
        ([port(1, "", "", "uplink")], ["uplink"]),
        ([port(7)], ["if#7"]),
        ([port(1, "p", "left"), port(2, "p", "right")], ["left", "right"]),
        ([port(1, "p", "x"), port(2, "p", "x")], ["p#1", "p#2"]),
        ([port(1, "a", "b"), port(2, "b", "c")], ["a", "b"]),
    ],
)
def test_ifname_goes_before_ifdescr_before_ifalias(ports: Sequence[RawInterface], expected: list[str]) -> None:
    found = names(ports)
    assert [found[entry.index] for entry in ports] == expected


def test_an_interface_that_the_topology_calls_by_its_description_keeps_that_name() -> None:
    ports = [port(1, "Gi0/1", "GigabitEthernet0/1"), port(2, "Gi0/2", "GigabitEthernet0/2")]
    assert names(ports, {"GigabitEthernet0/2"}) == {1: "Gi0/1", 2: "GigabitEthernet0/2"}


@pytest.mark.parametrize(
    ("if_speed", "if_high_speed", "speed"),
    [
        (1_000_000_000, 1_000, 1_000_000_000),
        (2**32 - 1, 100_000, 100_000_000_000),
        (64_000, 0, 64_000),
        (64_000, None, 64_000),
        (2**32 - 1, None, 0),
        (None, None, 0),
        (0, 0, 0),
    ],
)
def test_the_speed_is_told_by_whichever_object_can(if_speed: int | None, if_high_speed: int | None, speed: int) -> None:
    assert speed_of(if_speed, if_high_speed) == speed


def test_declared_ports_come_first_then_physical_ones_that_are_on_and_no_more_than_allowed() -> None:
    ports = [
        port(1, "lo", type=24),
        port(2, "a"),
        port(3, "off", admin=2),
        port(4, "up1", admin=2),
        port(5, "vlan", type=135),
    ]
    name_of = names(ports)
    assert [entry.index for entry in worth_polling(ports, name_of, {"up1"}, 10)] == [4, 2]
    assert [entry.index for entry in worth_polling(ports, name_of, {"up1"}, 1)] == [4]


def test_a_new_ifname_over_a_known_ifdescr_keeps_the_former_name_now_and_later() -> None:
    before = {"lan1": port(2, "lan1", "Port 2"), "up1": port(1, "up1", "Port 1")}
    renamed = [port(1, "up1", "Port 1"), port(2, "GE0/0/2", "Port 2")]
    assert names(renamed, (), before) == {1: "up1", 2: "lan1"}
    after = {"lan1": renamed[1], "up1": renamed[0]}
    assert names(renamed, (), after) == {1: "up1", 2: "lan1"}


def test_a_new_ifname_that_the_topology_declares_is_the_name() -> None:
    before = {"lan1": port(2, "lan1", "Port 2")}
    assert names([port(2, "GE0/0/2", "Port 2")], {"GE0/0/2"}, before) == {2: "GE0/0/2"}


def test_names_that_were_exchanged_are_no_renaming() -> None:
    before = {"a": port(1, "a", "Port 1"), "b": port(2, "b", "Port 2")}
    assert names([port(1, "b", "Port 1"), port(2, "a", "Port 2")], (), before) == {1: "b", 2: "a"}


def test_descriptions_that_several_interfaces_share_tell_no_renaming() -> None:
    before = {"a": port(1, "a", "Ethernet"), "b": port(2, "b", "Ethernet")}
    found = names([port(1, "c", "Ethernet"), port(2, "b", "Ethernet")], (), before)
    assert found == {1: "c", 2: "b"}


@given(
    st.lists(st.tuples(*[st.sampled_from(["", "a", "b", "c"])] * 3), max_size=6),
    st.lists(st.tuples(*[st.sampled_from(["", "a", "b", "c"])] * 3), max_size=6),
    st.sets(st.sampled_from(["a", "b", "c", "d"])),
)
def test_whatever_was_before_every_interface_has_one_name_and_no_two_the_same(
    now: list[tuple[str, str, str]], then: list[tuple[str, str, str]], declared: set[str]
) -> None:
    earlier = [port(index, *texts) for index, texts in enumerate(then, start=1)]
    before = {name: earlier[index - 1] for index, name in names(earlier).items()}
    found = names([port(index, *texts) for index, texts in enumerate(now, start=1)], declared, before)
    assert len(found) == len(now) == len(set(found.values()))
