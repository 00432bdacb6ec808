"""The platform's own heartbeat: what tells, after a stop of any kind, from when on nothing was watched."""

from typing import Any, Final, cast

from sqlalchemy import Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from alerting.timeline.tables import HeartbeatRow, IntervalRow
from foundation.clock import Instant

PART = "judging"
_TABLE: Final = cast(Table, HeartbeatRow.__table__)


def _beat_statement(dialect: Any) -> Any:
    statement = dialect.insert(_TABLE)
    return statement.on_conflict_do_update(index_elements=["part"], set_={"at": statement.excluded["at"]})


# Built once, since it goes with every judgement; one statement, that reads nothing.
_BEAT: Final = {"sqlite": _beat_statement(sqlite), "postgresql": _beat_statement(postgresql)}


def beat(session: Session, now: Instant) -> None:
    """Record that judging lives."""
    connection = session.connection()
    connection.execute(_BEAT[connection.dialect.name], {"part": PART, "at": now})


def last_beat(session: Session) -> Instant | None:
    """The last recorded heartbeat; None before judging ever started."""
    return session.scalar(select(HeartbeatRow.at).where(HeartbeatRow.part == PART))


def alive_until(session: Session) -> Instant | None:
    """The last moment at which judging is known to have lived; None when it never did.

    A state that was written after the last heartbeat is as good a sign of life as the heartbeat.
    """
    signs: list[Any] = [
        last_beat(session),
        session.scalar(select(func.max(IntervalRow.started_at)).where(IntervalRow.ended_at.is_(None))),
    ]
    return max((int(sign) for sign in signs if sign is not None), default=None)
