"""Ending windows without an end once all has been calm: with an audit entry and a message, each by itself.

Ending one looks at the window and its objects only, never at incidents: one that was closed or opened meanwhile is in
nobody's way. One window that can't be ended leaves the others alone.
"""

import logging
from typing import Final

from sqlalchemy.orm import Session

from alerting.audit.log import SYSTEM, take_turns
from alerting.maintenance.calm import calm_since
from alerting.maintenance.notice import people_of, texts_of
from alerting.maintenance.planning import note
from alerting.maintenance.settings import MaintenanceSettings
from alerting.maintenance.tables import WindowRow
from alerting.maintenance.targets import objects_of
from alerting.maintenance.windows import active, view_of
from alerting.notify.notices import enqueue_notice
from alerting.oncall.roster import Roster
from foundation.clock import Instant
from foundation.problems import OperatorError
from storage.records.database import Records
from topology.network import Network

log = logging.getLogger(__name__)

SOURCE: Final = "rule"


class Endings:
    """Ends what is over. Made once; every call looks at the records anew."""

    def __init__(self, network: Network, roster: Roster, settings: MaintenanceSettings, signature: str) -> None:
        self._network = network
        self._roster = roster
        self._settings = settings
        self._signature = signature

    def run(self, records: Records, now: Instant) -> list[int]:
        """End each open-ended window that has been calm, or has stood for nothing, for long enough; which they were.

        Each in a transaction of its own.

        Raises OperatorError when the records can't be read.
        """
        with records.reading() as session:
            candidates = [window.id for window in active(session, now) if window.is_open_ended]
        ended = []
        for number in candidates:
            try:
                with records.transaction() as session:
                    if self.end_if_calm(session, number, now):
                        ended.append(number)
            except OperatorError as error:
                log.error("The maintenance window %d can't be ended and is tried again: %s", number, error)
        return ended

    def end_if_calm(self, session: Session, number: int, now: Instant) -> bool:
        """End one, in the caller's transaction, if it still lasts and all has been calm, or what it was planned for has
        left the network; whether it was ended."""
        take_turns(session)
        row = session.get(WindowRow, number, with_for_update=True)
        if row is None or not view_of(row).is_active(now) or row.ends_at is not None:
            return False
        window = view_of(row)
        objects = objects_of(window.target_kind, window.target_id, self._network)
        # What has left the network is never calm, and nothing is behind the window: it would last for ever.
        gone = not objects
        since = window.starts_at if gone else calm_since(session, self._network, objects, window.starts_at)
        if since is None or now - since < self._settings.calm:
            return False
        row.ended_at, row.ended_by = now, SYSTEM
        session.flush()
        why = {"target_gone": True} if gone else {"calm_since": since}
        note(session, row, "maintenance.end", SYSTEM, now, SOURCE, **why)
        people = people_of(self._network, self._roster, objects, window.author, now)
        texts = texts_of(self._network, window, objects, None if gone else since, now, self._signature)
        enqueue_notice(session, window.name.replace(":", "."), texts, people, now)
        return True
