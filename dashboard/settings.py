"""What an operator can set about the pages people look at."""

from typing import Annotated

from pydantic import Field

from foundation.clock import MINUTE
from foundation.settings import Duration, Secret, StrictModel


class WallSettings(StrictModel):
    """The big screen: who may open it without a login, and how large its writing must be."""

    token: Secret | None = None
    """Opens `/wall?token=…` for reading, without a login. Without it the wall needs a login."""
    distance_m: Annotated[float, Field(ge=0.5, le=20)] = 5.0
    """From the farthest seat to the picture."""
    picture_height_mm: Annotated[float, Field(ge=150, le=8000)] = 685.0
    """Height of the lit picture: 685 for one 55-inch panel, 1370 for a 2 × 2 wall of them."""
    streams: Annotated[int, Field(ge=1, le=200)] = 32
    """How many walls may be open at once; each holds one server thread."""


class DashboardSettings(StrictModel):
    """The web server and its pages."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8080
    secret_key: Secret | None = None
    """Signs the sessions. Without it the platform makes a key once and keeps it in the data directory."""
    secure_cookies: bool = False
    """Send cookies over HTTPS only: set it where a TLS proxy stands in front."""
    session_idle: Duration = 30 * MINUTE
    """A session ends after this long without a request."""
    api_token: Secret | None = None
    """Opens `/api/v1/…` for programs by `Authorization: Bearer …`; a login opens it too."""
    api_acting_token: Secret | None = None
    """Lets programs plan and end maintenance by `/api/v1/maintenance`, in the name of the person they give. Not set:
    only people who are logged in may."""
    metrics_token: Secret | None = None
    """When set, `/metrics` asks for it as a bearer token."""
    inbox_url: str | None = None
    """The demo's local mail server and SMS gateway, whose received messages the console shows."""
    wall: WallSettings = WallSettings()
