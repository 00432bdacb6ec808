"""The failures of the scenarios on the small network, as plain data: what fails when, and what must come of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.system.scenarios.collector import Failures

Step = tuple[int, Callable[[Failures], None]]
"""After so many seconds, this fails or is mended."""


@dataclass(frozen=True)
class Case:
    """One scenario."""

    name: str
    steps: tuple[Step, ...]
    causes: tuple[str, ...]
    """The objects of the incidents, sorted."""
    agencies: int
    """How many agencies are cut off at the worst, all incidents counted once."""
    lasts: int = 60
    """Seconds that pass after the last step."""
    most_told: int = 3
    """Text messages to one person at the most until then, one trouble each."""

    def __str__(self) -> str:
        return self.name


def dies(*devices: str) -> Callable[[Failures], None]:
    """Devices go off."""
    return lambda failures: failures.dead.update(devices)


def is_cut(*links: str) -> Callable[[Failures], None]:
    """Lines are cut."""
    return lambda failures: failures.cut.update(links)


CASES: Iterable[Case] = (
    Case("both cores fail", ((0, dies("core-1", "core-2")),), ("core-1",), 6),
    Case("one of two cores fails", ((0, dies("core-1")),), ("core-1",), 0),
    Case("a county router fails", ((0, dies("county-a")),), ("county-a",), 3),
    Case("an agency's router fails", ((0, dies("a1")),), ("a1:county-a",), 1),
    Case(
        "a prefecture's uplinks are cut one after the other",
        (
            (0, is_cut("agg-2:core-1")),
            (100, is_cut("agg-2:core-2")),
            (100, is_cut("agg-2:agg-1")),
        ),
        ("agg-2:agg-1", "agg-2:core-1", "agg-2:core-2"),
        0,
        most_told=9,
    ),
    Case(
        "all lines of a county are cut one after the other",
        ((0, is_cut("county-b:county-a")), (100, is_cut("county-b:agg-2"))),
        ("county-b:agg-2", "county-b:county-a"),
        2,
        most_told=6,
    ),
    Case(
        "a device is down before its parent fails",
        ((0, dies("county-a")), (100, dies("agg-1"))),
        ("agg-1", "county-a"),
        3,
        most_told=6,
    ),
    Case(
        "a line is cut and then its device dies",
        ((0, is_cut("agg-2:core-1")), (100, dies("agg-2"))),
        ("agg-2", "agg-2:core-1"),
        0,
        most_told=6,
    ),
)
"""Both cores are one trouble, told with whichever of them is noticed first."""
