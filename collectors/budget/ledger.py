"""Keeps the budgets of all lines: who may look now, and what each line has carried.

A device's looks are counted on every line of its primary path. Its account holds those lines, so counting a look is
a few additions.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from collectors.budget.line import INVENTORY_YIELDS, Line
from collectors.budget.paths import primary_paths
from topology.network import Network

LOOKS_OF_FLOOR: Final = 2.0
"""A slow line may carry this many times what reachability alone takes: else nothing were left for full looks, ever."""

MINUTE: Final = 60.0


def line_rate(speed_mbps: float, share: float, devices: int, quick: int, quick_interval: float) -> float:
    """Bytes a second that polling may put on a line: `share` percent of its speed, and never less than the floor.

    The floor is what the quick looks of the devices behind it take (`quick` bytes each, every `quick_interval`
    seconds), twice.
    """
    floor = LOOKS_OF_FLOOR * devices * quick / quick_interval
    return max(speed_mbps * 1e6 / 8 * share / 100, floor)


class Account:
    """What one device's looks are counted on."""

    __slots__ = ("device", "inventory_since", "lines", "links", "put_off", "values_since")

    def __init__(self, device: str, lines: tuple[Line, ...], links: tuple[str, ...] = ()) -> None:
        self.device = device
        self.links = links
        """The ids of the links that `lines` are the budgets of."""
        self.lines = lines
        self.put_off = 0
        """Full looks and inventories that a line's budget put off."""
        self.values_since: float | None = None
        """Since when a full look waits."""
        self.inventory_since: float | None = None

    def spend(self, number: int) -> None:
        """Count bytes that go through, whatever the budget says: reachability, and corrections of estimates."""
        for line in self.lines:
            line.spent += number

    def may_read(self, need: int, now: float) -> bool:
        """Whether a full look of so many bytes may go now; they are counted if it may."""
        since = self.values_since
        if self._admit(need, now if since is None else since, now):
            self.values_since = None
            return True
        self.values_since = now if since is None else since
        return False

    def may_learn(self, need: int, now: float) -> bool:
        """The same for an inventory, which lets full looks go first."""
        since = self.inventory_since
        if self._admit(need, (now if since is None else since) + INVENTORY_YIELDS, now):
            self.inventory_since = self.values_since = None
            return True
        self.inventory_since = now if since is None else since
        return False

    def leave(self) -> None:
        """It does not wait any more: it is down, or was read otherwise."""
        self.values_since = self.inventory_since = None
        for line in self.lines:
            line.waiting.pop(self.device, None)

    def _admit(self, need: int, rank: float, now: float) -> bool:
        device = self.device
        # Nearly always there is plenty, and nobody waits: then no clock and no sum is needed.
        for line in self.lines:
            if line.waiting or line.spent + need > line.ample:
                break
        else:
            for line in self.lines:
                line.spent += need
            return True
        if any(line.short(device, need, rank, now) for line in self.lines):
            self.put_off += 1
            for line in self.lines:
                line.waiting[device] = rank, need
            return False
        for line in self.lines:
            line.spent += need
            line.waiting.pop(device, None)
        return True


class Ledger:
    """The accounts of all devices and the budgets of all lines."""

    def __init__(self, network: Network, *, share: float, quick: int, quick_interval: float, now: float) -> None:
        """`share` is the percentage of a line's speed that polling may use; `quick` the bytes of a quick look."""
        paths = primary_paths(network)
        behind = _behind(paths)
        self.lines: Mapping[str, Line] = {
            link: Line(
                line_rate(network.links[link].speed_mbps, share, devices, quick, quick_interval),
                now,
                devices=devices,
                speed_mbps=network.links[link].speed_mbps,
            )
            for link, devices in behind.items()
        }
        self.accounts: Mapping[str, Account] = {
            device: Account(device, tuple(self.lines[link] for link in path), path) for device, path in paths.items()
        }
        self._samples: list[tuple[float, tuple[int, ...]]] = [(now, (0,) * len(self.lines))]

    def sample(self, now: float) -> None:
        """Take note of what the lines have carried; called every few seconds."""
        for line in self.lines.values():
            line.held(now)
        self._samples.append((now, tuple(line.spent for line in self.lines.values())))
        while len(self._samples) > 2 and now - self._samples[1][0] >= MINUTE:
            del self._samples[0]

    def carried(self) -> dict[str, float]:
        """Bytes a minute that polling put on each line, over about the last minute."""
        (first, before), (last, after) = self._samples[0], self._samples[-1]
        span = last - first
        if span <= 0:
            return dict.fromkeys(self.lines, 0.0)
        return {link: (new - old) * MINUTE / span for link, old, new in zip(self.lines, before, after, strict=True)}

    @property
    def put_off(self) -> int:
        """Looks that a line's budget put off so far."""
        return sum(account.put_off for account in self.accounts.values())


def _behind(paths: Mapping[str, Iterable[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for path in paths.values():
        for link in path:
            found[link] = found.get(link, 0) + 1
    return found
