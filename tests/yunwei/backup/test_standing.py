"""What the last attempts came to, and what is to be done beside the calendar."""

from pathlib import Path

from foundation.clock import DAY, HOUR
from yunwei.backup.standing import FILE, BackupStanding, keep_standing, must_make, must_test, read_standing

NOW = 1_000 * DAY


def test_what_failed_is_known_after_a_restart(tmp_path: Path) -> None:
    standing = BackupStanding(made_failed="磁盘已满。", tried_at=NOW, test_failed="It is damaged.")
    keep_standing(tmp_path, standing)
    assert read_standing(tmp_path) == standing
    assert standing.failing == {"backup": "磁盘已满。", "backup test": "It is damaged."}
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_file_that_is_missing_or_damaged_says_nothing_and_stops_nobody(tmp_path: Path) -> None:
    assert read_standing(tmp_path) == BackupStanding()
    (tmp_path / FILE).write_text('{"made_failed": 7')
    assert read_standing(tmp_path) == BackupStanding()
    keep_standing(tmp_path / "nowhere", BackupStanding())


def test_a_backup_is_made_between_the_nights_when_the_last_failed_or_a_night_was_missed() -> None:
    assert must_make(BackupStanding(made_failed="x"), None, NOW)
    assert must_make(BackupStanding(), NOW - 26 * HOUR, NOW)
    assert not must_make(BackupStanding(), NOW - 24 * HOUR, NOW)
    assert not must_make(BackupStanding(), None, NOW), "a new installation waits for its first night"


def test_a_test_is_due_when_there_never_was_one_or_a_month_was_missed_or_there_is_something_new() -> None:
    well = BackupStanding(tried_at=NOW - DAY, tested_at=NOW - DAY)
    failed = BackupStanding(tried_at=NOW - DAY, test_failed="x")
    assert not must_test(BackupStanding(), None, NOW)
    assert must_test(BackupStanding(), NOW, NOW)
    assert not must_test(well, NOW, NOW)
    assert must_test(well, NOW, NOW + 32 * DAY)
    assert must_test(failed, NOW, NOW)
    assert not must_test(failed, NOW - 2 * DAY, NOW), "the one that failed would fail again"
