"""What falls due by itself, polled by the scheduler every few seconds."""

from sqlalchemy.orm import Session

from alerting.audit.log import take_turns
from alerting.incidents.closing import close_expired
from alerting.incidents.context import Duties
from alerting.incidents.escalation import escalate
from alerting.incidents.settings import ActingSettings
from alerting.oncall.roster import Roster
from foundation.clock import Instant
from foundation.messages import Message
from topology.network import Network


def work_due(
    session: Session, now: Instant, network: Network, roster: Roster, settings: ActingSettings
) -> list[Message]:
    """Fire the escalation steps that are due and close what the approved rule closes, in the caller's transaction.

    Returns the messages to publish once it is committed.
    """
    take_turns(session)
    duties = Duties(network, roster, settings)
    return [*escalate(session, duties, now), *close_expired(session, settings, now)]
