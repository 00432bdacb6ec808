"""One transaction a turn: timeline, alerts, and all that acting does about them. All of it, or nothing yet.

What could not be written stays in the journal, in order, and is tried again: judging goes on meanwhile.
"""

import logging
from collections.abc import Sequence
from typing import Final

from alerting.alerts.writer import write_effects, write_late_clears, write_touches
from alerting.changes import AlertChange, ChangeKind, Responder
from alerting.judge.journal import Journal
from alerting.timeline.heartbeat import beat
from alerting.timeline.writer import write_intervals
from foundation.clock import SECOND, Clock, Instant
from foundation.messages import Message
from foundation.problems import OperatorError
from storage.records.database import Records

log = logging.getLogger(__name__)

HEARTBEAT: Final = 10 * SECOND
FIRST_RETRY_S: Final = 1.0
LAST_RETRY_S: Final = 10.0
"""Nobody is called while judgements wait: the database is asked often."""
_TOLD: Final = {ChangeKind.RAISED: "Raised", ChangeKind.CLEARED: "Cleared"}


class Committer:
    """Writes the journal, and knows when it may try again."""

    def __init__(self, records: Records, responder: Responder, clock: Clock) -> None:
        self._records = records
        self._responder = responder
        self._clock = clock
        self._beaten_at: Instant = -1
        self._retry_at = float("-inf")
        self._pause = 0.0
        self.failures = 0
        """Transactions that failed."""

    @property
    def is_failing(self) -> bool:
        """Whether the latest transaction failed."""
        return self._pause > 0

    def commit(self, journal: Journal, now: Instant, *, force: bool = False) -> Sequence[Message]:
        """Write all that waits, and the heartbeat when it is due; the messages to publish.

        Empty when there was nothing to do, when a failed transaction's pause lasts (unless `force`), or when it failed
        again: then everything stays in the journal.
        """
        beating = force or not 0 <= now - self._beaten_at < HEARTBEAT
        if not beating and not len(journal):
            return ()
        if not force and self._clock.monotonic() < self._retry_at:
            return ()
        try:
            changes, messages = self._write(journal, now, beating=beating)
        except OperatorError as error:
            self._failed(error, journal)
            return ()
        if beating:
            self._beaten_at = now
            journal.touches.clear()
        messages = [*journal.messages, *messages]
        journal.alerts.clear()
        journal.late_clears.clear()
        journal.intervals.clear()
        journal.messages.clear()
        if self.is_failing:
            self._pause = 0.0
            self._retry_at = float("-inf")
            log.info("Judgements are recorded again; nothing was lost.")
        _log(changes)
        return messages

    def _write(
        self, journal: Journal, now: Instant, *, beating: bool
    ) -> tuple[Sequence[AlertChange], Sequence[Message]]:
        with self._records.transaction() as session:
            write_intervals(session, journal.intervals)
            changes = write_effects(session, journal.alerts)
            write_late_clears(session, journal.late_clears)
            messages = self._responder.respond(session, changes, now) if changes else []
            if beating:
                write_touches(session, journal.touches.values())
            # With every judgement too: killed right after it, what was just judged must not end before it began.
            beat(session, now)
        return changes, messages

    def _failed(self, error: OperatorError, journal: Journal) -> None:
        self.failures += 1
        if not self.is_failing:
            log.error(
                "Judgements can't be recorded: %s They wait, and are tried again until it works.",
                error,
                extra={"waiting": len(journal)},
            )
        self._pause = min(max(self._pause * 2, FIRST_RETRY_S), LAST_RETRY_S)
        self._retry_at = self._clock.monotonic() + self._pause


def _log(changes: Sequence[AlertChange]) -> None:
    """A line for each alert that came or went; what is suppressed or only changed is in the records."""
    for change in changes:
        if change.kind in _TOLD:
            log.info("%s: %s.", _TOLD[change.kind], change.summary_en, extra={"alert": change.alert})
