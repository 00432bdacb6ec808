"""A configuration directory, loaded and checked as a whole.

yunwei.yaml     settings; credentials.yaml or the like beside it, if they say so
topology.yaml   the network; agencies.csv beside it
roster.yaml     who is on duty in which centre
rules/          what is an alarm
runbooks/       what to do about it
profiles/       device families of the operator's own; may be missing
data/           what the platform writes (elsewhere, if the settings say so)
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from alerting.oncall.roster import Roster, load_roster
from alerting.rules.loader import RuleSet, load_rules
from alerting.runbooks.library import RunbookLibrary
from alerting.runbooks.loader import load_runbooks
from collectors.snmp.profiles.profile import ProfileSet
from foundation.problems import OperatorError, Place, Problem, ProblemError, did_you_mean
from storage.records.database import Records
from storage.records.migrate import upgrade
from topology.loader import load_network
from topology.network import Network
from yunwei.settings import SETTINGS_FILE, Settings, load_settings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything the operator wrote, valid and consistent."""

    directory: Path
    settings: Settings
    network: Network
    rules: RuleSet
    runbooks: RunbookLibrary
    roster: Roster
    profiles: ProfileSet
    """The device families: the shipped ones and the operator's own."""

    @property
    def data(self) -> Path:
        """The data directory."""
        return data_directory(self.directory, self.settings)


def load_workspace(directory: Path) -> Workspace:
    """Load all files of a configuration directory.

    Raises ProblemError with the problems of *all* files at once.
    """
    problems: list[Problem] = []
    settings = _collect(problems, lambda: load_settings(directory))
    network = _collect(problems, lambda: load_network(directory / "topology.yaml", directory / "agencies.csv"))
    rules = _collect(problems, lambda: load_rules(directory / "rules"))
    roster = None if network is None else _collect(problems, lambda: load_roster(directory / "roster.yaml", network))
    runbooks = None if rules is None else _collect(problems, lambda: load_runbooks(directory / "runbooks", rules))
    profiles = _collect(problems, lambda: ProfileSet.load(directory / "profiles"))
    if settings is not None and network is not None:
        problems.extend(_unknown_credentials(settings, network))
    if (
        problems
        or settings is None
        or network is None
        or rules is None
        or roster is None
        or runbooks is None
        or profiles is None
    ):
        raise ProblemError(problems)
    return Workspace(directory, settings, network, rules, runbooks, roster, profiles)


def data_directory(directory: Path, settings: Settings) -> Path:
    """The data directory, made if it is missing and closed to others.

    Raises OperatorError when it can't be made.
    """
    data = directory / settings.data
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OperatorError(
            f"The data directory {data} can't be made: {error.strerror}. Give the directory above it to the platform's "
            f"user, or name another one as `data` in {SETTINGS_FILE}."
        ) from None
    return data


def open_records(directory: Path, settings: Settings) -> Records:
    """The records database, brought to the present schema.

    Raises OperatorError when it can't be used, or was written by a newer version.
    """
    records = database_of(directory, settings)
    upgrade(records)
    return records


def database_of(directory: Path, settings: Settings) -> Records:
    """The records database, whatever its schema. Raises OperatorError when its settings name none."""
    if settings.records is None:
        return Records(f"sqlite:///{data_directory(directory, settings) / 'records.sqlite'}")
    return Records(settings.records, None if settings.records_password is None else settings.records_password.resolve())


def _collect(problems: list[Problem], load: Callable[[], T]) -> T | None:
    try:
        return load()
    except ProblemError as error:
        problems.extend(error.problems)
        return None


def _unknown_credentials(settings: Settings, network: Network) -> list[Problem]:
    """Devices that name a credential which the settings don't have: one problem a name."""
    users: dict[str, list[str]] = {}
    known = [*settings.credentials, *settings.credential_sets]
    for device in network.devices.values():
        if device.credentials not in known:
            users.setdefault(device.credentials, []).append(device.id)
    return [
        Problem(
            Place(SETTINGS_FILE),
            f'the credential "{name}", which {devices[0]}'
            + (f" and {len(devices) - 1} more devices name," if len(devices) > 1 else " names,")
            + " is not among the credentials.",
            did_you_mean(name, known) or "Add it under credentials.",
        )
        for name, devices in users.items()
    ]
