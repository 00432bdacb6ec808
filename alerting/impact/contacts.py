"""Whom to call about an impact: who is on duty now at each centre concerned."""

from dataclasses import dataclass, replace

from alerting.impact.whatif import Impact
from alerting.oncall.duty import Person
from alerting.oncall.roster import Roster
from foundation.clock import Instant
from foundation.problems import OperatorError
from topology.network import Network


@dataclass(frozen=True, slots=True)
class Contact:
    """One centre: who serves there now, and how many agencies that it answers for are concerned."""

    division: str
    operator: Person
    leader: Person
    agencies: int


def contacts(network: Network, roster: Roster, impact: Impact, now: Instant) -> tuple[Contact, ...]:
    """The centres that answer for what is cut off or degraded, those with most agencies concerned first.

    A division for which the roster names nobody is left out: it is among the counties of the impact still.
    """
    found: dict[str, Contact] = {}
    centre_of: dict[str, str | None] = {}
    for device_id in impact.cut_off.devices | impact.degraded.devices:
        device = network.devices[device_id]
        division = device.county or device.division
        if division not in centre_of:
            centre_of[division] = None
            try:
                duty = roster.on_duty(division, now)
            except OperatorError:
                continue
            centre_of[division] = duty.centre
            found.setdefault(duty.centre, Contact(duty.centre, duty.operator, duty.leader, 0))
        centre = centre_of[division]
        if centre is not None and device.agency is not None:
            found[centre] = replace(found[centre], agencies=found[centre].agencies + 1)
    return tuple(sorted(found.values(), key=lambda contact: (-contact.agencies, contact.division)))
