"""What a full look finds, and that nothing is published that may belong to another port, or is only half."""

import pytest

from collectors.snmp import oids
from foundation.clock import HOUR, SECOND
from foundation.messages import CounterVerdict, IfStatus, Observation, Reach
from tests.collectors import ber
from tests.collectors.agent import Agent, router, silent
from tests.collectors.ber import Request
from tests.collectors.watching.scene import Scene, run, scene

MINUTE = 60 * SECOND
IF_NUMBER = "1.3.6.1.2.1.2.1.0"


def rates(observation: Observation) -> dict[str, tuple[CounterVerdict, float | None]]:
    return {reading.name: (reading.verdict, reading.in_bps) for reading in observation.interfaces}


def move(stage: Scene, index: int, octets_in: int) -> None:
    stage.agent.set_port(index, IF_HC_IN_OCTETS=ber.counter64(octets_in))


def swap(stage: Scene, last_change: int | None) -> None:
    """up1 was 1 and lan1 was 2; they change places, and each keeps counting."""
    stage.agent.objects |= router({2: "up1", 1: "lan1"}, last_change=last_change)
    for index, octets_in, octets_out in ((2, 8_500_000, 2_000_000), (1, 17_000_000, 4_000_000)):
        stage.agent.set_port(
            index, IF_HC_IN_OCTETS=ber.counter64(octets_in), IF_HC_OUT_OCTETS=ber.counter64(octets_out)
        )


def test_the_first_look_tells_reachability_before_the_inventory_and_everything_after_it() -> None:
    async def play() -> None:
        async with scene() as stage:
            reached, whole = await stage.look(full=True)
            assert (reached.reach, reached.complete) == (Reach.ANSWERED, False)
            assert whole.complete
            assert {(reading.name, reading.admin, reading.oper) for reading in whole.interfaces} == {
                ("up1", 1, 1),
                ("lan1", 1, 1),
            }
            assert {(value.entity, value.kind, value.value, value.unit) for value in whole.health} == {
                ("cpu", "cpu", 17.0, "%"),
                ("memory", "memory", 25.0, "%"),
                ("chassis", "temperature", 38.5, "°C"),
            }
            assert all(reading.verdict is CounterVerdict.FIRST for reading in whole.interfaces)

    run(play)


def test_rates_are_by_the_agents_own_clock() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            move(stage, 1, 1_000_000 + 7_500_000)
            (found,) = await stage.look(full=True, after=MINUTE)
            up1 = next(reading for reading in found.interfaces if reading.name == "up1")
            assert up1.in_bps == 1_000_000.0
            assert up1.in_util == 0.1
            assert up1.out_bps == 0.0

    run(play)


@pytest.mark.parametrize("values", [50, 12, 4], ids=["one request", "two", "one an item"])
def test_the_same_is_read_however_many_requests_it_takes(values: int) -> None:
    async def play() -> None:
        async with scene(values=values) as stage:
            *_, found = await stage.look(full=True)
            assert len(found.interfaces) == 2
            assert len(found.health) == 3
            assert all(len(request.oids) <= max(values, 12) for request in stage.agent.requests)

    run(play)


def test_after_an_index_shuffle_history_follows_the_name() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            swap(stage, last_change=9)
            found = await stage.look(full=True, after=MINUTE)
            assert [observation.interfaces for observation in found[:-1]] == [()] * (len(found) - 1)
            assert rates(found[-1]) == {
                "up1": (CounterVerdict.NORMAL, 1_000_000.0),
                "lan1": (CounterVerdict.NORMAL, 2_000_000.0),
            }

    run(play)


def test_a_shuffle_is_seen_by_name_where_the_agent_has_no_table_stamp() -> None:
    async def play() -> None:
        async with scene(router({1: "up1", 2: "lan1"}, last_change=None)) as stage:
            await stage.look(full=True)
            swap(stage, last_change=None)
            *_, found = await stage.look(full=True, after=MINUTE)
            assert rates(found) == {
                "up1": (CounterVerdict.NORMAL, 1_000_000.0),
                "lan1": (CounterVerdict.NORMAL, 2_000_000.0),
            }

    run(play)


def test_a_restart_is_told_once_and_its_counters_give_no_rate() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            await stage.look(full=True, after=MINUTE)
            stage.step(10 * SECOND)
            stage.agent.restart()
            stage.agent.objects |= {f"{oids.IF_HC_IN_OCTETS}.{index}": ber.counter64(5) for index in (1, 2)}
            found = await stage.look(tick=False)
            assert [observation.restarted for observation in found] == [True, False]
            assert found[0].interfaces == ()
            assert rates(found[1]) == {"up1": (CounterVerdict.RESET, None), "lan1": (CounterVerdict.RESET, None)}
            (after,) = await stage.look(full=True, after=MINUTE)
            assert not after.restarted
            assert rates(after)["up1"] == (CounterVerdict.NORMAL, 0.0)

    run(play)


def test_the_wrap_of_the_agents_clock_is_no_restart_and_breaks_no_rate() -> None:
    async def play() -> None:
        async with scene() as stage:
            stage.agent.restart(2**32 - 3_000)
            await stage.look(full=True)
            move(stage, 1, 1_000_000 + 7_500_000)
            (found,) = await stage.look(full=True, after=MINUTE)
            assert not found.restarted
            assert rates(found)["up1"] == (CounterVerdict.NORMAL, 1_000_000.0)

    run(play)


@pytest.mark.slow
def test_a_port_that_vanished_is_noticed_and_its_values_are_not_invented() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            for name in [name for name in stage.agent.objects if name.startswith("1.3.6.1.2.1.2.2.1.8.2")]:
                del stage.agent.objects[name]
            *_, found = await stage.look(full=True, after=MINUTE)
            assert [reading.name for reading in found.interfaces] == ["up1"]
            assert found.complete

    run(play)


def test_a_half_finished_poll_publishes_reachability_alone() -> None:
    def no_second_part(agent: Agent, request: Request) -> list[bytes]:
        return [] if f"{oids.IF_OPER_STATUS}.2" in request.oids else [agent.answer(request)]

    async def play() -> None:
        async with scene(values=12) as stage:
            await stage.look(full=True)
            stage.agent.behaviour = no_second_part
            found = await stage.look(full=True, after=MINUTE)
            assert [(observation.reach, observation.complete) for observation in found] == [(Reach.ANSWERED, False)]
            assert found[0].interfaces == ()
            assert found[0].timeouts > 1

    run(play)


def test_an_agent_that_finds_requests_too_big_is_asked_smaller_ones_from_then_on() -> None:
    def small_only(agent: Agent, request: Request) -> list[bytes]:
        if request.kind == ber.GET and len(request.oids) > 14:
            return [ber.answer(request, [], error=1)]
        return [agent.answer(request)]

    async def play() -> None:
        async with scene() as stage:
            stage.agent.behaviour = small_only
            *_, found = await stage.look(full=True)
            assert found.complete
            rejected = stage.telemetry.rejected
            (found,) = await stage.look(full=True, after=MINUTE)
            assert found.complete
            assert stage.telemetry.rejected <= rejected + 1

    run(play)


def test_long_answers_that_are_lost_on_the_way_are_asked_for_in_smaller_parts() -> None:
    def short_only(agent: Agent, request: Request) -> list[bytes]:
        return [] if request.kind == ber.GET and len(request.oids) > 14 else [agent.answer(request)]

    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            stage.agent.behaviour = short_only
            (found,) = await stage.look(full=True, after=MINUTE)
            assert found.complete
            assert found.reach is Reach.ANSWERED
            assert stage.memory.size.size <= 25

    run(play)


def test_one_value_that_the_agent_chokes_on_costs_that_value_only() -> None:
    choking = f"{oids.HR_STORAGE_USED}.1"

    def choke(agent: Agent, request: Request) -> list[bytes]:
        return [ber.answer(request, [], error=5)] if choking in request.oids else [agent.answer(request)]

    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            stage.agent.behaviour = choke
            (found,) = await stage.look(full=True, after=MINUTE)
            assert found.complete
            assert len(found.interfaces) == 2
            assert "memory" not in {value.kind for value in found.health}

    run(play)


def test_a_new_port_is_found_after_hours_even_where_the_agent_does_not_say_that_its_table_changed() -> None:
    async def play() -> None:
        async with scene() as stage:
            stage.agent.objects[IF_NUMBER] = ber.integer(2)
            await stage.look(full=True)
            stage.agent.objects |= {name: value for name, value in router({3: "new"}).items() if name.endswith(".3")}
            stage.agent.objects[IF_NUMBER] = ber.integer(3)
            (found,) = await stage.look(full=True, after=HOUR)
            assert len(found.interfaces) == 2
            *_, found = await stage.look(full=True, after=6 * HOUR)
            assert {reading.name for reading in found.interfaces} == {"up1", "lan1", "new"}

    run(play)


def test_a_port_that_is_switched_off_is_polled_only_when_a_link_is_declared_on_it() -> None:
    async def play() -> None:
        async with scene() as stage:
            for index in (1, 2):
                stage.agent.set_port(index, IF_ADMIN_STATUS=ber.integer(2), IF_OPER_STATUS=ber.integer(2))
            *_, found = await stage.look(full=True)
            assert [(reading.name, reading.oper) for reading in found.interfaces] == [("up1", IfStatus.DOWN)]

    run(play)


def test_an_agent_that_dies_in_the_middle_of_its_inventory_is_missed() -> None:
    async def play() -> None:
        async with scene() as stage:
            stage.agent.script = [lambda agent, request: [agent.answer(request)]]
            stage.agent.behaviour = silent
            found = await stage.look(full=True)
            assert [observation.reach for observation in found] == [Reach.ANSWERED, Reach.MISSED]

    run(play)
