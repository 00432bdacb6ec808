"""How a private network's state follows from its member agencies, by counts: one change costs no pass. Pure."""

from collections import Counter
from collections.abc import Mapping

from alerting.timeline.standing import LOST_FIRST, without_service
from foundation.messages import State


def network_state(members: Mapping[State, int]) -> State:
    """While a member is served, the network serves: DEGRADED when another is lost, UNKNOWN when one is unknown and none
    is known to be lost, else UP. Without a member that is served, see `without_service`."""
    if not members.get(State.UP) and not members.get(State.DEGRADED):
        lost = sum(members.get(state, 0) for state in LOST_FIRST)
        return without_service(
            unknown=bool(members.get(State.UNKNOWN)) or not lost,
            maintenance=bool(members.get(State.MAINTENANCE)),
            down=bool(members.get(State.DOWN)),
        )
    if any(members.get(state) for state in LOST_FIRST):
        return State.DEGRADED
    return State.UNKNOWN if members.get(State.UNKNOWN) else State.UP


class Members:
    """The members of one network: how many are in each state, and for which causes."""

    __slots__ = ("_causes", "counts")

    def __init__(self) -> None:
        self.counts: Counter[State] = Counter()
        self._causes: dict[State, Counter[str]] = {state: Counter() for state in LOST_FIRST}

    def add(self, state: State, cause: str) -> None:
        """One more member in a state."""
        self.counts[state] += 1
        if state.is_lost:
            self._causes[state][cause] += 1

    def remove(self, state: State, cause: str) -> None:
        """One member less in a state that it was added in."""
        self.counts[state] -= 1
        if state.is_lost:
            causes = self._causes[state]
            causes[cause] -= 1
            if not causes[cause]:
                del causes[cause]

    def cause(self, known: str) -> str:
        """The one cause that the network's timeline names: the known one as long as a member is lost for it."""
        if any(known in causes for causes in self._causes.values()):
            return known
        for causes in self._causes.values():
            if causes:
                # The one that takes most; of equals the first by name.
                return min(causes, key=lambda cause: (-causes[cause], cause))
        return ""
