"""The timelines of links, sites and private networks, through the whole engine and its records."""

from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerting.maintenance.targets import TargetKind
from alerting.timeline.queries import Interval
from alerting.timeline.track import LINK, PRIVATE_NETWORK, SITE
from alerting.timeline.tracks import known_objects
from foundation.clock import HOUR, MINUTE, SECOND, SteppedClock
from foundation.messages import State
from storage.records.base import Base
from storage.records.database import Records
from tests.alerting.bench import Bench, tiles
from tests.alerting.windows import planned
from tests.networks import COUNTY_A, COUNTY_B, PREFECTURE, PROVINCE, small_network
from topology.network import Network


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    return Bench(network, records, clock)


def states(found: list[Interval]) -> list[State]:
    return [one.state for one in found]


def test_when_all_is_well_everything_is_up(bench: Bench) -> None:
    for kind in (LINK, SITE, PRIVATE_NETWORK):
        assert set(bench.states(kind).values()) == {State.UP}, kind


def test_a_cut_line_is_down_and_the_site_that_keeps_another_is_degraded(bench: Bench) -> None:
    bench.cut = {"county-b:agg-2"}
    bench.run(20)
    down = bench.timeline("county-b:agg-2", LINK)[-1]
    assert (down.state, down.cause) == (State.DOWN, "county-b:agg-2")
    site = bench.timeline(COUNTY_B, SITE)[-1]
    assert (site.state, site.cause, site.start) == (State.DEGRADED, "county-b:agg-2", down.start)
    assert bench.states(SITE)[PREFECTURE] is State.UP
    assert bench.states(PRIVATE_NETWORK) == {"health": State.UP}
    bench.cut = set()
    bench.run(10)
    assert bench.states(LINK)["county-b:agg-2"] is State.UP
    assert bench.states(SITE)[COUNTY_B] is State.UP


def test_a_router_that_dies_makes_its_site_down_its_lines_unreachable_and_its_network_degraded(bench: Bench) -> None:
    bench.dead = {"county-a"}
    bench.run(20)
    sites, links = bench.states(SITE), bench.states(LINK)
    assert (sites[COUNTY_A], sites[COUNTY_B], sites[PROVINCE]) == (State.DOWN, State.DEGRADED, State.UP)
    assert links["county-a:agg-1"] is State.UNREACHABLE
    assert links["a1:county-a"] is State.UNREACHABLE
    assert {bench.timeline(link, LINK)[-1].cause for link in ("county-a:agg-1", "a1:county-a")} == {"county-a"}
    network = bench.timeline("health", PRIVATE_NETWORK)[-1]
    assert (network.state, network.cause) == (State.DEGRADED, "county-a")


def test_a_break_that_ends_before_its_verdict_stands_on_the_lines_timelines_too(bench: Bench) -> None:
    missed = bench.clock.now() + SECOND
    bench.clock.advance(4 * SECOND)
    bench.dead = {"county-a"}
    bench.see(bench.look("county-a", missed_since=missed))
    bench.dead = set()
    bench.clock.advance(SECOND)
    back = bench.clock.now()
    bench.sweep()
    bench.clock.advance(SECOND)
    assert bench.told() == [], "nothing was judged"
    for kind, object_id in (("device", "county-a"), (LINK, "county-a:agg-1"), (LINK, "a1:county-a"), (SITE, COUNTY_A)):
        *_, broken, after = bench.timeline(object_id, kind)
        assert broken.state.is_lost, (kind, object_id)
        assert (broken.cause, broken.start, broken.end) == ("county-a", missed, back)
        assert (after.state, after.start) == (State.UP, back)
        assert tiles(bench.timeline(object_id, kind), bench.clock.now())


def test_a_private_network_is_cut_off_when_all_its_members_are(bench: Bench) -> None:
    bench.gateway = True
    bench.dead = {"core-1", "core-2"}
    bench.run(30)
    network = bench.timeline("health", PRIVATE_NETWORK)[-1]
    assert network.state is State.UNREACHABLE
    assert network.cause in {"core-1", "core-2"}
    assert bench.states(SITE)[PREFECTURE] is State.UNREACHABLE
    assert bench.states(SITE)[PROVINCE] is State.DOWN


def test_planned_work_on_a_device_covers_the_lines_it_takes_away(bench: Bench) -> None:
    now = bench.clock.now()
    planned(bench.records, bench.network, now, TargetKind.DEVICE, "county-a", now, now + 10 * MINUTE)
    bench.dead = {"county-a"}
    bench.run(30)
    assert bench.states(LINK)["county-a:agg-1"] is State.MAINTENANCE
    assert bench.states(LINK)["a1:county-a"] is State.MAINTENANCE
    assert bench.states(SITE)[COUNTY_A] is State.MAINTENANCE
    bench.clock.advance(10 * MINUTE)
    bench.run(20)
    assert bench.states(LINK)["county-a:agg-1"] is State.UNREACHABLE
    assert bench.states(SITE)[COUNTY_A] is State.DOWN
    assert State.MAINTENANCE in states(bench.timeline("county-a:agg-1", LINK)), "what was planned stays planned"


def test_an_agent_that_tells_nothing_leaves_its_lines_to_the_other_end(bench: Bench) -> None:
    bench.silent = {"a1", "county-a"}
    bench.run(20)
    assert bench.states(LINK)["a1:county-a"] is State.UNKNOWN
    assert bench.states(LINK)["county-a:agg-1"] is State.UP
    spoke = bench.clock.now()
    bench.silent = {"a1"}
    bench.run(10)
    back = bench.timeline("a1:county-a", LINK)[-1]
    assert (back.state, back.start) == (State.UP, spoke)


def test_the_time_the_platform_was_off_is_unknown_for_all_of_them(bench: Bench) -> None:
    stopped = bench.clock.now()
    bench.engine.finish()
    bench.clock.advance(2 * HOUR)
    again = bench.again()
    back = again.clock.now()
    again.run(40)
    for kind, object_id in ((LINK, "county-a:agg-1"), (SITE, PREFECTURE), (PRIVATE_NETWORK, "health")):
        up, unknown, after = again.timeline(object_id, kind)[-3:]
        assert (up.state, up.end) == (State.UP, stopped)
        assert (unknown.state, unknown.start) == (State.UNKNOWN, stopped)
        assert (after.state, after.start) == (State.UP, back), kind


@pytest.mark.slow
def test_when_the_collector_is_dead_nothing_is_green(bench: Bench) -> None:
    bench.dead = {"county-a"}
    bench.run(30)
    bench.tick(60)
    for kind in (LINK, SITE, PRIVATE_NETWORK):
        assert set(bench.states(kind).values()) == {State.UNKNOWN}, kind


@pytest.mark.slow
def test_random_histories_with_restarts_tile_every_timeline(tmp_path: Path) -> None:
    network = small_network()

    @given(st.integers(0, 2**20))
    @settings(max_examples=6, deadline=None)
    def check(seed: int) -> None:
        random = Random(seed)
        records = Records(f"sqlite:///{tmp_path / f'{uuid4().hex}.sqlite'}")
        Base.metadata.create_all(records.engine)
        bench = Bench(network, records, SteppedClock(1_795_500_000_000), settled=False)
        began = bench.clock.now()
        for _ in range(10):
            bench.dead = set(random.sample(sorted(network.devices), random.choice([0, 0, 1, 2])))
            bench.cut = set(random.sample(sorted(network.links), random.choice([0, 0, 1, 2])))
            blind = set(random.sample(sorted(network.devices), random.choice([0, 0, 0, 3])))
            bench.run(random.choice([5, 15, 45]), without=blind)
            if random.random() < 0.3:
                if random.random() < 0.5:
                    bench.engine.finish()
                bench.clock.advance(random.choice([1, 90, 4000]) * SECOND)
                bench = bench.again()
        now = bench.clock.now()
        for kind, ids in known_objects(network).items():
            for object_id in ids:
                found = bench.timeline(object_id, kind)
                assert found[0].start == began
                assert tiles(found, now), (kind, object_id)
        records.close()

    check()
