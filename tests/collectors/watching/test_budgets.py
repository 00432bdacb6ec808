"""What is put off, what never is, and that a look which hangs is given up with its inventory."""

import asyncio

from collectors.budget.line import HOLDS, Line
from collectors.watching.watcher import QUICK_BYTES
from foundation.clock import HOUR, SECOND
from foundation.messages import Reach
from tests.collectors.agent import silent
from tests.collectors.watching.scene import Scene, run, scene

MINUTE = 60 * SECOND


def narrow(stage: Scene, rate: float = 1_000.0) -> Line:
    """Put a line before the device, with a full bucket."""
    line = Line(rate, stage.clock.monotonic())
    stage.account.lines = (line,)
    return line


def test_a_full_look_is_counted_on_the_line_by_what_its_plan_takes() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            line = narrow(stage)
            await stage.look(full=True, after=MINUTE)
            assert line.spent == stage.memory.need > 1_000

    run(play)


def test_where_too_little_is_left_reachability_is_told_and_the_full_look_owed() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            line = narrow(stage)
            line.spent += int(line.rate * HOLDS)
            (found,) = await stage.look(full=True, after=200)
            assert (found.reach, found.complete) == (Reach.ANSWERED, False)
            assert stage.owed == 1
            assert line.spent == line.rate * HOLDS + QUICK_BYTES
            (later,) = await stage.look(full=True, after=MINUTE)
            assert later.complete

    run(play)


def test_an_inventory_waits_too_and_what_is_known_already_is_read_meanwhile() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            # Enough for a full look, and not for an inventory as large as the last one.
            line = narrow(stage, (stage.memory.need + 400) / HOLDS)
            stage.memory.inventory_bytes = 100 * stage.memory.need
            line.spent += 100
            inventories = stage.telemetry.inventories
            stage.memory.inventory_at = stage.clock.monotonic()
            _, found = await stage.look(full=True, after=100)
            assert found.complete, "by the plan that is there"
            assert (stage.telemetry.inventories, stage.owed) == (inventories, 0)

    run(play)


def test_without_a_place_for_its_inventory_a_new_device_is_reached_and_owed_the_rest() -> None:
    async def play() -> None:
        async with scene() as stage:
            stage.places = 0
            (found,) = await stage.look(full=True)
            assert (found.reach, found.complete, stage.owed) == (Reach.ANSWERED, False, 1)
            stage.places = 1
            _, whole = await stage.look(full=True, after=SECOND)
            assert whole.complete
            assert stage.places == 1, "it gave its place back"

    run(play)


def test_a_device_that_is_down_waits_for_nothing_on_any_line() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            line = narrow(stage)
            line.spent += int(line.rate * HOLDS)
            await stage.look(full=True, after=200)
            assert set(line.waiting) == {"r1"}
            stage.agent.behaviour = silent
            await stage.look(after=10 * SECOND)
            assert not line.waiting

    run(play)


def test_a_look_that_waits_for_an_answer_is_set_aside_once() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            asides = stage.asides
            stage.agent.behaviour = silent
            (found,) = await stage.look(after=10 * SECOND)
            assert found.timeouts == 4
            assert stage.asides == asides + 1

    run(play)


def test_a_look_that_is_given_up_takes_its_inventory_with_it() -> None:
    async def play() -> None:
        async with scene() as stage:
            # The first request is answered, and none of the inventory's.
            stage.agent.script = [lambda agent, request: [agent.answer(request)]]
            stage.agent.behaviour = silent
            stage.watcher.look(True, stage.clock.monotonic())
            for _ in range(200):
                await asyncio.sleep(0.001)
                if stage.places == 0:
                    break
            assert stage.places == 0, "the inventory is under way"
            stage.watcher.abandon()
            for _ in range(5):
                await asyncio.sleep(0)
            assert stage.places == 1
            assert stage.looks == 1
            requests = stage.telemetry.requests
            stage.step(HOUR)
            await asyncio.sleep(0.01)
            assert stage.telemetry.requests == requests, "nothing of it goes on"

    run(play)
