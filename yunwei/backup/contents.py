"""What belongs to an installation, and under which names it lies in a backup.

config/…            everything an operator wrote
secrets/…           files that hold secrets: only in encrypted backups
reports/…           the monthly reports, which are evidence
records.sqlite      the records
metrics.duckdb      the measured values, where they were asked for
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from yunwei.settings import SETTINGS_FILE, Settings, secret_files

RECORDS: Final = "records.sqlite"
METRICS: Final = "metrics.duckdb"
CONFIG: Final = "config"
SECRETS: Final = "secrets"
REPORTS: Final = "reports"
WRITTEN: Final = (SETTINGS_FILE, "topology.yaml", "agencies.csv", "roster.yaml")
DIRECTORIES: Final = ("rules", "runbooks", "profiles")


def configuration(directory: Path) -> dict[str, Path]:
    """The operator's files that are there."""
    found = {f"{CONFIG}/{name}": directory / name for name in WRITTEN if (directory / name).is_file()}
    for name in DIRECTORIES:
        found.update(_below(directory / name, f"{CONFIG}/{name}"))
    return found


def secrets(directory: Path, settings: Settings) -> dict[str, Path]:
    """The secret files inside the configuration directory; what lies elsewhere belongs to somebody else."""
    found: dict[str, Path] = {}
    for path in secret_files(settings):
        if path.is_file() and path.resolve().is_relative_to(directory.resolve()):
            found[f"{SECRETS}/{path.resolve().relative_to(directory.resolve())}"] = path
    return found


def reports(data: Path, settings: Settings) -> dict[str, Path]:
    """The monthly reports."""
    return dict(_below(data / settings.reports.directory, REPORTS))


def _below(directory: Path, name: str) -> Iterator[tuple[str, Path]]:
    if directory.is_dir():
        for path in sorted(directory.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield f"{name}/{path.relative_to(directory)}", path
