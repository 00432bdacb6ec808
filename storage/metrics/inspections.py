"""What each kind of store tells of itself when it is checked."""

import re
from typing import Final

from foundation.clock import DAY, HOUR
from storage.metrics.checking import Inspection, Kept
from storage.metrics.influx_databases import creation
from storage.metrics.influx_store import InfluxStore
from storage.metrics.resolutions import FIVE_MINUTES, HOURLY
from storage.metrics.server_http import MissingDatabaseError
from storage.metrics.settings import RetentionSettings
from storage.metrics.victoria_store import VictoriaStore

_FLAG: Final = re.compile(r'^flag\{name="retentionPeriod", value="([^"]*)"', re.MULTILINE)
_VERSION: Final = re.compile(r'^vm_app_version\{[^}]*short_version="([^"]*)"', re.MULTILINE)
_UNITS: Final = {"h": HOUR, "d": DAY, "w": 7 * DAY, "y": 365 * DAY, "": 31 * DAY}


class DuckDbInspection(Inspection):
    """The file keeps what the settings say: upkeep sees to it."""

    def __init__(self, settings: RetentionSettings) -> None:
        self._settings = settings

    def server(self) -> str:
        """There is none."""
        return "DuckDB, embedded"

    def kept(self) -> list[Kept]:
        """As the settings say."""
        kept = self._settings
        return [
            Kept("rows", kept.raw_retention, kept.raw_retention, ""),
            Kept("5-minute roll-ups", kept.five_minute_retention, kept.five_minute_retention, ""),
            Kept("hourly roll-ups", kept.hourly_retention, kept.hourly_retention, ""),
        ]


class InfluxInspection(Inspection):
    """Asks the server for its databases."""

    def __init__(self, store: InfluxStore) -> None:
        self._store = store

    def server(self) -> str:
        """As it calls itself."""
        return self._store.server().name

    def date(self) -> str | None:
        """The date of its answer."""
        return self._store.date()

    def kept(self) -> list[Kept]:
        """Each database's."""
        server, databases = self._store.server(), self._store.databases
        found = []
        for what, roll_up in (("rows", None), ("5-minute roll-ups", FIVE_MINUTES), ("hourly roll-ups", HOURLY)):
            database = databases.of(roll_up)
            hours = database.retention // HOUR
            remedy = {
                1: f'There: ALTER RETENTION POLICY "autogen" ON "{database.name}" DURATION {hours}h',
                2: f"There: influx bucket update --id ID --retention {hours}h",
            }.get(server.generation, "")
            named = f"{what} ({database.name})"
            try:
                is_kept = databases.retention(server, database)
            except MissingDatabaseError:
                found.append(Kept(named, database.retention, None, creation(server, database), is_made=False))
                continue
            found.append(Kept(named, database.retention, is_kept, remedy))
        return found


class VictoriaInspection(Inspection):
    """Reads the server's own figures."""

    def __init__(self, store: VictoriaStore) -> None:
        self._store = store

    def server(self) -> str:
        """With its version, where the build has one."""
        found = _VERSION.search(self._store.own_figures())
        return f"VictoriaMetrics {found[1]}".strip() if found else "VictoriaMetrics"

    def date(self) -> str | None:
        """The date of its answer."""
        return self._store.date()

    def kept(self) -> list[Kept]:
        """One length of time for all rows: `-retentionPeriod`."""
        found = _FLAG.search(self._store.own_figures())
        number = re.fullmatch(r"(\d+(?:\.\d+)?)([hdwy]?)", found[1]) if found else None
        is_kept = round(float(number[1]) * _UNITS[number[2]]) if number else None
        return [Kept("rows", None, is_kept, "")]
