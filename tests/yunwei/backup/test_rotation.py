"""Which backups stay: the newest of each day, week and month, and never less than one."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yunwei.backup.rotation import moment_of, name_of, superfluous
from yunwei.backup_settings import Keep

FIRST, LAST = datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2028-12-31")
MOMENTS = st.datetimes(FIRST, LAST).map(lambda moment: moment.replace(microsecond=0))
KEEPS = st.builds(Keep, daily=st.integers(1, 10), weekly=st.integers(0, 6), monthly=st.integers(0, 14))


@given(MOMENTS, st.booleans())
def test_a_name_tells_when_its_backup_was_made(moment: datetime, encrypted: bool) -> None:
    assert moment_of(name_of(moment, encrypted=encrypted)) == moment


def test_files_of_others_are_no_backups() -> None:
    for name in ("notes.txt", "yunwei-.backup", "yunwei-20261341T000000.backup", "yunwei-20261124T024000.backup.part"):
        assert moment_of(name) is None
    assert superfluous(["notes.txt", "yunwei-.backup"], Keep()) == set()


def test_a_year_of_nights_leaves_a_week_a_month_and_a_year() -> None:
    nights = [datetime.fromisoformat("2026-11-24 02:40") - timedelta(days=day) for day in range(365)]
    names = [name_of(night, encrypted=False) for night in nights]
    left = sorted(set(names) - superfluous(names, Keep()), reverse=True)
    assert left[:7] == names[:7]
    made = [moment_of(name) for name in left]
    months = {(moment.year, moment.month) for moment in made if moment is not None}
    assert len(months) == 12
    assert len(left) <= 7 + 4 + 12


@given(st.lists(MOMENTS, max_size=60, unique=True), KEEPS)
def test_the_newest_backup_always_stays_and_no_more_than_asked_for_do(moments: list[datetime], keep: Keep) -> None:
    names = [name_of(moment, encrypted=False) for moment in moments]
    left = set(names) - superfluous(names, keep)
    assert len(left) <= keep.daily + keep.weekly + keep.monthly
    assert not moments or name_of(max(moments), encrypted=False) in left


@given(st.lists(MOMENTS, max_size=60, unique=True), KEEPS)
def test_a_second_look_finds_nothing_more_to_delete(moments: list[datetime], keep: Keep) -> None:
    names = {name_of(moment, encrypted=False) for moment in moments}
    left = names - superfluous(names, keep)
    assert superfluous(left, keep) == set()
