"""Why an interface's rates are, or are not, values: as the small number that is kept with each row.

The numbers rise with what they cost: the highest of a step (`Aggregate.MAX`) is the worst that happened in it. They are
on disk, so none ever changes its meaning; new ones are added at the end.
"""

from collections.abc import Mapping
from typing import Final

from foundation.messages import CounterVerdict

CODES: Final[Mapping[CounterVerdict, int]] = {
    CounterVerdict.NORMAL: 0,
    CounterVerdict.WRAP: 1,
    CounterVerdict.FIRST: 2,
    CounterVerdict.RESET: 3,
    CounterVerdict.DISCONTINUITY: 4,
    CounterVerdict.CORRUPT: 5,
}

_VERDICTS: Final = {code: verdict for verdict, code in CODES.items()}


def verdict_of(code: float | None) -> CounterVerdict | None:
    """What a kept number means. None for no number, one between two (a mean), and one of a newer platform."""
    return None if code is None else _VERDICTS.get(code)  # type: ignore[call-overload]  # 3.0 finds 3
