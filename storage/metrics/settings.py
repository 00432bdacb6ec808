"""Which metric store the platform uses, as an operator writes it."""

from typing import Literal

from pydantic import Field, model_validator

from foundation.clock import DAY, SECOND
from foundation.settings import Duration, Secret, StrictModel


class DuckDbSettings(StrictModel):
    """The embedded store: one file in the data directory."""

    raw_retention: Duration = Field(default=30 * DAY, ge=DAY)
    """How long every single row is kept."""
    five_minute_retention: Duration = Field(default=180 * DAY, ge=DAY)
    """How long 5-minute means, lows and highs are kept."""
    hourly_retention: Duration = Field(default=5 * 365 * DAY, ge=DAY)
    """How long hourly ones are kept."""


class InfluxSettings(StrictModel):
    """An InfluxDB server of any generation, or VictoriaMetrics."""

    url: str = Field(pattern=r"^https?://[^\s]+$")
    """`http://influx.example:8086`."""
    database: str = Field(default="yunwei", min_length=1)
    """The database; on 2.x and 3.x the bucket."""
    org: str = ""
    """The organisation that owns the bucket, on 2.x."""
    token: Secret | None = None
    """For 2.x and 3.x."""
    username: str | None = None
    """For 1.x; on 1.8 with a password it takes the place of a token."""
    password: Secret | None = None
    timeout: Duration = Field(default=10 * SECOND, ge=SECOND)
    """How long one request may take."""
    ca_file: str | None = None
    """Certificates to trust beside the system's own, for `https`."""

    @model_validator(mode="after")
    def _one_way_in(self) -> "InfluxSettings":
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password go together")
        if self.token is not None and self.username is not None:
            raise ValueError("give a token, or a username and a password, but not both")
        return self


class MetricSettings(StrictModel):
    """Where metrics are kept."""

    kind: Literal["duckdb", "influxdb"] = "duckdb"
    duckdb: DuckDbSettings = DuckDbSettings()
    influxdb: InfluxSettings | None = None

    @model_validator(mode="after")
    def _server_is_named(self) -> "MetricSettings":
        if self.kind == "influxdb" and self.influxdb is None:
            raise ValueError("kind influxdb needs a section influxdb with the server's url")
        return self
