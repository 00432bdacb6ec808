"""All tables there are, of every room: whoever copies or counts records must know them all.

Commands import only what they need, so that the tables of a room which a command never asks are unknown to it. What
copies a whole database imports this.
"""

from types import ModuleType
from typing import Final

from alerting.alerts import tables as alerts
from alerting.audit import tables as audit
from alerting.incidents import tables as incidents
from alerting.maintenance import tables as maintenance
from alerting.notify import tables as notify
from alerting.timeline import tables as timeline
from collectors.facts import tables as facts
from dashboard.accounts import tables as accounts

MODULES: Final[tuple[ModuleType, ...]] = (alerts, audit, incidents, maintenance, notify, timeline, facts, accounts)
"""Where they are declared."""
