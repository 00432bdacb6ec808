"""What is told of how a device is polled, and what of it outlives a restart of the platform."""

from dataclasses import asdict

from pydantic_core import from_json, to_json

from collectors.budget.exchange import Cost
from collectors.budget.ledger import Account
from collectors.watching.tuning import LineUse, Tuning, recall, tuning_of
from foundation.clock import SECOND
from tests.collectors.agent import router, silent
from tests.collectors.watching.scene import Scene, run, scene

MINUTE = 60 * SECOND
LINE = LineUse(link="r1:core", speed_mbps=2.0, devices=3, allowed_per_minute=300_000, carried_per_minute=12_000)


def tuning(stage: Scene) -> Tuning:
    return tuning_of(stage.watcher, stage.account, (2, 1.5), Cost(80, 90), (5.0, 1.0), (LINE,))


def test_before_the_first_look_only_what_is_set_is_told() -> None:
    async def play() -> None:
        async with scene() as stage:
            found = tuning(stage)
            assert (found.request_values, found.timeout_s, found.version) == (50, 1.5, "2c")
            assert (found.round_trip_ms, found.inventory_at, found.profile) == (None, None, "")
            assert (found.requests_per_look, found.inventory_bytes) == (0, 0)

    run(play)


def test_after_it_what_the_looks_cost_is_told() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            found = tuning(stage)
            cost = stage.memory.cost
            assert found.requests_per_look == 1
            assert found.packets_per_look == 2
            assert found.values_per_look == len(stage.watcher.asked)
            assert found.bytes_down_per_minute == 5 * 80 + cost.down
            assert found.bytes_up_per_minute == 5 * 90 + cost.up
            assert found.inventory_bytes > found.bytes_up_per_minute
            assert found.profile == "standard"
            assert (found.late_looks, found.latest_start_s) == (2, 1.5)
            assert found.lines == (LINE,)

    run(play)


def test_timeouts_and_restarts_are_counted() -> None:
    async def play() -> None:
        async with scene() as stage:
            await stage.look(full=True)
            stage.agent.script = [silent]
            await stage.look(full=True, after=MINUTE)
            stage.step(MINUTE)
            stage.agent.restart()
            await stage.look(full=True, tick=False)
            found = tuning(stage)
            assert (found.timeouts, found.restarts) == (1, 1)

    run(play)


def test_a_smaller_request_and_a_longer_wait_are_found_again_after_a_restart_of_the_platform() -> None:
    async def play() -> None:
        async with scene(router({number: f"ge{number}" for number in range(1, 9)})) as stage:
            await stage.look(full=True)
            assert stage.memory.size.shrink()
            stage.memory.repack()
            for _ in range(8):
                stage.memory.patience.answered(0.4)
            kept = from_json(to_json(tuning(stage)))
            async with scene() as later:
                recall(later.watcher, kept)
                found = tuning(later)
                assert found.request_values == 25
                assert found.round_trip_ms is not None
                assert found.round_trip_ms > 100
                assert found.timeout_s == kept["timeout_s"]

    run(play)


def test_a_kept_document_that_is_nonsense_changes_nothing() -> None:
    async def play() -> None:
        async with scene() as stage:
            before = asdict(tuning(stage))
            for nonsense in (
                {},
                {"request_values": "many", "credentials": 7, "round_trip_ms": "x", "timeout_s": None},
                {"credentials": "nobody", "round_trip_ms": -1, "timeout_s": -1},
            ):
                recall(stage.watcher, nonsense)
                assert asdict(tuning(stage)) == before
            recall(stage.watcher, {"request_values": 100_000})
            assert tuning(stage).request_values == 50, "never more than is set"

    run(play)


def test_what_a_line_put_off_is_counted() -> None:
    async def play() -> None:
        async with scene() as stage:
            account = Account("r1", ())
            account.put_off = 3
            assert tuning_of(stage.watcher, account, (0, 0.0), Cost(1, 1), (5.0, 1.0), ()).put_off == 3

    run(play)
