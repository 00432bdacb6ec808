"""Which maintenance window, if any, explains a condition."""

from alerting.changes import ObjectKind
from alerting.judge.condition import Condition
from alerting.judge.states import States
from alerting.maintenance.windows import Window
from topology.network import Network


class Excuses:
    """Planned work explains what is wrong with its own devices and lines, and the silence of what it strands."""

    def __init__(self, network: Network, states: States) -> None:
        self._network = network
        self._states = states

    def window(self, condition: Condition, *, is_silence: bool) -> Window | None:
        """The window over a condition. `is_silence`: it says no more than that its device does not answer."""
        covered = self._states.covered
        for device in condition.anchors:
            if (found := covered.devices.get(device)) is not None:
                return found
        if covered.links and (line := self._line(condition)) in covered.links:
            return covered.links[line]
        return covered.stranded.get(condition.device) if is_silence else None

    def _line(self, condition: Condition) -> str:
        """The link that a condition is about; empty for none."""
        key = condition.key
        if key.object_kind is ObjectKind.LINK:
            return key.object_id
        if key.object_kind is ObjectKind.INTERFACE:
            link = self._network.link_at(condition.device, key.object_id.partition("/")[2])
            return "" if link is None else link.id
        return condition.details.get("link", "")
