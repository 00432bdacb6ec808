"""The numbers that are kept for verdicts."""

import pytest

from foundation.messages import CounterVerdict
from storage.metrics.verdicts import CODES, verdict_of


def test_every_verdict_has_a_number_and_comes_back_from_it() -> None:
    assert {verdict_of(float(CODES[verdict])) for verdict in CounterVerdict} == set(CounterVerdict)


def test_the_numbers_on_disk_never_change_their_meaning() -> None:
    assert {verdict.value: code for verdict, code in CODES.items()} == {
        "normal": 0,
        "wrap": 1,
        "first": 2,
        "reset": 3,
        "discontinuity": 4,
        "corrupt": 5,
    }


@pytest.mark.parametrize("code", [None, 0.5, -1, 99])
def test_what_is_no_known_number_means_nothing(code: float | None) -> None:
    assert verdict_of(code) is None
