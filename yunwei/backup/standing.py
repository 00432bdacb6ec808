"""How the backups stand: what the last attempts came to. Kept beside the records, since it must outlast a restart."""

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from foundation.clock import DAY, HOUR, Instant
from yunwei.backup.archive import create_private

log = logging.getLogger(__name__)

FILE: Final = "backup-standing.json"
MISSED: Final = 25 * HOUR
"""A newest backup older than this was missed: the platform was off when it was due."""
UNTESTED: Final = 32 * DAY
"""Longer than any month: a test that was due meanwhile was missed."""


@dataclass(frozen=True, slots=True)
class BackupStanding:
    """What the last attempts came to. A reason is a whole sentence, and empty where nothing failed."""

    made_failed: str = ""
    """Why the last backup could not be made, or not with all that belongs into it."""
    tried_at: Instant | None = None
    """When one was last restored as a test, whatever came of it."""
    tested_at: Instant | None = None
    """When that last went well."""
    tested: str = ""
    """The name of the one that was tested then."""
    test_failed: str = ""
    """Why the last test failed."""

    @property
    def failing(self) -> dict[str, str]:
        """What fails now, with the reason: `backup`, `backup test`."""
        found = {"backup": self.made_failed, "backup test": self.test_failed}
        return {part: reason for part, reason in found.items() if reason}


def must_make(standing: BackupStanding, made_at: Instant | None, now: Instant) -> bool:
    """Whether one must be made beside the nightly ones: the last attempt failed, or a night was missed."""
    return bool(standing.made_failed) or (made_at is not None and now - made_at > MISSED)


def must_test(standing: BackupStanding, made_at: Instant | None, now: Instant) -> bool:
    """Whether one must be tested beside the monthly tests: none ever was, a month was missed, or there is a newer one
    than that which failed."""
    if made_at is None:
        return False
    if standing.tried_at is None:
        return True
    return made_at > standing.tried_at if standing.test_failed else now - standing.tried_at > UNTESTED


def read_standing(data: Path) -> BackupStanding:
    """What was kept in a data directory; nothing is known where the file is missing or can't be read."""
    try:
        return TypeAdapter(BackupStanding).validate_json((data / FILE).read_bytes(), strict=True)
    except (OSError, ValidationError):
        return BackupStanding()


def keep_standing(data: Path, standing: BackupStanding) -> None:
    """Keep it, as a whole or not at all. A disk that does not take it is told in the log: the platform goes on."""
    part = data / f".{FILE}.part"
    try:
        with create_private(part) as out:
            out.write(json.dumps(asdict(standing), ensure_ascii=False, indent=2).encode())
        part.rename(data / FILE)
    except OSError as error:
        log.warning("How the backups stand can't be kept in %s: %s.", data / FILE, error.strerror)
