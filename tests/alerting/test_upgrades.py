"""Every released schema, with work in flight, is upgraded and goes on as if nothing had been.

tests/storage/records/released/ holds what each release's own program wrote on the small network: a county router that
failed and came back, acknowledged; an aggregation router and an agency's that are down, the latter under maintenance;
a core router whose agent is silent; messages that wait, escalations that are due, an audit chain, an account.
"""

import sqlite3
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import MetaData, func, insert, select, text

from alerting.alerts.queries import open_alerts
from alerting.audit.log import verify
from alerting.incidents import queries
from alerting.notify.queries import recent_messages
from foundation.calendar import parse
from foundation.clock import SteppedClock
from scripts.new_migration import table_modules
from storage.records.database import Records
from storage.records.migrate import check, downgrade, drift, upgrade
from tests.alerting.acting_bench import act_on_changes
from tests.alerting.bench import Bench
from tests.storage.records.postgres import PostgresServer
from topology.network import Network

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
RELEASED = sorted((ROOT / "tests/storage/records/released").glob("*.sql"))
LEFT_AT = parse("2026-11-24 14:33:40")
"""Just after the releases' programs stopped."""

for module in table_modules(ROOT):
    import_module(module)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def installed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[Path], Records]]:
    """Puts what a release left behind into a database."""
    opened: list[Records] = []

    def install(released: Path) -> Records:
        file = tmp_path / "released.sqlite"
        with sqlite3.connect(file) as connection:
            connection.executescript(released.read_text())
        connection.close()
        records = Records(f"sqlite:///{file}")
        opened.append(records)
        if request.param == "postgresql":
            server: PostgresServer = request.getfixturevalue("postgres")
            other = Records(server.make_database(f"released_{tmp_path.name}"))
            opened.append(other)
            _move(records, other, released.stem)
            records = other
        return records

    yield install
    for records in opened:
        records.close()


def _move(source: Records, target: Records, revision: str) -> None:
    """The rows as they are into a database of the same old schema."""
    upgrade(target)
    downgrade(target, revision)
    old = MetaData()
    old.reflect(target.engine)
    with source.engine.connect() as reading, target.engine.begin() as writing:
        for table in old.sorted_tables:
            if table.name == "alembic_version":
                continue
            rows = [dict(row) for row in reading.execute(select(table)).mappings()]
            if rows:
                writing.execute(insert(table), rows)
                if "id" in table.c and table.name != "audit_head":
                    writing.execute(
                        select(func.setval(func.pg_get_serial_sequence(table.name, "id"), func.max(table.c.id)))
                    )


@pytest.fixture
def restarted(network: Network, monkeypatch: pytest.MonkeyPatch) -> Callable[[Records], Bench]:
    """This version's engine and responder on those records, some minutes later."""
    act_on_changes(network, monkeypatch)

    def start(records: Records) -> Bench:
        return Bench(network, records, SteppedClock(LEFT_AT), settled=False)

    return start


@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.stem)
def test_a_released_schema_is_upgraded_whole_and_taken_back_again(
    released: Path, installed: Callable[[Path], Records]
) -> None:
    records = installed(released)
    upgrade(records)
    assert check(records) is None
    assert drift(records) == []
    with records.reading() as session:
        assert verify(session).whole
    downgrade(records, released.stem)
    with records.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM incident")) == 3
    upgrade(records)
    assert drift(records) == []


@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.stem)
def test_what_was_open_goes_on_and_nobody_is_told_twice(
    released: Path, installed: Callable[[Path], Records], restarted: Callable[[Records], Bench]
) -> None:
    records = installed(released)
    upgrade(records)
    with records.reading() as session:
        before = {(alert.rule, alert.object_id): alert.started_at for alert in open_alerts(session)}
        told = len(recent_messages(session, 1000))
        states = {incident.device: incident.state for incident in queries.recent_incidents(session)}
    assert states["county-a"] == "recovered"
    assert states["agg-2"] == states["core-2"] == "open"
    bench = restarted(records)
    bench.dead, bench.silent = {"agg-2", "b1"}, {"core-2"}
    bench.run(60)
    with records.reading() as session:
        assert {(alert.rule, alert.object_id): alert.started_at for alert in open_alerts(session)} == before
        assert len(recent_messages(session, 1000)) == told
        assert len(queries.recent_incidents(session)) == 3
    bench.dead, bench.silent = set(), set()
    bench.run(120)
    with records.reading() as session:
        assert open_alerts(session) == []
        assert {incident.state for incident in queries.recent_incidents(session)} == {"recovered"}
        assert verify(session).whole
