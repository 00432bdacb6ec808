"""The order in which people are called when nobody acknowledges: a pure plan, frozen into the incident at its start.

The call climbs two ways at once: 值班员 → 带班领导 → 中心主任 within a centre, and county → prefecture → province.
At step k the centre j levels up (j ≤ k) is called in its role number k - j:

    step 0   county operator
    step 1   county leader     prefecture operator
    step 2   county director   prefecture leader     province operator
    step 3                     prefecture director   province leader
"""

from collections.abc import Sequence
from dataclasses import dataclass

from alerting.oncall.duty import DutyRole
from topology.network import Network

_ROLES = tuple(DutyRole)


@dataclass(frozen=True, slots=True)
class Call:
    """Whoever serves in this role at this centre when the step fires."""

    centre: str
    role: DutyRole

    def __str__(self) -> str:
        """`530627:operator`: how it is kept in the frozen plan."""
        return f"{self.centre}:{self.role.value}"

    @classmethod
    def parse(cls, text: str) -> "Call":
        """The call that `str` wrote."""
        centre, _, role = text.partition(":")
        return cls(centre, DutyRole(role))


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step: when, counted from the plan's start, and whom."""

    number: int
    after: int
    calls: tuple[Call, ...]


def centres_above(network: Network, division: str) -> tuple[str, ...]:
    """The centres that answer for a division, the nearest first, each once (值班托管 skips those without staff)."""
    return tuple(dict.fromkeys(found.centre for found in network.lineage(division)))


def plan(centres: Sequence[str], after: Sequence[int], *, call_leader: bool) -> tuple[PlannedStep, ...]:
    """The steps for a chain of centres; `after` gives the milliseconds of step 1, 2, …; step 0 is at once.

    `call_leader` adds the nearest centre's leader to step 0. A step with nobody left to call is left out.
    """
    steps = []
    for number, delay in enumerate((0, *after)):
        calls = [
            Call(centre, _ROLES[number - level])
            for level, centre in enumerate(centres)
            if 0 <= number - level < len(_ROLES)
        ]
        if number == 0 and call_leader:
            calls.append(Call(centres[0], DutyRole.LEADER))
        if calls:
            steps.append(PlannedStep(number, delay, tuple(calls)))
    return tuple(steps)
