"""The life of an incident, as one explicit table of (state, event) → state. A pair that is not listed is refused."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from foundation.problems import OperatorError


class IncidentState(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    """Nobody has taken it yet: it climbs."""
    ACKNOWLEDGED = "acknowledged"
    """A named person works on it."""
    RECOVERED = "recovered"
    """The platform sees nothing wrong any more; a person has yet to close it."""
    CLOSED = "closed"


class IncidentEvent(StrEnum):
    """What can happen to an incident."""

    JOIN = "join"
    """Another alert of the same cause began to fire. By the engine."""
    REFRESH = "refresh"
    """Impact or severity changed. By the engine."""
    RECOVER = "recover"
    """The last of its alerts cleared. By the engine."""
    RELAPSE = "relapse"
    """An alert fires again. By the engine."""
    RELAPSE_IN_HAND = "relapse-in-hand"
    """The same, soon after the recovery of an incident that a person already has in hand. By the engine."""
    RESUME = "resume"
    """What held all of its alerts is over, and one of them still holds: it calls people from the beginning. By the
    engine."""
    EXPIRE = "expire"
    """The approved rule closes what has been recovered long enough. By the platform."""
    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    NOTE = "note"
    TICK = "tick"
    CLOSE = "close"


_S, _E = IncidentState, IncidentEvent

TRANSITIONS: Final[Mapping[tuple[IncidentState, IncidentEvent], IncidentState]] = {
    (_S.OPEN, _E.JOIN): _S.OPEN,
    (_S.OPEN, _E.REFRESH): _S.OPEN,
    (_S.OPEN, _E.RECOVER): _S.RECOVERED,
    (_S.OPEN, _E.RESUME): _S.OPEN,
    (_S.OPEN, _E.ACKNOWLEDGE): _S.ACKNOWLEDGED,
    (_S.OPEN, _E.ASSIGN): _S.OPEN,
    (_S.OPEN, _E.NOTE): _S.OPEN,
    (_S.OPEN, _E.TICK): _S.OPEN,
    (_S.ACKNOWLEDGED, _E.JOIN): _S.ACKNOWLEDGED,
    (_S.ACKNOWLEDGED, _E.REFRESH): _S.ACKNOWLEDGED,
    (_S.ACKNOWLEDGED, _E.RECOVER): _S.RECOVERED,
    (_S.ACKNOWLEDGED, _E.RESUME): _S.OPEN,
    (_S.ACKNOWLEDGED, _E.ASSIGN): _S.ACKNOWLEDGED,
    (_S.ACKNOWLEDGED, _E.NOTE): _S.ACKNOWLEDGED,
    (_S.ACKNOWLEDGED, _E.TICK): _S.ACKNOWLEDGED,
    (_S.ACKNOWLEDGED, _E.CLOSE): _S.CLOSED,
    (_S.RECOVERED, _E.RELAPSE): _S.OPEN,
    (_S.RECOVERED, _E.RELAPSE_IN_HAND): _S.ACKNOWLEDGED,
    (_S.RECOVERED, _E.ACKNOWLEDGE): _S.RECOVERED,
    (_S.RECOVERED, _E.ASSIGN): _S.RECOVERED,
    (_S.RECOVERED, _E.NOTE): _S.RECOVERED,
    (_S.RECOVERED, _E.TICK): _S.RECOVERED,
    (_S.RECOVERED, _E.CLOSE): _S.CLOSED,
    (_S.RECOVERED, _E.EXPIRE): _S.CLOSED,
    (_S.CLOSED, _E.NOTE): _S.CLOSED,
}

_REFUSALS: Final[Mapping[tuple[IncidentState, IncidentEvent], str]] = {
    (_S.OPEN, _E.CLOSE): "事件 {number} 还没有人确认:请先确认,再关闭。",
    (_S.ACKNOWLEDGED, _E.ACKNOWLEDGE): "事件 {number} 已经有人确认,不需要再次确认;要换人处理,请改派。",
}


def after(state: IncidentState, event: IncidentEvent, number: str) -> IncidentState:
    """The state that an event leads to.

    Raises OperatorError with one sentence when the event is not possible in this state.
    """
    following = TRANSITIONS.get((state, event))
    if following is None:
        if state is IncidentState.CLOSED:
            raise OperatorError(f"事件 {number} 已经关闭,只能补充备注;如果故障再次发生,平台会新建事件。")
        sentence = _REFUSALS.get((state, event), "事件 {number} 处于“{state}”状态,不能执行“{event}”。")
        raise OperatorError(sentence.format(number=number, state=state.value, event=event.value))
    return following
