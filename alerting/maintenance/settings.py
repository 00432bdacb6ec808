"""What two provinces would set differently about maintenance windows."""

from typing import Annotated

from pydantic import Field

from foundation.clock import HOUR
from foundation.settings import Duration, StrictModel


class MaintenanceSettings(StrictModel):
    """When a window is remarkable, and when an open-ended one is over."""

    calm: Duration = HOUR
    """An open-ended window ends by itself once all that it covers has been up, without any alarm, for this long."""
    longest: Duration = 24 * HOUR
    """A longer window must be confirmed by who plans it; an open-ended one that lasts longer is shown as too long."""
    large_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """A window that concerns more than this share of a prefecture's devices must be confirmed by who plans it."""
