"""What one look finds: answered, silent or missed, and since when."""

from collectors.snmp.oids import SYS_UPTIME
from foundation.clock import SECOND
from foundation.messages import Reach
from tests.collectors import ber
from tests.collectors.agent import honest, silent
from tests.collectors.watching.scene import run, scene


def test_a_quick_look_asks_one_value_and_tells_reachability_alone() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            stage.agent.requests.clear()
            (found,) = await stage.look(after=10 * SECOND)
            assert [request.oids for request in stage.agent.requests] == [(SYS_UPTIME,)]
            assert (found.reach, found.complete, found.interfaces) == (Reach.ANSWERED, False, ())
            assert found.uptime_s == 1010.0
            assert found.missed_since is None

    run(play)


def test_one_lost_request_is_re_checked_at_once_and_is_no_miss() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            stage.agent.script = [silent]
            (found,) = await stage.look(after=10 * SECOND)
            assert (found.reach, found.timeouts) == (Reach.ANSWERED, 1)
            assert stage.watcher.down is None

    run(play)


def test_four_unanswered_requests_are_a_miss_that_began_with_the_first() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            stage.agent.behaviour = silent
            first = stage.clock.now() + 10 * SECOND
            (found,) = await stage.look(after=10 * SECOND)
            assert (found.reach, found.timeouts) == (Reach.MISSED, 4)
            assert found.missed_since == first
            assert first < found.at <= first + 5 * SECOND, "the last re-check's start"
            assert stage.clock.now() - first < 8 * SECOND

    run(play)


def test_a_device_that_pings_while_its_agent_is_silent_is_silent_not_missed() -> None:
    async def play() -> None:
        async with scene() as stage:
            stage.echo = True
            await stage.look(full=True)
            assert stage.pings == [], "pings are for misses only"
            stage.agent.behaviour = silent
            (found,) = await stage.look(after=10 * SECOND)
            assert found.reach is Reach.SILENT
            assert len(stage.pings) == 1
            stage.echo = False
            (found,) = await stage.look(after=10 * SECOND)
            assert found.reach is Reach.MISSED

    run(play)


def test_while_down_each_look_is_one_request_and_keeps_the_outages_beginning() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            stage.agent.behaviour = silent
            (first,) = await stage.look(after=10 * SECOND)
            for _ in range(3):
                (again,) = await stage.look(after=10 * SECOND)
                assert (again.reach, again.timeouts) == (Reach.MISSED, 1)
                assert again.missed_since == first.missed_since
                assert again.at > first.at

    run(play)


def test_a_device_that_is_back_is_told_at_once_and_read_in_full() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            stage.agent.behaviour = silent
            await stage.look(after=10 * SECOND)
            stage.agent.behaviour = honest
            found = await stage.look(after=10 * SECOND)
            assert found[-1].reach is Reach.ANSWERED
            assert found[-1].complete
            assert found[-1].missed_since is None
            assert stage.recoveries == 1

    run(play)


def test_a_closed_port_is_missed_in_three_attempts_a_second_apart() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            stage.agent.close()
            begun = stage.clock.now() + 10 * SECOND
            (found,) = await stage.look(after=10 * SECOND)
            assert (found.reach, found.missed_since) == (Reach.MISSED, begun)
            assert 1 * SECOND <= found.at - begun <= 4 * SECOND

    run(play)


def test_an_agent_that_answers_with_errors_only_is_there_all_the_same() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            stage.agent.behaviour = lambda _agent, request: [ber.answer(request, [], error=5)]
            (found,) = await stage.look(after=10 * SECOND)
            assert (found.reach, found.uptime_s) == (Reach.ANSWERED, None)

    run(play)


def test_a_wrong_community_is_a_miss() -> None:
    async def play() -> None:
        async with scene() as stage:
            stage.agent.behaviour = lambda _agent, request: [ber.answer(request, [], community=b"other")]
            (found,) = await stage.look()
            assert found.reach is Reach.MISSED

    run(play)


def test_a_look_that_was_given_up_publishes_nothing_and_the_next_one_is_whole() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            stage.agent.script = [silent]
            stage.published.clear()
            stage.watcher.look(True, stage.clock.monotonic())
            stage.watcher.abandon()
            stage.step(30 * SECOND)
            assert stage.published == []
            (found,) = await stage.look(full=True)
            assert found.complete
            assert found.missed_since is None

    run(play)
