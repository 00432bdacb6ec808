"""A port that goes down and comes back before the judge takes its next turn: the line's timeline holds the break."""

from collections.abc import Sequence
from random import Random
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.timeline.track import LINK, SITE
from foundation.clock import SECOND, SteppedClock
from foundation.messages import IfStatus, InterfaceReading, Observation, Reach, State
from storage.records.database import Records
from tests.alerting.bench import Bench, tiles
from tests.alerting.test_judging_invariants import START, World
from tests.networks import COUNTY_B, small_network
from topology.network import Network

LINE: Final = "county-b:agg-2"
UPPER, LOWER = ("agg-2", "down1"), ("county-b", "up1")


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    return Bench(network, records, clock)


def test_a_port_that_is_down_and_up_within_one_turn_leaves_a_break_on_its_lines_timeline(bench: Bench) -> None:
    bench.cut = {LINE}
    down = bench.look("agg-2")
    bench.clock.advance(SECOND // 10)
    bench.cut = set()
    up = bench.look("agg-2")
    bench.see(down, up)
    bench.clock.advance(SECOND)
    before, broken, after = bench.timeline(LINE, LINK)[-3:]
    assert (before.state, broken.state, after.state) == (State.UP, State.DOWN, State.UP)
    assert (broken.cause, broken.start, broken.end) == (LINE, down.at, up.at)
    assert tiles(bench.timeline(LINE, LINK), bench.clock.now())
    assert bench.timeline(COUNTY_B, SITE)[-2].state is State.DEGRADED, "its site had one uplink less"
    assert bench.told() == [], "nothing is wrong any more when the judge looks"


def test_a_line_that_is_up_for_a_moment_within_one_turn_was_up(bench: Bench) -> None:
    bench.cut = {LINE}
    bench.run(20)
    (key,) = bench.alerts()
    bench.cut = set()
    up = [bench.look("agg-2"), bench.look("county-b")]
    bench.clock.advance(SECOND // 10)
    bench.cut = {LINE}
    down = bench.look("agg-2")
    bench.see(*up, down)
    bench.clock.advance(SECOND)
    first, between, last = bench.timeline(LINE, LINK)[-3:]
    assert (first.state, between.state, last.state) == (State.DOWN, State.UP, State.DOWN)
    assert (between.start, last.start) == (up[0].at, down.at)
    assert list(bench.alerts()) == [key], "one outage to operators"


class Told(World):
    """A world whose two ports of one line say what they are made to."""

    def word(self, end: tuple[str, str], at: int, *, up: bool) -> Observation:
        device, name = end
        oper = IfStatus.UP if up else IfStatus.DOWN
        return Observation(device, at, Reach.ANSWERED, interfaces=(InterfaceReading(name, IfStatus.UP, oper),))

    def hear(self, words: Sequence[Observation]) -> None:
        self.now = max(self.now, words[-1].at)
        self.judge.observe(words, self.now)
        self.judge.turn(self.now)
        self.take()


@st.composite
def words(draw: st.DrawFn) -> list[tuple[tuple[str, str], bool, int]]:
    """What the two ports of one line say, one after the other, with the milliseconds in between."""
    one = st.tuples(st.sampled_from([UPPER, LOWER]), st.booleans(), st.sampled_from([1, 40, 150, 900]))
    return draw(st.lists(one, min_size=1, max_size=12))


@pytest.mark.slow
@given(words(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_a_lines_timeline_does_not_depend_on_which_words_come_in_one_turn(
    said: list[tuple[tuple[str, str], bool, int]], random: Random
) -> None:
    each, bundled = Told(small_network(), 1), Told(small_network(), 1)
    for world in (each, bundled):
        world.live(20)
    at, told = each.now, []
    for end, up, after in said:
        at += after
        told.append(each.word(end, at, up=up))
    for one in told:
        each.hear([one])
    while told:
        number = random.randint(1, len(told))
        bundled.hear(told[:number])
        del told[:number]
    rows = each.rows[LINK, LINE]
    assert bundled.rows[LINK, LINE] == rows
    assert rows[0] == (START, State.UNKNOWN)
    assert [start for start, _ in rows] == sorted({start for start, _ in rows}), "without gap or overlap"
