"""What is remembered about a device from look to look: its clock, its inventory and plan, how it takes requests."""

import logging
from typing import Final

from collectors.budget.exchange import NOTHING, Cost, request_cost
from collectors.reachability.patience import Patience
from collectors.snmp.inventory import Inventory
from collectors.snmp.plan import Plan, Track, make_plan, repack
from collectors.snmp.sizing import RequestSize
from collectors.snmp.uptime import Clockwork, compare

log = logging.getLogger(__name__)

SETTLED: Final = 300.0
"""Seconds after which an agent that started has all its tables."""

SOONEST_RETRY: Final = 60.0
LATEST_RETRY: Final = 1_800.0
"""Seconds from a failed inventory to the next attempt; the pause doubles from the one to the other."""


class Memory:
    """One device's. Moments are on the monotonic clock, in seconds."""

    __slots__ = (
        "_interval",
        "_pause",
        "_share",
        "_ticks_at",
        "_tracks",
        "cost",
        "declared",
        "device",
        "inventory",
        "inventory_at",
        "inventory_bytes",
        "most_interfaces",
        "need",
        "patience",
        "plan",
        "relearn",
        "restarts",
        "secure",
        "size",
        "ticks",
        "timeouts",
    )

    def __init__(
        self,
        device: str,
        declared: frozenset[str],
        *,
        timeout: float,
        values: int,
        most_interfaces: int,
        inventory_interval: float,
        share: float,
    ) -> None:
        """`declared` are the interfaces that the topology has links on; `share`, from 0 to 1, tells devices apart that
        began together, so that their inventories don't fall due together."""
        self.device = device
        self.declared = declared
        self.most_interfaces = most_interfaces
        self.patience = Patience(timeout)
        self.size = RequestSize(values)
        self.ticks: int | None = None
        """sysUpTime when it last answered, in hundredths of a second."""
        self.inventory: Inventory | None = None
        """The last one, also that of an earlier run of the platform: names, neighbours and peers outlive it."""
        self.plan: Plan | None = None
        self.relearn = True
        """No plan, or none that can be trusted: nothing is read by it before the next inventory."""
        self.inventory_at = 0.0
        """When the next inventory may be taken; due at the next full look after that."""
        self.cost: Cost = NOTHING
        """Bytes of a full look, by the plan."""
        self.need = 0
        """The same, both ways together."""
        self.secure = False
        """Its packets are longer: it is spoken to by SNMPv3."""
        self.inventory_bytes = 0
        """Of the last inventory, both ways; 0 before it."""
        self.timeouts = 0
        """Requests that went unanswered."""
        self.restarts = 0
        self._ticks_at = 0.0
        self._tracks: dict[str, Track] = {}
        self._interval = inventory_interval
        self._share = share
        self._pause = 0.0

    def restarted(self, ticks: object, now: float) -> bool:
        """Take note of the agent's clock; True when it says that the agent restarted."""
        if type(ticks) is not int or not 0 <= ticks < 2**32:
            self.ticks = None
            return False
        before, elapsed = self.ticks, now - self._ticks_at
        self.ticks, self._ticks_at = ticks, now
        # The usual case first: compare() would say the same.
        if before is None or -5.0 <= ((ticks - before) & 0xFFFFFFFF) / 100 - elapsed <= 5.0:
            return False
        what = compare(before, ticks, elapsed)
        if what is Clockwork.STEADY:
            return False
        for track in self._tracks.values():
            track.forget()
        if what is Clockwork.JUMPED:
            return False
        self.distrust()
        return True

    def distrust(self) -> None:
        """Indexes may have moved: learn them anew, at once."""
        if self.inventory is not None:
            self.inventory = self.inventory.distrusted()
        self.relearn = True
        self.inventory_at = 0.0

    def learned(self, inventory: Inventory, now: float) -> None:
        """An inventory was taken."""
        if self.plan is None and inventory.missing:
            log.warning(
                "Device %s has no interface named %s, which the topology declares a link on. Correct its name there.",
                self.device,
                ", ".join(sorted(inventory.missing)),
                extra={"device": self.device},
            )
        self.inventory = inventory
        self.plan = make_plan(inventory, self._tracks, self.size.size, now)
        self._count()
        self.relearn = False
        self._pause = 0.0
        self.inventory_at = now + self._interval * (0.75 + 0.25 * self._share)
        uptime = 0.0 if self.ticks is None else self.ticks / 100
        if 0.0 < uptime < SETTLED:
            # A young agent has not everything to tell yet: net-snmp has no processor load in its first minute.
            self.inventory_at = min(self.inventory_at, now + SETTLED - uptime)

    def inventory_failed(self, now: float) -> None:
        """An inventory could not be finished: not again at once."""
        self._pause = min(LATEST_RETRY, max(SOONEST_RETRY, 2 * self._pause))
        self.inventory_at = now + self._pause

    def repack(self, refused: frozenset[int] = frozenset()) -> None:
        """Pack the plan's items anew by the present size, without those at positions that the agent refuses."""
        assert self.plan is not None
        if refused:
            log.warning(
                "Device %s refuses to tell some of its values (%d items); they are left out until its next inventory.",
                self.device,
                len(refused),
                extra={"device": self.device},
            )
        self.plan = repack(self.plan, self.size.size, refused)
        self._count()

    def _count(self) -> None:
        assert self.plan is not None
        cost = NOTHING
        for request in self.plan.requests:
            cost = cost.plus(request_cost(request.oids, self.secure))
        self.cost, self.need = cost, cost.total
