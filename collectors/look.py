"""One device under watch, and the look at it that is under way.

A look goes by callbacks from the device's channel, without a task or a future, since there are hundreds a second. It
ends in `Watcher.finished`, whatever happens, and on its way publishes:

- a *quick* look: sysUpTime.0 alone, which is the reachability layer;
- a *full* look: the plan's requests, decoded as they come, published only when the last one is in;
- before that an *inventory* where none is at hand, or where the agent's clock or table stamp says that indexes may have
  moved: no reading is published from a plan that may be wrong.

A request that goes unanswered is re-checked at once by a quick one: three attempts in all, the last beside a ping, then
the verdict.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol

from collectors.reachability.patience import ATTEMPTS, Patience
from collectors.snmp import oids
from collectors.snmp.channel import Channel
from collectors.snmp.conversation import Conversation, Unanswered
from collectors.snmp.decode import moved, read_interface
from collectors.snmp.gufo import Answer
from collectors.snmp.inventory import Inventory, take_inventory
from collectors.snmp.plan import Plan, Track, make_plan, repack
from collectors.snmp.sizing import RequestSize
from collectors.snmp.uptime import Clockwork, compare
from collectors.telemetry import Telemetry
from foundation.clock import Clock, Instant
from foundation.messages import HealthReading, InterfaceReading, Observation, Reach

log = logging.getLogger(__name__)

QUICK: Final = [oids.SYS_UPTIME]

MOST_LOST: Final = 4
"""Requests of one look that may be lost, while small ones come through, before the look is given up."""

INVENTORY_DEADLINE: Final = 60.0
"""Seconds. The longest that a device's inventory may take."""

SETTLED: Final = 300.0
"""Seconds after which an agent that started has all its tables."""

SOONEST_RETRY: Final = 60.0
LATEST_RETRY: Final = 1_800.0
"""Seconds from a failed inventory to the next attempt; the pause doubles from the one to the other."""


class Owner(Protocol):
    """What a watcher needs of who schedules it."""

    @property
    def clock(self) -> Clock:
        """Where the time comes from."""
        ...

    @property
    def telemetry(self) -> Telemetry:
        """Where figures are kept."""
        ...

    @property
    def publish(self) -> Callable[[Observation], None]:
        """Tells the others what was found."""
        ...

    def finished(self, watcher: "Watcher") -> None:
        """The look is over."""
        ...

    def recovered(self, watcher: "Watcher") -> None:
        """A device that was down answers again."""
        ...

    def ping(self, watcher: "Watcher") -> "asyncio.Future[bool] | None":
        """Ask whether the device answers a ping; None where pings are off."""
        ...

    def inventory(self, watcher: "Watcher") -> None:
        """Run `watcher.take_inventory()` in a task."""
        ...


class Watcher:
    """One device: what is remembered about it, and the look under way."""

    __slots__ = (
        "_again",
        "_answered",
        "_at",
        "_attempt",
        "_began",
        "_clock",
        "_deadline",
        "_declared",
        "_excluded",
        "_full",
        "_health",
        "_interval",
        "_lost",
        "_most",
        "_number",
        "_on_quick",
        "_on_values",
        "_owner",
        "_pinging",
        "_readings",
        "_relearn",
        "_relearned",
        "_retry",
        "_retry_at",
        "_telemetry",
        "_timeouts",
        "_tracks",
        "address",
        "busy",
        "channel",
        "device",
        "down",
        "due_at",
        "full_next",
        "inventory_at",
        "ladder_from",
        "missed_since",
        "patience",
        "phase",
        "plan",
        "queued",
        "size",
        "slot_at",
        "ticks",
        "ticks_at",
        "turn",
    )  # fmt: skip

    def __init__(
        self,
        device: str,
        address: str,
        channel: Channel,
        declared: frozenset[str],
        owner: Owner,
        *,
        timeout: float,
        deadline: float,
        values: int,
        interfaces: int,
        inventory_interval: float,
        phase: float,
    ) -> None:
        """`declared` are the interfaces that the topology has links on. Times are in seconds."""
        self.device = device
        self.address = address
        self.channel = channel
        self.patience = Patience(timeout)
        self.size = RequestSize(values)
        self.plan: Plan | None = None
        self.phase = phase
        # Scheduling, kept by the owner.
        self.busy = False
        self.queued = False
        self.turn = 0
        self.due_at = 0.0
        self.slot_at: float | None = None
        """The turn that the planned look takes; None for a look out of turn."""
        self.full_next = True
        # Reachability.
        self.down: Reach | None = None
        self.missed_since: Instant | None = None
        self.ladder_from: Instant = 0
        self.ticks: int | None = None
        self.ticks_at = 0.0
        # Inventory.
        self.inventory_at = 0.0
        self._declared = declared
        self._interval = inventory_interval
        self._most = interfaces
        self._tracks: dict[str, Track] = {}
        self._relearn = True
        self._retry = 0.0
        self._retry_at = 0.0
        # The look under way.
        self._owner = owner
        self._clock = owner.clock
        self._telemetry = owner.telemetry
        self._deadline = deadline
        self._at: Instant = 0
        self._began = 0.0
        self._attempt = 0
        self._timeouts = 0
        self._number = 0
        self._lost = 0
        self._full = False
        self._answered = False
        self._relearned = False
        self._pinging: asyncio.Future[bool] | None = None
        self._readings: list[InterfaceReading] = []
        self._health: list[HealthReading] = []
        # Bound once: a bound method is a new object at each access.
        self._on_quick = self._quick_came
        self._on_values = self._values_came

    @property
    def began(self) -> float:
        """When the look under way began, on the monotonic clock."""
        return self._began

    @property
    def asked(self) -> list[str]:
        """The objects that a full look asks for, request after request."""
        return [] if self.plan is None else [oid for request in self.plan.requests for oid in request.oids]

    @property
    def full(self) -> bool:
        """Whether the look under way asks all layers."""
        return self._full

    def look(self, full: bool, now: float) -> None:
        """Begin a look, now on the monotonic clock. Only when none is under way."""
        self._full = full
        self._began = now
        self._attempt = self._timeouts = self._number = self._lost = 0
        self._answered = self._relearned = False
        self._pinging = None
        if full and self.down is None and not self._relearn and now < self.inventory_at:
            self._ask_values()
        else:
            self._ask_quick()

    def abandon(self) -> None:
        """Give up a look that hangs: nothing of it is published."""
        self._finish()

    # Reachability ------------------------------------------------------------------------------------------------

    def _ask_quick(self) -> None:
        self._at = self._clock.now()
        wait = self.patience.attempt(self._attempt)
        last = self.down is not None or self._attempt == ATTEMPTS - 1
        if last and self._pinging is None:
            self._pinging = self._owner.ping(self)
        self.channel.ask(QUICK, wait, self._on_quick)

    def _quick_came(self, answer: Answer | None, took: float) -> None:
        if answer is None:
            self._unanswered()
            return
        self._attempt = 0
        self.patience.answered(took)
        restarted = self._is_restart(answer.get(oids.SYS_UPTIME))
        if self.down is not None or self.missed_since is not None:
            self._is_back()
        if restarted or (self._relearn and self.channel.came >= self._retry_at):
            self._full = True
        if not self._full:
            self._telemetry.quick_looks += 1
            self._publish_reach(took, restarted)
            self._finish()
        elif self._inventory_due():
            # The state of the device need not wait for its inventory.
            self._publish_reach(took, restarted)
            self._owner.inventory(self)
        elif self._relearn:
            # No plan that could be trusted, and the last attempt at an inventory failed a moment ago.
            self._publish_reach(took, restarted)
            self._finish()
        elif self._lost > MOST_LOST or self._overdue():
            self._publish_reach(took, restarted)
            self._finish()
        else:
            if self._lost > 1 and self.size.shrink():
                self._repack()
            self._ask_values()

    def _unanswered(self) -> None:
        if self.missed_since is None:
            self.missed_since = self._at
        self._timeouts += 1
        self._attempt += 1
        if self.down is None and self._attempt < ATTEMPTS:
            self._ask_quick()
        elif self._pinging is None or self._pinging.done():
            self._judge_miss()
        else:
            self._pinging.add_done_callback(self._ping_came)

    def _ping_came(self, _future: "asyncio.Future[bool]") -> None:
        if self.busy:
            self._judge_miss()

    def _judge_miss(self) -> None:
        alive = self._pinging is not None and not self._pinging.cancelled() and self._pinging.result()
        reach = Reach.SILENT if alive else Reach.MISSED
        if self.down is None:
            self.ladder_from = self.missed_since or self._at
            self.patience.forget()
        self.down = reach
        if alive:
            self._telemetry.silent += 1
        else:
            self._telemetry.misses += 1
        self._owner.publish(
            Observation(
                self.device,
                self._at,
                reach,
                missed_since=self.missed_since,
                poll_ms=self._elapsed_ms(),
                timeouts=self._timeouts,
            )
        )
        self._finish()

    def _is_back(self) -> None:
        """It answers again: everything that is known about it may have changed meanwhile, so all layers are read."""
        was_down = self.down is not None
        self.missed_since = None
        self.down = None
        if was_down:
            self._full = True
            self._owner.recovered(self)

    def _is_restart(self, ticks: object) -> bool:
        """Take note of the agent's clock; True when it says that the agent restarted."""
        if type(ticks) is not int or not 0 <= ticks < 2**32:
            self.ticks = None
            return False
        now = self.channel.came
        before, elapsed = self.ticks, now - self.ticks_at
        self.ticks, self.ticks_at = ticks, now
        if before is None or -5.0 <= ((ticks - before) & 0xFFFFFFFF) / 100 - elapsed <= 5.0:
            return False
        what = compare(before, ticks, elapsed)
        if what is Clockwork.STEADY:
            return False
        for track in self._tracks.values():
            track.forget()
        if what is Clockwork.JUMPED:
            return False
        self._telemetry.restarts += 1
        self._relearn = True
        self._retry_at = 0.0
        return True

    def _publish_reach(self, took: float, restarted: bool) -> None:
        ticks = self.ticks
        self._owner.publish(
            Observation(
                self.device,
                self._at,
                Reach.ANSWERED,
                None,
                took * 1000,
                None if ticks is None else ticks / 100,
                restarted,
                (),
                (),
                False,
                self._elapsed_ms(),
                self._timeouts,
            )
        )

    # Inventory ---------------------------------------------------------------------------------------------------

    def _inventory_due(self) -> bool:
        """Whether an inventory must, and may, be taken now."""
        return self.channel.came >= (self._retry_at if self._relearn else self.inventory_at)

    async def take_inventory(self) -> None:
        """Learn what the device has, then go on with the look. Run by the owner in a task."""
        talk = Conversation(self.channel, self.patience, self.size, self._telemetry)
        try:
            async with asyncio.timeout(INVENTORY_DEADLINE):
                inventory = await take_inventory(talk, self._declared, self._most, everything=False)
        except (Unanswered, TimeoutError):
            self._timeouts += talk.timing.timeouts
            self._inventory_failed()
            return
        self._timeouts += talk.timing.timeouts
        self._learned(inventory)
        # Its own time is not the look's.
        self._began = self._clock.monotonic()
        self._ask_values()

    def _learned(self, inventory: Inventory) -> None:
        now = self._clock.monotonic()
        self._telemetry.inventories += 1
        first = self.plan is None
        self.plan = make_plan(inventory, self._tracks, self.size.size, now)
        self._relearn, self._relearned = False, True
        self._retry = self._retry_at = 0.0
        # Not all devices at once, though all began together.
        self.inventory_at = now + self._interval * (0.75 + 0.25 * (self.phase % 1.0))
        uptime = 0.0 if self.ticks is None else self.ticks / 100
        if 0.0 < uptime < SETTLED:
            # A young agent has not everything to tell yet: net-snmp has no processor load in its first minute.
            self.inventory_at = min(self.inventory_at, now + SETTLED - uptime)
        if first and inventory.missing:
            log.warning(
                "Device %s has no interface named %s, which the topology declares a link on. Correct its name there.",
                self.device,
                ", ".join(sorted(inventory.missing)),
                extra={"device": self.device},
            )

    def _inventory_failed(self) -> None:
        now = self._clock.monotonic()
        self._telemetry.inventory_failures += 1
        self._retry = min(LATEST_RETRY, max(SOONEST_RETRY, 2 * self._retry))
        self._retry_at = self.inventory_at = now + self._retry
        # Is it still there at all?
        self._full = self._full and not self._relearn
        self._began = now
        self._ask_quick()

    # Interfaces and health ---------------------------------------------------------------------------------------

    def _ask_values(self) -> None:
        plan = self.plan
        assert plan is not None
        if self._number == 0:
            self._at = self._clock.now()
            self._readings = []
            self._health = []
        self.channel.ask(plan.requests[self._number].oids, self.patience.wait, self._on_values)

    def _values_came(self, answer: Answer | None, took: float) -> None:
        if answer is None:
            self._lost += 1
            self._unanswered()
            return
        if not answer:
            self._rejected(took)
            return
        self.patience.answered(took)
        plan = self.plan
        assert plan is not None
        ticks = answer.get(oids.SYS_UPTIME)
        if self._is_restart(ticks):
            self._publish_reach(took, restarted=True)
            self._owner.inventory(self)
            return
        if not self._decode(plan, answer):
            self._indexes_moved(took)
            return
        self._number += 1
        if self._number == len(plan.requests):
            self._publish_whole(took)
        elif self._overdue():
            self._publish_reach(took, restarted=False)
            self._finish()
        else:
            self._ask_values()

    def _decode(self, plan: Plan, answer: Answer) -> bool:
        """Decode one answer. False when the plan's instances are not, or may not be, what they were."""
        request = plan.requests[self._number]
        if plan.last_change is not None and answer.get(oids.IF_TABLE_LAST_CHANGE) != plan.last_change:
            return False
        ticks = self.ticks
        for item in request.interfaces:
            if item.identity and moved(item, answer):
                return False
            reading = read_interface(item, answer, ticks)
            if reading is None:
                return False
            self._readings.append(reading)
        for sensor in request.sensors:
            value = sensor.read(answer)
            if value is not None:
                self._health.append(value)
        return True

    def _indexes_moved(self, took: float) -> None:
        if self._relearned:
            # Fresh from an inventory and different again: it moves while it is read. Try anew at the next full look.
            self._relearn = True
            self._publish_reach(took, restarted=False)
            self._finish()
            return
        self._relearn = True
        self._retry_at = 0.0
        self._number = 0
        self._publish_reach(took, restarted=False)
        self._owner.inventory(self)

    def _rejected(self, took: float) -> None:
        """The agent answers with an error status: too big, or it can't tell one of the values."""
        plan = self.plan
        assert plan is not None
        request = plan.requests[self._number]
        items = (*request.interfaces, *request.sensors)
        if not items or self._overdue():
            self._publish_reach(took, restarted=False)
            self._finish()
            return
        if len(items) > 1 and self.size.shrink():
            self._repack()
        else:
            refused = frozenset(position for position, item in enumerate(plan.items) if item in items)
            log.warning(
                "Device %s refuses to tell %d of its values; they are left out until its next inventory.",
                self.device,
                len(request.oids),
                extra={"device": self.device},
            )
            self.plan = repack(plan, self.size.size, refused)
            self._number = 0
        self._ask_values()

    def _repack(self) -> None:
        assert self.plan is not None
        self.plan = repack(self.plan, self.size.size)
        self._number = 0

    def _publish_whole(self, took: float) -> None:
        self._telemetry.full_looks += 1
        ticks = self.ticks
        self.missed_since = None
        self._owner.publish(
            Observation(
                self.device,
                self._at,
                Reach.ANSWERED,
                None,
                took * 1000,
                None if ticks is None else ticks / 100,
                False,
                tuple(self._readings),
                tuple(self._health),
                True,
                self._elapsed_ms(),
                self._timeouts,
            )
        )
        if not self._timeouts and self.size.succeeded():
            self._repack()
        self._finish()

    def _elapsed_ms(self) -> float:
        return (self.channel.came - self._began) * 1000

    def _overdue(self) -> bool:
        return self.channel.came - self._began > self._deadline

    def _finish(self) -> None:
        self.busy = False
        self._owner.finished(self)
