"""Which devices and links maintenance excuses at a moment, and what lies behind them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from alerting.maintenance.targets import Objects, TargetKind, objects_of
from alerting.maintenance.windows import NewWindow, Window
from foundation.clock import Instant
from topology.network import Network


@dataclass(frozen=True, slots=True)
class Covered:
    """What is under maintenance at a moment, each with the window that counts: of several, the one that ends last."""

    devices: Mapping[str, Window] = field(default_factory=dict)
    links: Mapping[str, Window] = field(default_factory=dict)
    behind: frozenset[str] = frozenset()
    """Devices that are not excused themselves, and that no path reaches while all of these are off: planned work may
    cut them off. A device with another way keeps its alarms: when it is lost, something real failed too."""
    stranded: Mapping[str, Window] = field(default_factory=dict)
    """Of those behind, the devices whose every uplink is under maintenance. Whether such a device or its line is down
    can't be told, for the far end of a line may show nothing: so its silence is planned, and nothing else about it."""

    def over(self, key: str) -> Window | None:
        """The window over a device or a link; None when there is none."""
        return self.devices.get(key) or self.links.get(key)


NOTHING = Covered()


class Coverage:
    """Built once for a network: asking again costs next to nothing until a window begins, ends or is planned."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._objects: dict[tuple[TargetKind, str], Objects] = {}
        self._key: tuple[tuple[int, Instant, str], ...] = ()
        self._covered = NOTHING

    def objects(self, window: NewWindow | Window) -> Objects:
        """The devices and links that a window is planned for, as the network stands."""
        return self.of(window.target_kind, window.target_id)

    def of(self, kind: TargetKind, target: str) -> Objects:
        """The devices and links that a target stands for, as the network stands."""
        found = self._objects.get((kind, target))
        if found is None:
            found = self._objects[kind, target] = objects_of(kind, target, self._network)
        return found

    def at(self, windows: Iterable[Window], now: Instant) -> Covered:
        """What is covered at a moment. The same object as before, as long as the same windows last."""
        active = sorted((window for window in windows if window.is_active(now)), key=_last)
        key = tuple((window.id, window.until, window.target_id) for window in active)
        if key != self._key:
            self._key, self._covered = key, self._cover(active)
        return self._covered

    def behind(self, objects: Objects) -> frozenset[str]:
        """The devices, themselves not among them, that no path reaches without these."""
        if not objects:
            return frozenset()
        reached = self._network.reachable(objects.devices, objects.links)
        # What nothing reaches anyway lies behind no window: a gap in the files must not silence it.
        return frozenset(self._rooted() - reached - objects.devices)

    def _cover(self, active: Iterable[Window]) -> Covered:
        devices: dict[str, Window] = {}
        links: dict[str, Window] = {}
        for window in active:  # the last to end comes last, and counts
            objects = self.objects(window)
            devices |= dict.fromkeys(objects.devices, window)
            links |= dict.fromkeys(objects.links, window)
        if not devices and not links:
            return NOTHING
        behind = self.behind(Objects(frozenset(devices), frozenset(links)))
        stranded = {}
        for device in behind if links else ():
            lines = [links.get(link.id) for link in self._network.uplinks(device)]
            over = [window for window in lines if window is not None]
            if over and len(over) == len(lines):
                stranded[device] = min(over, key=_last)  # one line back is enough to expect it back
        return Covered(devices, links, behind, stranded)

    def _rooted(self) -> set[str]:
        return self._network.reachable()


def _last(window: Window) -> tuple[Instant, int]:
    return window.until, window.id
