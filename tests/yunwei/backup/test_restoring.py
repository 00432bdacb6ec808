"""An installation out of its backup: everything that was there is there again, and nothing present is lost."""

import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from threading import Event, Thread

import pytest
from prometheus_client import CollectorRegistry

from alerting.audit.log import record
from foundation.clock import DAY, HOUR, MINUTE, SECOND, SteppedClock
from foundation.problems import OperatorError
from scripts.new_migration import table_modules
from storage.metrics.duckdb_snapshot import rows_of
from storage.metrics.duckdb_store import DuckDbStore
from storage.metrics.store import Measurement, MetricStoreError, SeriesQuery
from storage.records.copying import count_rows
from storage.records.database import Records
from storage.records.migrate import check
from tests.storage.metrics.making import device_rows
from tests.storage.records.postgres import PostgresServer
from yunwei.backup.archive import new_key
from yunwei.backup.job import Backups
from yunwei.backup.making import make_backup
from yunwei.backup.restoring import check_backup, restore
from yunwei.sample import write_sample
from yunwei.settings import Settings, load_settings
from yunwei.workspace import load_workspace, open_records

pytestmark = pytest.mark.slow

for module in table_modules(Path(__file__).parents[3]):
    import_module(module)

SECRET = "hunter2-community"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An installation with records, a report, a secret file and a secret in the settings."""
    home = tmp_path / "home"
    write_sample(home)
    text = (home / "yunwei.yaml").read_text()
    text = text.replace("{ env: YUNWEI_COMMUNITY }", f"{{ value: {SECRET} }}").replace(
        "{ env: YUNWEI_SMTP_PASSWORD }", "{ file: smtp.password }"
    )
    (home / "yunwei.yaml").write_text(text)
    (home / "smtp.password").write_text("hunter3")
    (home / "smtp.password").chmod(0o600)
    (home / "data" / "reports").mkdir(parents=True)
    (home / "data" / "reports" / "2026-10.html").write_text("十月")
    return home


@pytest.fixture
def settings(directory: Path) -> Settings:
    return load_settings(directory)


@pytest.fixture
def records(directory: Path, settings: Settings) -> Iterator[Records]:
    """Its records: three audit entries."""
    database = open_records(directory, settings)
    note(database, 3)
    yield database
    database.close()


def note(records: Records, times: int) -> None:
    with records.transaction() as session:
        for number in range(times):
            record(session, at=number, actor="tester", action="tried", object="x")


def entries(directory: Path) -> int:
    database = open_records(directory, load_settings(directory))
    try:
        assert check(database) is None
        return count_rows(database)["audit_entry"]
    finally:
        database.close()


def encrypted_to(settings: Settings, recipient: str) -> Settings:
    return settings.model_copy(update={"backup": settings.backup.model_copy(update={"recipient": recipient})})


def test_a_backup_restored_elsewhere_is_the_installation_again(
    directory: Path, settings: Settings, records: Records, clock: SteppedClock, tmp_path: Path
) -> None:
    private, public = new_key()
    make_backup(directory, encrypted_to(settings, public), records, tmp_path / "b.age", clock)
    new = tmp_path / "new"
    done = restore(tmp_path / "b.age", new, clock, identity=private)
    assert done.configuration
    assert done.aside is None
    assert entries(new) == 3
    assert (new / "data" / "reports" / "2026-10.html").read_text() == "十月"
    assert (new / "smtp.password").read_text() == "hunter3"
    assert load_workspace(new).network.devices == load_workspace(directory).network.devices
    assert (new / "yunwei.yaml").stat().st_mode & 0o077 == 0


def test_no_secret_is_in_a_backup_that_is_not_encrypted(
    directory: Path, settings: Settings, records: Records, clock: SteppedClock, tmp_path: Path
) -> None:
    make_backup(directory, settings, records, tmp_path / "b", clock)
    new = tmp_path / "new"
    done = restore(tmp_path / "b", new, clock)
    missing = dict(done.missing)
    assert "taken out of the backup" in missing["credentials.default.community"]
    assert str(new / "smtp.password") in missing["notify.smtp.password"]
    restored = b"".join(path.read_bytes() for path in new.rglob("*") if path.is_file())
    assert SECRET.encode() not in restored
    assert b"hunter3" not in restored
    assert load_settings(new).notify == load_settings(directory).notify.model_copy(
        update={"smtp": load_settings(new).notify.smtp}
    )


def test_a_backup_without_the_credentials_file_is_sound_and_says_what_to_write_again(
    directory: Path, settings: Settings, records: Records, clock: SteppedClock, tmp_path: Path
) -> None:
    keys = directory / "keys.yaml"
    keys.write_text("credentials:\n  more:\n    version: 2c\n    community: { value: hunter4 }\n")
    keys.chmod(0o600)
    (directory / "yunwei.yaml").write_text((directory / "yunwei.yaml").read_text() + "\ncredentials_file: keys.yaml\n")
    make_backup(directory, load_settings(directory), records, tmp_path / "b", clock)
    check_backup(tmp_path / "b")
    done = restore(tmp_path / "b", tmp_path / "new", clock)
    assert str(tmp_path / "new" / "keys.yaml") in dict(done.missing)["credentials_file"]


def test_a_backup_is_one_moment_while_others_write(
    directory: Path, settings: Settings, records: Records, clock: SteppedClock, tmp_path: Path
) -> None:
    def write_on(done: int, _total: int) -> None:
        if done == 0:
            note(records, 5)

    made = make_backup(directory, settings, records, tmp_path / "b", clock, write_on)
    assert made.manifest.rows["audit_entry"] in (3, 8)
    note(records, 2)
    restore(tmp_path / "b", tmp_path / "new", clock)
    assert entries(tmp_path / "new") == made.manifest.rows["audit_entry"]


def test_present_records_are_refused_or_moved_aside_never_lost(
    directory: Path, settings: Settings, records: Records, clock: SteppedClock, tmp_path: Path
) -> None:
    make_backup(directory, settings, records, tmp_path / "b", clock)
    note(records, 4)
    records.close()
    with pytest.raises(OperatorError, match="run this again with --replace"):
        restore(tmp_path / "b", directory, clock)
    assert entries(directory) == 7
    done = restore(tmp_path / "b", directory, clock, replace=True)
    assert entries(directory) == 3
    assert done.aside is not None
    kept = Records(f"sqlite:///{done.aside / 'records.sqlite'}")
    assert count_rows(kept)["audit_entry"] == 7
    kept.close()
    assert (done.aside / "topology.yaml").is_file()


def test_a_damaged_backup_changes_nothing(
    directory: Path, settings: Settings, records: Records, clock: SteppedClock, tmp_path: Path
) -> None:
    make_backup(directory, settings, records, tmp_path / "b", clock)
    records.close()
    whole = (tmp_path / "b").read_bytes()
    (tmp_path / "b").write_bytes(whole[: len(whole) // 2])
    before = sorted(path for path in directory.rglob("*"))
    with pytest.raises(OperatorError, match="cut off or damaged"):
        restore(tmp_path / "b", directory, clock, replace=True)
    assert sorted(path for path in directory.rglob("*")) == before


@pytest.mark.slow
def test_a_backup_of_the_one_database_is_restored_into_the_other_and_back(
    directory: Path, settings: Settings, records: Records, clock: SteppedClock, tmp_path: Path, postgres: PostgresServer
) -> None:
    make_backup(directory, settings, records, tmp_path / "b", clock)
    url = postgres.make_database("restored")
    other = tmp_path / "other"
    write_sample(other, settings=(directory / "yunwei.yaml").read_text() + f"\nrecords: {url}\n")
    restore(tmp_path / "b", other, clock)
    assert entries(other) == 3
    again = open_records(other, load_settings(other))
    make_backup(other, load_settings(other), again, tmp_path / "c", clock)
    again.close()
    with pytest.raises(OperatorError, match=r"records in postgresql://.* never emptied by a restore"):
        restore(tmp_path / "c", other, clock, replace=True)
    back = tmp_path / "back"
    write_sample(back)
    restore(tmp_path / "c", back, clock)
    assert entries(back) == 3


def test_the_nightly_backup_keeps_what_it_should_and_proves_itself(
    directory: Path, settings: Settings, records: Records, clock: SteppedClock
) -> None:
    backups = Backups(directory, settings, records, clock, CollectorRegistry())
    assert backups.report()["made_at"] is None
    for _night in range(40):
        clock.advance(DAY)
        backups.make()
    place = directory / "data" / "backups"
    assert 7 <= len(list(place.iterdir())) <= 7 + 4 + 2
    backups.test()
    assert backups.standing.tested_at == backups.made_at == clock.now()
    newest = backups.newest()
    assert newest is not None
    whole = newest.read_bytes()
    newest.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(OperatorError, match="cut off or damaged"):
        backups.test()
    assert len(list(place.iterdir())) <= 7 + 4 + 2, "nothing of the test is left behind"
    with pytest.raises(OperatorError, match="cut off or damaged"):
        check_backup(newest)
    after_a_restart = Backups(directory, settings, records, clock, CollectorRegistry())
    assert list(after_a_restart.standing.failing) == ["backup test"]
    clock.advance(DAY)
    after_a_restart.make()
    after_a_restart.catch_up()
    assert after_a_restart.standing.failing == {}
    assert check_backup(after_a_restart.newest() or newest).rows["audit_entry"] == 3


def test_a_backup_that_can_not_be_made_is_known_until_one_is(
    directory: Path, settings: Settings, records: Records, clock: SteppedClock
) -> None:
    place = directory / "data" / "backups"
    place.write_text("a file where the directory should be")
    backups = Backups(directory, settings, records, clock, CollectorRegistry())
    with pytest.raises(OperatorError, match="can't be written: File exists"):
        backups.make()
    assert "File exists" in backups.standing.failing["backup"]
    place.unlink()
    backups.catch_up()
    assert backups.standing.failing == {}
    assert backups.standing.tested_at == clock.now(), "the first one is tested at once"


def test_what_a_killed_backup_left_half_made_is_taken_away_a_day_later(
    directory: Path, settings: Settings, records: Records, clock: SteppedClock
) -> None:
    place = directory / "data" / "backups"
    for name, age in ((".yunwei-backup-killed", 2 * DAY), (".yunwei-backup-at-work", HOUR)):
        (place / name).mkdir(parents=True)
        (place / name / "records.sqlite").write_bytes(b"half")
        moment = (clock.now() - age) / SECOND
        os.utime(place / name, (moment, moment))
    (place / "somebody's").touch()
    made = Backups(directory, settings, records, clock, CollectorRegistry()).make()
    left = {path.name for path in place.iterdir()}
    assert left == {".yunwei-backup-at-work", "somebody's", made.path.name}


def test_encrypted_backups_without_a_key_here_are_tested_by_a_fresh_one(
    directory: Path, settings: Settings, records: Records, clock: SteppedClock
) -> None:
    backups = Backups(directory, encrypted_to(settings, new_key()[1]), records, clock, CollectorRegistry())
    made = backups.make()
    assert made.path.name.endswith(".backup.age")
    backups.test()
    assert backups.standing.tested_at == clock.now()
    assert [path.name for path in made.path.parent.iterdir()] == [made.path.name]


def keeping_metrics(settings: Settings) -> Settings:
    return settings.model_copy(update={"backup": settings.backup.model_copy(update={"metrics": True})})


def measured(directory: Path) -> float | None:
    """What the installation's metrics say of one device's first minute."""
    store = DuckDbStore(directory / "data" / "metrics.duckdb")
    try:
        query = SeriesQuery(Measurement.DEVICE, {"device": "r1"}, "cpu", HOUR, HOUR + MINUTE, MINUTE)
        return store.series(query).values[0]
    finally:
        store.close()


def test_measured_values_are_in_the_backup_on_request_though_the_platform_writes(
    directory: Path, settings: Settings, records: Records, clock: SteppedClock, tmp_path: Path
) -> None:
    store = DuckDbStore(directory / "data" / "metrics.duckdb")
    store.write(device_rows("r1", "cpu", {HOUR: 41.0}))
    store.maintain(3 * HOUR)
    store.write(device_rows("r1", "cpu", {4 * HOUR: 42.0}))
    backups = Backups(directory, keeping_metrics(settings), records, clock, CollectorRegistry(), store.copy_to)
    made = backups.make()
    backups.test()
    rows = {name: count for name, count in made.manifest.rows.items() if name.startswith("metrics.device")}
    assert (rows["metrics.device_sorted"], rows["metrics.device_recent"], rows["metrics.device_hourly"]) == (1, 1, 1)
    store.write(device_rows("r1", "cpu", {4 * HOUR + 1: 43.0}))
    store.close()
    elsewhere = tmp_path / "elsewhere"
    assert restore(made.path, elsewhere, clock).metrics
    assert measured(elsewhere) == 41.0
    assert measured(directory) == 41.0, "the installation's own file is as it was"


def test_a_copy_of_the_metrics_is_one_moment_while_others_write(tmp_path: Path) -> None:
    store = DuckDbStore(tmp_path / "metrics.duckdb")
    stopping = Event()
    written = Event()

    def write() -> None:
        number = 0
        while not stopping.is_set():
            store.write(device_rows("r1", "cpu", {number: 1.0}))
            number += 1
            if number > 5:
                written.set()

    writer = Thread(target=write)
    writer.start()
    try:
        assert written.wait(60)
        for number in range(3):
            copy = tmp_path / f"copy-{number}"
            store.copy_to(copy)
            rows = rows_of(copy)
            assert rows["device_recent"] > 5
            assert rows["device_series"] == 1
    finally:
        stopping.set()
        writer.join()
        store.close()


def test_present_metrics_are_refused_or_moved_aside_never_lost(
    directory: Path, settings: Settings, records: Records, clock: SteppedClock, tmp_path: Path
) -> None:
    store = DuckDbStore(directory / "data" / "metrics.duckdb")
    store.write(device_rows("r1", "cpu", {HOUR: 41.0}))
    made = Backups(directory, keeping_metrics(settings), records, clock, CollectorRegistry(), store.copy_to).make()
    store.close()
    other = tmp_path / "other"
    (other / "data").mkdir(parents=True)
    (other / "data" / "metrics.duckdb").write_bytes(b"present")
    with pytest.raises(OperatorError, match=r"There are metrics at .* already"):
        restore(made.path, other, clock)
    assert [path.name for path in (other / "data").iterdir()] == ["metrics.duckdb"], "nothing is changed"
    done = restore(made.path, other, clock, replace=True)
    assert done.aside is not None
    assert (done.aside / "metrics.duckdb").read_bytes() == b"present"
    assert measured(other) == 41.0


def test_metrics_that_can_not_be_copied_do_not_keep_the_records_out_of_the_backup(
    directory: Path, settings: Settings, records: Records, clock: SteppedClock
) -> None:
    def fails(_target: Path) -> None:
        raise MetricStoreError("The disk is full.")

    backups = Backups(directory, keeping_metrics(settings), records, clock, CollectorRegistry(), fails)
    with pytest.raises(OperatorError, match="is made, but without the measured values: The disk is full"):
        backups.make()
    backups.test()
    assert backups.standing.tested_at == clock.now()
