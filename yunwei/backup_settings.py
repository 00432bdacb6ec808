"""What can be set about backups."""

from pathlib import Path

from pydantic import Field, field_validator

from foundation.settings import Secret, StrictModel


class Keep(StrictModel):
    """How many backups stay: the newest of each day, week and month, so many of them."""

    daily: int = Field(default=7, ge=1, le=366)
    weekly: int = Field(default=4, ge=0, le=260)
    monthly: int = Field(default=12, ge=0, le=240)


class BackupSettings(StrictModel):
    """The nightly backup. Times are local (Asia/Shanghai)."""

    enabled: bool = True
    time: str = Field(default="02:40", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    directory: str = Field(default="backups", min_length=1)
    """Where backups are written: a path, best on another disk, or a name inside the data directory."""
    keep: Keep = Keep()
    metrics: bool = False
    """Whether the file of measured values is in it too, where `metrics.kind` is `duckdb`."""
    recipient: str | None = None
    """An age public key (`age1…`, from `yunwei backup-key`): backups are encrypted to it, and then hold the secret
    files too."""
    identity: Secret | None = None
    """The private key, as a file: only for testing encrypted backups here. Better kept elsewhere."""

    @field_validator("recipient")
    @classmethod
    def _is_key(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith("age1"):
            raise ValueError("a recipient is a public key that begins with age1; make one with `yunwei backup-key`")
        return value

    @property
    def cron(self) -> dict[str, int]:
        """Hour and minute for a cron trigger in Asia/Shanghai."""
        hour, minute = self.time.split(":")
        return {"hour": int(hour), "minute": int(minute)}

    def place(self, data: Path) -> Path:
        """The directory they go to."""
        return data / self.directory
