"""While a device is down it is looked at fast first, then slower."""

import pytest

from collectors.schedule.ladder import recheck_delay
from foundation.clock import HOUR, MINUTE, SECOND


@pytest.mark.parametrize(
    ("down_for", "delay"),
    [
        (0, 10 * SECOND),
        (5 * MINUTE - 1, 10 * SECOND),
        (5 * MINUTE, 30 * SECOND),
        (HOUR, 5 * MINUTE),
        (12 * HOUR - 1, 5 * MINUTE),
        (12 * HOUR, 15 * MINUTE),
        (30 * 24 * HOUR, 15 * MINUTE),
    ],
)
def test_the_pause_grows_with_the_outage(down_for: int, delay: int) -> None:
    assert recheck_delay(down_for) == delay
