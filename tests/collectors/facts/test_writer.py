"""What is learned of devices is kept: the newest, soon, and never in the way of the poll loop."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from collectors.facts import Facts, FactsWriter, all_facts, facts_of
from collectors.facts.queries import forget_others
from collectors.facts.writer import BATCH
from foundation.clock import DAY, MINUTE, SteppedClock
from storage.records.base import Base
from storage.records.database import Records
from tests.collectors.facts.making import T0, inventory


@dataclass(frozen=True)
class Tuned:
    """Something like a tuning."""

    credentials: str
    values: int


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(test())


def kept(records: Records, device: str = "r1") -> Facts | None:
    with records.reading() as session:
        return facts_of(session, device)


def test_an_inventory_is_kept_and_read_back(records: Records) -> None:
    async def play() -> None:
        writer = FactsWriter(records, SteppedClock(T0))
        assert kept(records) is None
        writer.keep("r1", inventory())
        await writer.cycle()
        found = kept(records)
        assert found is not None
        assert found.inventory is not None
        assert found.inventory.identity == inventory().identity
        assert (found.inventory.at, found.tuning, found.tuning_at) == (T0, None, None)
        await writer.stop()

    run(play)


def test_of_two_inventories_of_a_device_the_newest_is_kept(records: Records) -> None:
    async def play() -> None:
        writer = FactsWriter(records, SteppedClock(T0))
        writer.keep("r1", inventory())
        writer.keep("r1", inventory(at=T0 + MINUTE, ports=("up1",)))
        await writer.cycle()
        writer.keep("r1", inventory(at=T0 + 2 * MINUTE, ports=("up1", "new")))
        await writer.cycle()
        found = kept(records)
        assert found is not None
        assert found.inventory is not None
        assert found.inventory.at == T0 + 2 * MINUTE
        assert [port.name for port in found.inventory.interfaces] == ["up1", "new"]
        await writer.stop()

    run(play)


def test_an_inventory_that_found_nothing_new_only_moves_its_moment(records: Records) -> None:
    async def play() -> None:
        writer = FactsWriter(records, SteppedClock(T0))
        first = replace(inventory(), peers=())
        writer.keep("r1", first)
        await writer.cycle()
        with records.transaction() as session:
            session.execute(text("UPDATE device_facts SET inventory = replace(inventory, 'YN200', 'untouched')"))
        writer.keep("r1", replace(first, at=T0 + MINUTE))
        await writer.cycle()
        found = kept(records)
        assert found is not None
        assert found.inventory is not None
        assert (found.inventory.at, found.inventory.modules[0].model) == (T0 + MINUTE, "untouched")
        await writer.stop()

    run(play)


def test_tunings_are_kept_every_five_minutes_and_at_the_stop(records: Records) -> None:
    async def play() -> None:
        clock = SteppedClock(T0)
        tunings: dict[str, object] = {"r1": Tuned("site", 50), "r2": {"credentials": "other"}}
        writer = FactsWriter(records, clock, lambda: tunings)
        await writer.cycle()
        assert kept(records) is None
        clock.advance(5 * MINUTE)
        writer.keep("r1", inventory())
        await writer.cycle()
        found = kept(records)
        assert found is not None
        assert (found.tuning, found.tuning_at) == ({"credentials": "site", "values": 50}, T0 + 5 * MINUTE)
        assert found.inventory is not None
        tunings["r1"] = Tuned("site", 25)
        await writer.cycle()
        await writer.stop()
        found, other = kept(records), kept(records, "r2")
        assert found is not None
        assert other is not None
        assert (found.tuning, other.inventory) == ({"credentials": "site", "values": 25}, None)

    run(play)


@pytest.mark.slow
def test_what_waits_at_the_stop_is_kept(records: Records) -> None:
    async def play() -> None:
        writer = FactsWriter(records, SteppedClock(T0))
        for number in range(BATCH + 5):
            writer.keep(f"r{number}", replace(inventory(), interfaces=(), others=()))
        await writer.stop()
        with records.reading() as session:
            assert len(all_facts(session)) == BATCH + 5

    run(play)


def test_while_the_database_is_away_facts_wait_and_are_kept_afterwards(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def play() -> None:
        records = Records(f"sqlite:///{tmp_path / 'later' / 'records.sqlite'}")
        writer = FactsWriter(records, SteppedClock(T0))
        writer.keep("r1", inventory())
        for _ in range(3):
            await writer.cycle()
        assert caplog.text.count("it waits in memory") == 1
        (tmp_path / "later").mkdir()
        Base.metadata.create_all(records.engine)
        await writer.cycle()
        assert kept(records) is not None
        await writer.stop()
        records.close()

    run(play)


def test_a_damaged_document_is_said_and_costs_only_itself(records: Records, caplog: pytest.LogCaptureFixture) -> None:
    async def play() -> None:
        writer = FactsWriter(records, SteppedClock(T0))
        writer.keep("r1", inventory())
        writer.keep("r2", inventory("r2"))
        await writer.stop()

    run(play)
    with records.transaction() as session:
        session.execute(text("UPDATE device_facts SET inventory = '{' WHERE device = 'r1'"))
    with records.reading() as session:
        found = all_facts(session)
    assert found["r1"].inventory is None
    assert found["r2"].inventory is not None
    assert "left out for device r1" in caplog.text


def test_devices_that_left_the_topology_long_ago_are_forgotten(records: Records) -> None:
    async def play() -> None:
        writer = FactsWriter(records, SteppedClock(T0))
        writer.keep("here", inventory(at=T0 - 100 * DAY))
        writer.keep("left", inventory(at=T0 - 100 * DAY))
        writer.keep("just-left", inventory(at=T0 - DAY))
        await writer.stop()

    run(play)
    with records.transaction() as session:
        assert forget_others(session, ["here"], T0 - 90 * DAY) == 1
    with records.reading() as session:
        assert sorted(all_facts(session)) == ["here", "just-left"]
