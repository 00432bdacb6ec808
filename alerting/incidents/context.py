"""What acting on an alert takes, besides the alert."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from alerting.incidents.settings import ActingSettings
from alerting.oncall.roster import Roster
from alerting.runbooks.model import Runbook
from topology.network import Network


class RunbookFinder(Protocol):
    """Where runbooks come from: `alerting.runbooks.library.RunbookLibrary`."""

    def match(self, labels: Mapping[str, str]) -> Runbook | None:
        """The runbook that answers an alert with these labels best."""
        ...


@dataclass(frozen=True, slots=True)
class Duties:
    """Enough to call people: the network, who is on duty, and the province's rules."""

    network: Network
    roster: Roster
    settings: ActingSettings
