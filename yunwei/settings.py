"""The settings file `yunwei.yaml`: every room's own settings model under one roof."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

from alerting.incidents.settings import ActingSettings
from alerting.maintenance.settings import MaintenanceSettings
from alerting.notify.settings import NotifySettings
from alerting.settings import JudgingSettings
from collectors.credentials_file import read_credentials
from collectors.settings import MOST_IN_A_SET, CollectorSettings, Credential
from dashboard.settings import DashboardSettings
from foundation.documents import read_document, validate
from foundation.problems import OperatorError, Place, Problem, ProblemError, did_you_mean
from foundation.settings import Secret, StrictModel
from reports.settings import ReportSettings
from simulator.inbox.settings import InboxSettings
from simulator.settings import FilePath, SimulatorSettings
from storage.metrics.settings import MetricSettings
from yunwei.backup_settings import BackupSettings
from yunwei.logs import LogSettings

SETTINGS_FILE: Final = "yunwei.yaml"


class Settings(StrictModel):
    """What `yunwei.yaml` may say. Every key has a default; the credentials that devices name no default could know."""

    data: str = "data"
    """Where everything is kept that the platform writes: relative to the settings file, or absolute."""
    records: str | None = None
    """URL of the records database, such as `postgresql://yunwei@host/yunwei`; by default an SQLite file in the data
    directory. It holds no password."""
    records_password: Secret | None = None
    """The password of the PostgreSQL user in `records`."""
    credentials: dict[str, Credential] = Field(default_factory=dict)
    """Once loaded, those of `credentials_file` too."""
    credentials_file: FilePath | None = None
    """A file of its own for credentials, closed to others: relative to the settings file, or absolute."""
    credential_sets: dict[str, Annotated[list[str], Field(min_length=1, max_length=MOST_IN_A_SET)]] = Field(
        default_factory=dict
    )
    """Lists of credentials that are tried in order, by the name under which devices refer to them."""
    collector: CollectorSettings = CollectorSettings()
    metrics: MetricSettings = MetricSettings()
    judging: JudgingSettings = JudgingSettings()
    acting: ActingSettings = ActingSettings()
    maintenance: MaintenanceSettings = MaintenanceSettings()
    notify: NotifySettings = NotifySettings()
    reports: ReportSettings = ReportSettings()
    dashboard: DashboardSettings = DashboardSettings()
    backup: BackupSettings = BackupSettings()
    logging: LogSettings = LogSettings()
    simulator: SimulatorSettings = SimulatorSettings()
    inbox: InboxSettings = InboxSettings()


def load_settings(directory: Path, *, base: Path | None = None, with_credentials: bool = True) -> Settings:
    """The settings of a configuration directory; `base` is where they will stand, if that is elsewhere.

    A `credentials_file` is read too, unless `with_credentials` says not to: a backup that is not encrypted holds none.
    Raises ProblemError with every problem found.
    """
    document = read_document(directory / SETTINGS_FILE, name=SETTINGS_FILE)
    settings = validate(document, Settings)
    base = (base or directory).absolute()
    problems: list[Problem] = []
    credentials = dict(settings.credentials)
    if settings.credentials_file is not None and with_credentials:
        kept = read_credentials(base / settings.credentials_file)
        problems += [
            Problem(
                document.place(("credentials", name)), f'"{name}" stands in credentials_file, too.', "Take one out."
            )
            for name in kept.keys() & credentials.keys()
        ]
        credentials |= kept
    if with_credentials or settings.credentials_file is None:
        problems += _problems_of_sets(settings, credentials, document.place(("credential_sets",)))
    if problems:
        raise ProblemError(problems)
    rebased: Settings = _rebased(settings.model_copy(update={"credentials": credentials}), base)
    return rebased


def _problems_of_sets(settings: Settings, credentials: Mapping[str, Credential], place: Place) -> Iterator[Problem]:
    for name, members in settings.credential_sets.items():
        if name in credentials:
            yield Problem(place, f'"{name}" is the name of a credential and of a set of them.', "Rename one.")
        for member in members:
            if member not in credentials:
                remedy = did_you_mean(member, credentials) or "Add it under credentials."
                yield Problem(place, f'the set "{name}" names "{member}", which is not among the credentials.', remedy)


def require_secrets(settings: Settings) -> None:
    """See that every secret the settings name is there, before anything starts that would miss it later.

    Raises OperatorError with one sentence for each that is not.
    """
    if sentences := [sentence for _, sentence in missing_secrets(settings)]:
        raise OperatorError("\n".join(dict.fromkeys(sentences)))


def missing_secrets(settings: Settings) -> list[tuple[str, str]]:
    """The secrets that can't be had: the key that names each, such as `notify.sms.token`, and why."""
    found: list[tuple[str, str]] = []
    for key, secret in _secrets(settings):
        try:
            secret.resolve()
        except OperatorError as error:
            found.append((key, str(error)))
    return found


def secret_files(settings: Settings) -> list[Path]:
    """The files that hold secrets."""
    found = [Path(secret.file) for _, secret in _secrets(settings) if secret.file is not None]
    return found if settings.credentials_file is None else [settings.credentials_file, *found]


def open_secrets(settings: Settings) -> list[str]:
    """The secrets that stand in the settings file itself."""
    return [secret.value for _, secret in _secrets(settings) if secret.value is not None]


def _secrets(value: object, key: str = "") -> Iterator[tuple[str, Secret]]:
    before = f"{key}." if key else ""
    if isinstance(value, Secret):
        yield key, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _secrets(getattr(value, name), f"{before}{name}")
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _secrets(part, f"{before}{name}")


def _rebased(value: Any, directory: Path) -> Any:
    """The same settings, with the paths of files that are read starting at the settings file, wherever one stands."""
    if isinstance(value, Secret):
        return value if value.file is None else value.model_copy(update={"file": str(directory / value.file)})
    if isinstance(value, Path):
        return directory / value
    if isinstance(value, BaseModel):
        return value.model_copy(
            update={name: _rebased(getattr(value, name), directory) for name in type(value).model_fields}
        )
    if isinstance(value, Mapping):
        return {key: _rebased(part, directory) for key, part in value.items()}
    return value
