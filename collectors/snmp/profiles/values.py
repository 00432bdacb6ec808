"""From what an agent sends to a number in the kind's unit: exact arithmetic, None for what is no number. Pure."""

import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from collectors.snmp.gufo import Value
from collectors.snmp.profiles.fields import Conversion, Scalar
from collectors.snmp.text import text_of

Number = int | float

UNITS_SCALE: Final = 9
"""EntitySensorDataScale (RFC 3433): units, 10^0; each step is a factor of 1000."""

_PLAIN: Final = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,2})?", re.ASCII)
_LONGEST: Final = 64
"""Characters: a longer text is no number."""


def number_in(raw: Value, pattern: re.Pattern[str] | None) -> Number | None:
    """The number that a value is or, being text, holds; `pattern` finds it in a longer text. Never fails."""
    if type(raw) is int:
        return raw
    if type(raw) is float:
        return raw if math.isfinite(raw) else None
    if type(raw) is not bytes and type(raw) is not str:
        return None
    text = text_of(raw)
    if pattern is not None:
        found = pattern.search(text)
        if found is None:
            return None
        text = (found[1] if pattern.groups else found[0]) or ""
    text = text.strip()
    if len(text) > _LONGEST or _PLAIN.fullmatch(text) is None:
        return None
    return int(text) if text.lstrip("+-").isdigit() else float(text)


def scaled(scale: int | None, precision: int | None) -> Fraction | None:
    """What a raw sensor value is multiplied by (RFC 3433); None where scale (1 to 17) or precision (-8 to 9) is bad.

    One that the agent does not tell is taken as units, and as no decimal places.
    """
    scale = UNITS_SCALE if scale is None else scale
    precision = 0 if precision is None else precision
    if not 1 <= scale <= 17 or not -8 <= precision <= 9:
        return None
    # A negative precision tells how many places left of the point are accurate; the value itself is unscaled.
    return Fraction(10) ** ((scale - UNITS_SCALE) * 3 - max(0, precision))


def factor_of(factor: Number | None, divisor: Number | None) -> Fraction:
    """A rule's factor or divisor as it is written: 0.1 is a tenth exactly."""
    if factor is not None:
        return Fraction(str(factor))
    return 1 / Fraction(str(divisor)) if divisor is not None else Fraction(1)


def matching(values: list[Scalar]) -> frozenset[Value]:
    """Values to compare raw ones with: numbers, and texts as agents send them."""
    return frozenset(value.encode() if isinstance(value, str) else value for value in values)


def said(raw: Value, among: list[Scalar]) -> bool:
    """Whether a value is one of these; texts are compared without case, and "7" is 7."""
    if raw is None:
        return False
    text = text_of(raw).casefold()
    return any(text == str(other).casefold() for other in among)


def _milliwatts(value: float) -> float | None:
    return 10 * math.log10(value) if value > 0 else None


_CONVERT: Final[Mapping[Conversion, Callable[[float], float | None]]] = {
    "idle": lambda value: 100 - value,
    "fahrenheit": lambda value: (value - 32) * 5 / 9,
    "microwatt": lambda value: _milliwatts(value / 1000),
    "milliwatt": _milliwatts,
}


class Decoder:
    """How a raw value becomes one in the kind's unit: number in it, factor, conversion, and whether that can be."""

    __slots__ = ("_absent", "_convert", "_denominator", "_either", "_high", "_low", "_numerator", "_pattern", "plain")

    def __init__(
        self,
        factor: Fraction,
        low: float,
        high: float,
        *,
        absent: frozenset[Value] = frozenset(),
        pattern: re.Pattern[str] | None = None,
        convert: Conversion | None = None,
    ) -> None:
        """`low` and `high` bound what the kind can be."""
        self._numerator, self._denominator = factor.numerator, factor.denominator
        self._low, self._high = low, high
        self._absent = absent
        self._pattern = pattern
        self._either = convert == "microwatt-if-positive"
        self._convert = _CONVERT.get(convert) if convert is not None else None

    def __call__(self, raw: Value) -> float | None:
        """The value; None where there is none. Never fails."""
        number: Number | None
        if type(raw) is int:
            number = raw
        else:
            number = None if raw in self._absent else number_in(raw, self._pattern)
            if number is None:
                return None
        if number in self._absent:
            return None
        value: float | None
        if self._either and number > 0:
            value = _milliwatts(number / 1000)
        else:
            # Whole numbers divided last: 2534 hundredths are 25.34, not 25.340000000000003.
            value = number * self._numerator / self._denominator
            if self._convert is not None:
                value = self._convert(value)
        return value if value is not None and self._low <= value <= self._high else None
