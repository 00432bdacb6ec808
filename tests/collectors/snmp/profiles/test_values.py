"""From what an agent sends to a number: exact, and never an error."""

import math
import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp.gufo import Value
from collectors.snmp.profiles.fields import CONVERSIONS, Conversion
from collectors.snmp.profiles.values import Decoder, factor_of, number_in, scaled
from tests.collectors.snmp.profiles.families import VALUES

ANY = (-math.inf, math.inf)


@pytest.mark.parametrize(
    ("scale", "precision", "factor"),
    [
        (9, 0, Fraction(1)),
        (9, 1, Fraction(1, 10)),
        (8, 0, Fraction(1, 1000)),
        (8, 2, Fraction(1, 100_000)),
        (10, 0, Fraction(1000)),
        (None, None, Fraction(1)),
        (9, -1, Fraction(1)),
        (0, 0, None),
        (18, 0, None),
        (9, 12, None),
        (9, -9, None),
    ],
)
def test_a_sensors_factor_follows_scale_and_precision(
    scale: int | None, precision: int | None, factor: Fraction | None
) -> None:
    assert scaled(scale, precision) == factor


@given(raw=st.integers(-(2**31), 2**31 - 1), scale=st.integers(1, 17), precision=st.integers(0, 9))
def test_a_scaled_value_is_the_nearest_number_to_the_exact_one(raw: int, scale: int, precision: int) -> None:
    factor = scaled(scale, precision)
    assert factor is not None
    exact = Decimal(raw).scaleb((scale - 9) * 3 - precision)
    assert Decoder(factor, *ANY)(raw) == float(exact)


@given(raw=st.integers(-(10**12), 10**12), digits=st.integers(0, 6))
def test_a_factor_and_the_divisor_that_says_the_same_give_the_same(raw: int, digits: int) -> None:
    by_divisor = Decoder(factor_of(None, 10**digits), *ANY)
    by_factor = Decoder(factor_of(float(f"1e-{digits}"), None), *ANY)
    assert by_divisor(raw) == by_factor(raw) == float(Decimal(raw).scaleb(-digits))


@given(raw=VALUES, convert=st.sampled_from([None, *CONVERSIONS]), pattern=st.sampled_from([None, r"(\d+)", r"(x)?\d*"]))
def test_whatever_an_agent_sends_is_a_plausible_number_or_none(
    raw: Value, convert: Conversion | None, pattern: str | None
) -> None:
    compiled = None if pattern is None else re.compile(pattern)
    value = Decoder(Fraction(1, 10), -50, 50, convert=convert, pattern=compiled)(raw)
    assert value is None or -50 <= value <= 50


@pytest.mark.parametrize(
    ("raw", "pattern", "number"),
    [
        (b"9.4", None, 9.4),
        (b" 45 ", None, 45),
        (b"45 C", None, None),
        (b"45 C", r"([\d.]+)", 45),
        (b"+3", None, 3),
        (b"1e3", None, 1000.0),
        (b"", None, None),
        (b"nan", None, None),
        (b"inf", None, None),
        ("٣", None, None),
        (True, None, None),
        (math.nan, None, None),
        (2.5, None, 2.5),
        (b"44292kB", r"^(\d+)kB", 44292),
        (b"x", r"(\d+)?x", None),
    ],
)
def test_a_number_is_read_out_of_text(raw: Value, pattern: str | None, number: float | None) -> None:
    assert number_in(raw, None if pattern is None else re.compile(pattern)) == number


@pytest.mark.parametrize(
    ("convert", "raw", "value"),
    [
        ("idle", 81, 19),
        ("fahrenheit", 212, 100),
        ("milliwatt", 1, 0),
        ("microwatt", 500, -3.0103),
        ("microwatt", 0, None),
        ("microwatt", -5, None),
        ("microwatt-if-positive", 500, -3.0103),
    ],
)
def test_values_are_converted_to_the_kinds_unit(convert: Conversion, raw: int, value: float | None) -> None:
    assert Decoder(Fraction(1), *ANY, convert=convert)(raw) == (
        None if value is None else pytest.approx(value, abs=1e-4)
    )


def test_a_positive_power_is_in_microwatts_and_a_negative_one_takes_the_factor() -> None:
    decode = Decoder(Fraction(1, 100), -40, 30, convert="microwatt-if-positive")
    assert decode(-1652) == -16.52
    assert decode(1000) == 0.0


@pytest.mark.parametrize("raw", [0, b"0", 65535, b"n/a"])
def test_values_that_mean_no_sensor_are_no_values(raw: Value) -> None:
    assert Decoder(Fraction(1), *ANY, absent=frozenset((0, 65535, b"n/a")))(raw) is None


def test_a_value_that_its_kind_can_not_have_is_none() -> None:
    percent = Decoder(Fraction(1), 0, 100)
    assert [percent(raw) for raw in (-1, 0, 100, 101, 2**31 - 1)] == [None, 0, 100, None, None]
