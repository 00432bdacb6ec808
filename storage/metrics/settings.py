"""Which metric store the platform uses, as an operator writes it."""

from typing import Literal, Self

from pydantic import Field, model_validator

from foundation.clock import DAY, HOUR, SECOND
from foundation.settings import Duration, Secret, StrictModel


class RetentionSettings(StrictModel):
    """How long each resolution is kept."""

    raw_retention: Duration = Field(default=30 * DAY, ge=DAY)
    """How long every single row is kept."""
    five_minute_retention: Duration = Field(default=180 * DAY, ge=DAY)
    """How long 5-minute means, lows and highs are kept."""
    hourly_retention: Duration = Field(default=5 * 365 * DAY, ge=DAY)
    """How long hourly ones are kept."""


class DuckDbSettings(RetentionSettings):
    """The embedded store: one file in the data directory."""


class ServerSettings(StrictModel):
    """How a metric server is reached."""

    url: str = Field(pattern=r"^https?://[^\s]+$")
    """`http://influx.example:8086`."""
    database: str = Field(default="yunwei", min_length=1)
    """The database; on InfluxDB 2.x and 3.x the bucket; on VictoriaMetrics the label `db`."""
    token: Secret | None = None
    """For InfluxDB 2.x and 3.x, and for what stands before VictoriaMetrics."""
    username: str | None = None
    """For InfluxDB 1.x (on 1.8 with a password it takes the place of a token) and VictoriaMetrics."""
    password: Secret | None = None
    timeout: Duration = Field(default=10 * SECOND, ge=SECOND)
    """How long one request may take."""
    ca_file: str | None = None
    """Certificates to trust beside the system's own, for `https`."""

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password go together")
        if self.token is not None and self.username is not None:
            raise ValueError("give a token, or a username and a password, but not both")
        return self


class InfluxSettings(ServerSettings, RetentionSettings):
    """An InfluxDB server of any generation."""

    org: str = ""
    """The organisation that owns the buckets, on 2.x."""


class VictoriaSettings(ServerSettings):
    """A VictoriaMetrics server, or cluster."""

    read_url: str | None = Field(default=None, pattern=r"^https?://[^\s]+$")
    """Where queries go when it is not `url`: in a cluster, `http://vmselect:8481/select/0/prometheus`."""


class SpoolSettings(StrictModel):
    """What waits on disk while the store is away: `spool/` in the data directory."""

    max_size_mb: int = Field(default=2048, ge=8, le=1_000_000)
    """When it is full, the oldest are given up. A province writes about 0.4 MB a minute."""
    max_age: Duration = Field(default=7 * DAY, ge=HOUR)
    """What is older is given up."""
    backfill_share: int = Field(default=50, ge=5, le=100)
    """Percent of the time between two writes of the present that may be spent on what waited."""


class MetricSettings(StrictModel):
    """Where metrics are kept."""

    kind: Literal["duckdb", "influxdb", "victoriametrics"] = "duckdb"
    duckdb: DuckDbSettings = DuckDbSettings()
    influxdb: InfluxSettings | None = None
    victoriametrics: VictoriaSettings | None = None
    spool: SpoolSettings = SpoolSettings()

    @property
    def is_remote(self) -> bool:
        """Whether metrics go to a server, which may be away while we are not."""
        return self.kind != "duckdb"

    @property
    def settling(self) -> int:
        """Milliseconds within which the store may lose what it has accepted, if it is killed.

        VictoriaMetrics writes to disk every few seconds; the others before they answer.
        """
        return 30 * SECOND if self.kind == "victoriametrics" else 0

    @model_validator(mode="after")
    def _server_is_named(self) -> Self:
        if self.kind == "influxdb" and self.influxdb is None:
            raise ValueError("kind influxdb needs a section influxdb with the server's url")
        if self.kind == "victoriametrics" and self.victoriametrics is None:
            raise ValueError("kind victoriametrics needs a section victoriametrics with the server's url")
        return self
