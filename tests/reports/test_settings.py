"""The report's settings."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from reports.settings import ReportSettings, Targets


def test_targets_are_exact_decimals() -> None:
    targets = Targets.model_validate({"agency": 99.95, "core": 100})
    assert (targets.agency, targets.core, targets.county) == (Decimal("99.95"), Decimal(100), Decimal("99.9"))


@pytest.mark.parametrize("value", [0, -1, 100.001, 99.9995, "99.9", True, None, float("nan")])
def test_what_is_no_target_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        Targets.model_validate({"agency": value})


def test_the_schedule_is_the_first_of_the_month_at_half_past_one() -> None:
    assert ReportSettings().cron == {"day": 1, "hour": 1, "minute": 30}
    assert ReportSettings(day=3, time="06:05").cron == {"day": 3, "hour": 6, "minute": 5}


@pytest.mark.parametrize("given", [{"day": 29}, {"day": 0}, {"time": "24:00"}, {"time": "1:30"}, {"directory": ""}])
def test_a_schedule_that_some_months_lack_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ReportSettings.model_validate(given)
