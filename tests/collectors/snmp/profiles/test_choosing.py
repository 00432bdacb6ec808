"""Which sensors are polled where there are too many."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp.kinds import KINDS
from collectors.snmp.profiles.choosing import LINES, Wish, choose

WISHES = st.lists(st.builds(Wish, st.sampled_from(list(KINDS)), st.booleans()), max_size=400)


@given(wishes=WISHES, most=st.integers(0, 300))
def test_as_many_as_may_be_are_chosen_each_once_in_order(wishes: list[Wish], most: int) -> None:
    chosen = choose(wishes, most)
    assert len(chosen) == min(len(wishes), most)
    assert chosen == sorted(set(chosen))


@given(wishes=WISHES, most=st.integers(0, 300))
def test_no_kind_takes_anothers_place(wishes: list[Wish], most: int) -> None:
    chosen = Counter(wishes[place].kind for place in choose(wishes, most))
    wanted = Counter(wish.kind for wish in wishes)
    short = [kind for kind in wanted if chosen[kind] < wanted[kind] and kind not in LINES]
    for kind in short:
        assert all(chosen[other] <= chosen[kind] + 1 for other in wanted if other not in LINES)


@given(wishes=WISHES, most=st.integers(0, 300))
def test_optics_of_busy_interfaces_go_first(wishes: list[Wish], most: int) -> None:
    chosen = set(choose(wishes, most))
    for kind in LINES:
        left = [wish for place, wish in enumerate(wishes) if wish.kind == kind and place not in chosen]
        idle = [place for place in chosen if wishes[place].kind == kind and not wishes[place].busy]
        assert not (idle and any(wish.busy for wish in left))


def test_a_chassis_full_of_optics_keeps_its_processors_fans_and_power_supplies() -> None:
    wishes = [Wish("optical_rx")] * 400 + [Wish("optical_tx")] * 400 + [Wish("cpu")] * 8 + [Wish("fan")] * 12
    chosen = Counter(wishes[place].kind for place in choose(wishes, 200))
    assert chosen == {"optical_rx": 90, "optical_tx": 90, "cpu": 8, "fan": 12}


def test_a_chassis_full_of_temperatures_leaves_a_quarter_to_optics() -> None:
    wishes = [Wish("temperature")] * 750 + [Wish("cpu")] * 4 + [Wish("optical_rx")] * 96
    chosen = Counter(wishes[place].kind for place in choose(wishes, 200))
    assert chosen == {"temperature": 146, "cpu": 4, "optical_rx": 50}
