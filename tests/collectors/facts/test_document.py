"""An inventory survives being kept, and a document that is none is said to be none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.facts.document import DocumentError, read, write
from collectors.snmp.interfaces import RawInterface
from collectors.snmp.inventory import Identity, Inventory, Module, NamedInterface, Neighbour, PolledInterface, bgp, ospf
from tests.collectors.facts.making import T0, inventory

texts = st.text(max_size=12)
numbers = st.integers(-(2**31), 2**63)
raws = st.builds(
    RawInterface, numbers, texts, texts, texts, numbers, numbers, numbers, numbers, texts, st.tuples(texts, texts)
)
peers = st.one_of(
    st.builds(
        lambda table, index, as_: bgp.peer_at(table, index, f"n{index}", as_),
        st.sampled_from(bgp.TABLES),
        st.sampled_from(["10.0.0.1", "0.1.1.1.4.10.0.0.1"]),
        st.one_of(st.none(), st.integers(0, 2**32 - 1)),
    ),
    st.builds(lambda index: ospf.peer_at(index, "n"), st.sampled_from(["10.0.0.1.0", "0.0.0.0.7"])),
)
inventories = st.builds(
    Inventory,
    identity=st.builds(Identity, *[texts] * 9),
    interfaces=st.lists(
        st.builds(PolledInterface, texts, raws, st.booleans(), st.just(frozenset()), st.just(("", None))), max_size=3
    ).map(tuple),
    modules=st.lists(st.builds(Module, numbers, texts, texts, texts, numbers, *[texts] * 5), max_size=3).map(tuple),
    neighbours=st.lists(st.builds(Neighbour, *[texts] * 8), max_size=3).map(tuple),
    peers=st.lists(peers, max_size=3).map(tuple),
    last_change=st.one_of(st.none(), numbers),
    found=numbers,
    missing=st.frozensets(texts, max_size=3),
    profile=texts,
    others=st.lists(st.builds(NamedInterface, texts, raws), max_size=3).map(tuple),
)


@pytest.mark.slow
@given(inventories)
def test_whatever_an_inventory_holds_is_there_when_it_is_read_again(taken: Inventory) -> None:
    assert read(write(taken), taken.at) == taken


def test_neighbours_that_are_there_are_kept_as_there_and_gone_ones_with_the_moment_they_were_last_seen() -> None:
    back = read(write(inventory()), T0 + 5000)
    assert {peer.neighbour: peer.seen for peer in back.peers} == {"10.0.0.2": T0 + 5000, "10.0.0.6": T0 - 1000}


def test_the_same_facts_are_the_same_document_whenever_they_were_found() -> None:
    later = inventory(at=T0 + 60_000)
    there, gone = later.peers
    same = Inventory(
        **{name: getattr(later, name) for name in Inventory.__dataclass_fields__ if name != "peers"},
        peers=(there, inventory().peers[1]),
    )
    assert gone != inventory().peers[1]
    assert write(same) == write(inventory())


def test_a_kept_inventory_has_no_stamps_that_a_later_run_could_trust() -> None:
    back = read(write(inventory()), T0)
    assert (back.stamps, back.walked_at, back.sensors) == ({}, 0, ())


def test_a_peer_of_a_table_that_is_not_asked_any_more_is_left_out() -> None:
    found = json.loads(write(inventory()))
    found["peers"][0]["state"] = "1.3.6.1.4.1.99999.1.2.10.0.0.2"
    assert [peer.neighbour for peer in read(json.dumps(found), T0).peers] == ["10.0.0.6"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"form": 2}, "has form 2; this platform reads 1"),
        ({"identity": {"name": 5}}, "identity.name: Input should be a valid string"),
        ({"found": "7"}, "found: Input should be a valid integer"),
        ({"surplus": 1}, "surplus: Unexpected keyword argument"),
        ({"modules": [{}]}, "modules.0.index: Field required"),
    ],
)
def test_a_document_of_another_form_is_refused_with_its_place(change: dict[str, object], said: str) -> None:
    with pytest.raises(DocumentError) as refused:
        read(json.dumps(json.loads(write(inventory())) | change), T0)
    assert said in str(refused.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_what_is_no_document_at_all_is_refused(text: str) -> None:
    with pytest.raises(DocumentError, match="can't be read"):
        read(text, T0)
