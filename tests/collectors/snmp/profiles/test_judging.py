"""A value against its limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp.kinds import HealthKind
from collectors.snmp.profiles.judging import Bound, Limits, believable
from foundation.messages import HealthStatus, LimitSource

DEVICE, PROFILE = LimitSource.DEVICE, LimitSource.PROFILE
OK, WARNING, CRITICAL = HealthStatus.OK, HealthStatus.WARNING, HealthStatus.CRITICAL

BOTH = {
    "warning": Bound(70, DEVICE),
    "critical": Bound(80, PROFILE),
    "low_warning": Bound(5, DEVICE),
    "low_critical": Bound(0, DEVICE),
}
RANK = {OK: 0, WARNING: 1, CRITICAL: 2}


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (40, (OK, 70, DEVICE)),
        (69.9, (OK, 70, DEVICE)),
        (70, (WARNING, 70, DEVICE)),
        (80, (CRITICAL, 80, PROFILE)),
        (5, (WARNING, 5, DEVICE)),
        (-3, (CRITICAL, 0, DEVICE)),
    ],
)
def test_at_a_limit_or_past_it_counts_and_the_limit_is_told(
    value: float, verdict: tuple[HealthStatus, float, LimitSource]
) -> None:
    assert Limits(BOTH).judge(value) == verdict


def test_without_an_upper_limit_the_lower_one_is_told_while_all_is_well() -> None:
    assert Limits({"low_critical": Bound(-20, DEVICE)}).judge(-10) == (OK, -20, DEVICE)


BOUNDS = st.fixed_dictionaries(
    {},
    optional={
        name: st.builds(Bound, st.integers(-100, 100).map(float), st.sampled_from([DEVICE, PROFILE]))
        for name in ("warning", "critical", "low_warning", "low_critical")
    },
)


@given(bounds=BOUNDS, value=st.integers(-150, 150))
def test_the_worst_limit_that_is_reached_decides(bounds: dict[str, Bound], value: int) -> None:
    reached = {
        name for name, bound in bounds.items() if (value <= bound.value if "low" in name else value >= bound.value)
    }
    expected = CRITICAL if {"critical", "low_critical"} & reached else WARNING if reached else OK
    status, limit, source = Limits(bounds).judge(value)
    assert status is expected
    if reached:
        assert Bound(limit or 0.0, source) in bounds.values()


@given(bounds=BOUNDS, first=st.integers(-150, 150), second=st.integers(-150, 150))
def test_further_past_the_upper_limits_is_never_better(bounds: dict[str, Bound], first: int, second: int) -> None:
    highs = {name: bound for name, bound in bounds.items() if not name.startswith("low")}
    lower, higher = sorted((first, second))
    limits = Limits(highs)
    assert RANK[limits.judge(lower)[0]] <= RANK[limits.judge(higher)[0]]


@pytest.mark.parametrize(
    ("kind", "told", "kept"),
    [
        ("cpu", {"warning": 0.0}, set()),
        ("cpu", {"warning": 80.0}, {"warning"}),
        ("temperature", {"warning": 0.0, "critical": 80.0}, {"critical"}),
        ("temperature", {"warning": 0.0, "critical": 0.0, "low_warning": 0.0, "low_critical": 0.0}, set()),
        ("temperature", {"critical": 85.0, "low_critical": -10.0}, {"critical", "low_critical"}),
        ("optical_rx", {"critical": 0.0, "low_critical": -18.0}, {"critical", "low_critical"}),
        ("optical_rx", {"critical": -20.0, "low_critical": -10.0}, set()),
        ("optical_bias", {"critical": 90.0, "low_critical": 0.0}, {"critical"}),
        ("voltage", {"critical": -40.0, "low_critical": -57.0}, {"critical", "low_critical"}),
    ],
)
def test_thresholds_that_nobody_set_are_none(kind: HealthKind, told: dict[str, float], kept: set[str]) -> None:
    assert believable({name: Bound(value, DEVICE) for name, value in told.items()}, kind).keys() == kept
