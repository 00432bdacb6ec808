"""The databases that the metrics lie in on an InfluxDB server: made when missing, each with its own retention.

Single rows lie in the database that the settings name; roll-ups lie beside it in `<name>_5m` and `<name>_1h`, since on
2.x and 3.x a bucket or database has one retention for all that is in it. What is there already is left as it is.
"""

from dataclasses import dataclass
from typing import Any, Final

from foundation.clock import HOUR, SECOND
from storage.metrics import influxql
from storage.metrics.influx_http import InfluxConnection
from storage.metrics.influx_server import Server
from storage.metrics.resolutions import FIVE_MINUTES, HOURLY, RollUp
from storage.metrics.server_http import MissingDatabaseError, reason_of
from storage.metrics.settings import InfluxSettings

SUFFIXES: Final = {FIVE_MINUTES.name: "_5m", HOURLY.name: "_1h"}


@dataclass(frozen=True, slots=True)
class Database:
    """One database or bucket."""

    name: str
    retention: int
    """Milliseconds that it should keep."""


class Databases:
    """The databases of one installation."""

    def __init__(self, settings: InfluxSettings, connection: InfluxConnection) -> None:
        self._connection = connection
        self._org = settings.org
        self.raw = Database(settings.database, settings.raw_retention)
        self._rolled = {
            FIVE_MINUTES.name: Database(
                settings.database + SUFFIXES[FIVE_MINUTES.name], settings.five_minute_retention
            ),
            HOURLY.name: Database(settings.database + SUFFIXES[HOURLY.name], settings.hourly_retention),
        }

    def of(self, roll_up: RollUp | None) -> Database:
        """Where a resolution lies; None: the single rows."""
        return self.raw if roll_up is None else self._rolled[roll_up.name]

    def create(self, server: Server, database: Database) -> None:
        """Make a database that is missing.

        Raises MissingDatabaseError with the words to type when we may not.
        """
        if server.generation == 1:
            self._connection.command(influxql.create_database(database.name, database.retention))
        elif server.generation == 2:
            self._create_bucket(server, database)
        else:
            document = {"db": database.name, "retention_period": f"{database.retention // HOUR}h"}
            answer = self._connection.http.post("/api/v3/configure/database", document=document)
            if not answer.is_success and answer.status_code != 409:
                raise self._denied(database, answer.text, creation(server, database))

    def retention(self, server: Server, database: Database) -> int | None:
        """How long the server keeps a database, in milliseconds: 0 for ever, None when it does not say.

        Raises MissingDatabaseError when it is not there, or our token does not see it.
        """
        if server.generation == 1:
            rows = self._connection.table(influxql.show_retention(database.name))
            return next((_duration(str(row["duration"])) for row in rows if row.get("default")), None)
        if server.generation == 2:
            bucket = self._bucket(database.name)
            if bucket is None:
                raise MissingDatabaseError(f'The metric store has no bucket "{database.name}" that our token sees.')
            rules = bucket.get("retentionRules") or []
            return sum(int(rule.get("everySeconds", 0)) for rule in rules) * SECOND
        return None

    def map_bucket(self, database: Database) -> bool:
        """On 2.x, let InfluxQL find a bucket by its name; newer ones do so by themselves. False when we can't."""
        bucket = self._bucket(database.name)
        if bucket is None:
            return False
        answer = self._connection.http.post(
            "/api/v2/dbrps",
            document={
                "bucketID": bucket["id"],
                "orgID": bucket["orgID"],
                "database": database.name,
                "retention_policy": "autogen",
                "default": True,
            },
        )
        return answer.is_success

    def _create_bucket(self, server: Server, database: Database) -> None:
        command = creation(server, database)
        organisation = self._organisation()
        if organisation is None:
            raise self._denied(database, f'the organisation "{self._org}" is not to be seen', command)
        document = {
            "name": database.name,
            "orgID": organisation,
            "retentionRules": [{"type": "expire", "everySeconds": database.retention // SECOND}],
        }
        answer = self._connection.http.post("/api/v2/buckets", document=document)
        if not answer.is_success and answer.status_code != 422:  # 422: there already
            raise self._denied(database, answer.text, command)

    def _organisation(self) -> str | None:
        found = self._listed("/api/v2/orgs", {"org": self._org}, "orgs")
        return None if not found else str(found[0]["id"])

    def _bucket(self, name: str) -> dict[str, Any] | None:
        found = self._listed("/api/v2/buckets", {"name": name, "org": self._org}, "buckets")
        return found[0] if found else None

    def _listed(self, path: str, parameters: dict[str, str], what: str) -> list[dict[str, Any]]:
        answer = self._connection.http.get(path, parameters)
        try:
            found: list[dict[str, Any]] = answer.json()[what] if answer.is_success else []
        except (ValueError, LookupError, TypeError):
            return []
        return found

    def _denied(self, database: Database, body: str, command: str) -> MissingDatabaseError:
        return MissingDatabaseError(
            f'The metric store at {self._connection.url} has no database or bucket "{database.name}", and our token '
            f"may not create it ({reason_of(body)}). Create it there: {command}"
        )


def creation(server: Server, database: Database) -> str:
    """What an administrator types to make a database."""
    hours = f"{database.retention // HOUR}h"
    if server.generation == 1:
        return influxql.create_database(database.name, database.retention)
    if server.generation == 2:
        return f"influx bucket create --name {database.name} --retention {hours}"
    return f"influxdb3 create database --retention-period {hours} {database.name}"


def _duration(text: str) -> int:
    """`720h0m0s` in milliseconds."""
    total, number = 0, ""
    for letter in text:
        if letter.isdigit() or letter == ".":
            number += letter
        else:
            total += round(float(number or 0) * {"h": HOUR, "m": 60 * SECOND, "s": SECOND}.get(letter, 0))
            number = ""
    return total
