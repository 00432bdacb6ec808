"""One device under watch, and the look at it that is under way.

A look goes by callbacks from the device's channel, without a task or a future, since there are hundreds a second. It
ends in `Owner.finished`, whatever happens, and on its way publishes:

- a *quick* look: sysUpTime.0 alone, which is the reachability layer;
- a *full* look: the plan's requests, decoded as they come, published only when the last one is in;
- before that an *inventory* where none is at hand, or where the agent's clock or table stamp says that indexes may have
  moved: no reading is published from a plan that may be wrong.

A request that goes unanswered is re-checked at once by a quick one: ATTEMPTS in all, more on a line that loses packets
anyway, the last beside a ping, then the verdict. Where there are several logins and it is not known which one works,
each attempt is another's; while a device is down, each re-check tries the one that worked and one other. An agent that
says that a login is wrong is there: when none works, it is *rejected*, not down.
"""

import asyncio
import logging
from contextlib import suppress
from typing import Final

from collectors.budget.exchange import request_cost
from collectors.budget.ledger import Account
from collectors.snmp import oids
from collectors.snmp.channel import Channel
from collectors.snmp.conversation import Conversation, Unanswered
from collectors.snmp.credentials import Refusal
from collectors.snmp.decode import moved, read_interface
from collectors.snmp.gufo import Answer
from collectors.snmp.inventory import take_inventory
from collectors.snmp.plan import Plan
from collectors.watching.memory import Memory
from collectors.watching.owner import Owner
from foundation.clock import SECOND, Instant
from foundation.messages import HealthReading, InterfaceReading, Observation, Reach, RoutingReading

log = logging.getLogger(__name__)

QUICK: Final = [oids.SYS_UPTIME]
QUICK_COST: Final = request_cost(QUICK)
QUICK_BYTES: Final = QUICK_COST.total

INVENTORY_BYTES: Final = 16_000
"""What an inventory is taken to put on the lines before the first one of the device is known."""

MOST_LOST: Final = 4
"""Requests of one look that may be lost, while small ones come through, before the look is given up."""

INVENTORY_DEADLINE: Final = 120.0
"""Seconds. The longest that a device's inventory may take."""


class Watcher:
    """Looks at one device, one look at a time."""

    __slots__ = (
        "_account",
        "_asked_at",
        "_at",
        "_attempt",
        "_clock",
        "_deadline",
        "_full",
        "_health",
        "_learning",
        "_look",
        "_lost",
        "_number",
        "_on_quick",
        "_on_values",
        "_owner",
        "_pinging",
        "_readings",
        "_refusal",
        "_relearned",
        "_routing",
        "_telemetry",
        "_timeouts",
        "address",
        "began",
        "channel",
        "device",
        "down",
        "ladder_from",
        "memory",
        "missed_since",
        "started",
    )

    def __init__(
        self,
        device: str,
        address: str,
        channel: Channel,
        memory: Memory,
        owner: Owner,
        deadline: float,
        account: Account | None = None,
    ) -> None:
        """`deadline` is the longest that a look may take, in seconds, its inventory apart; `account` is what its looks
        are counted on."""
        self.device = device
        self.address = address
        self.channel = channel
        self.memory = memory
        self.down: Reach | None = None
        """SILENT, REJECTED or MISSED while nothing can be read."""
        self.missed_since: Instant | None = None
        """The start of the first request of the series that goes unanswered."""
        self.ladder_from: Instant = 0
        """Since when re-checks are counted: the outage's beginning, or a neighbour's recovery."""
        self.began = 0.0
        """When the look under way began, on the monotonic clock; its inventory's time is taken off."""
        self.started = 0.0
        """When it began indeed."""
        self._account = Account(device, ()) if account is None else account
        self._learning: asyncio.Task[None] | None = None
        self._owner = owner
        self._clock = owner.clock
        self._telemetry = owner.telemetry
        self._deadline = deadline
        self._look = 0
        self._at: Instant = 0
        self._asked_at: Instant = 0
        self._attempt = 0
        self._timeouts = 0
        self._number = 0
        self._lost = 0
        self._full = False
        self._relearned = False
        self._refusal: Refusal | None = None
        self._pinging: asyncio.Future[bool] | None = None
        self._readings: list[InterfaceReading] = []
        self._health: list[HealthReading] = []
        self._routing: list[RoutingReading] = []
        # Bound once: a bound method is a new object at each access.
        self._on_quick = self._quick_came
        self._on_values = self._values_came

    @property
    def asked(self) -> list[str]:
        """The objects that a full look asks for, request after request."""
        plan = self.memory.plan
        return [] if plan is None else [oid for request in plan.requests for oid in request.oids]

    def look(self, full: bool, now: float) -> None:
        """Begin a look, now on the monotonic clock. Only when none is under way."""
        self._look += 1
        self._full = full
        self.began = self.started = now
        self._attempt = self._timeouts = self._number = self._lost = 0
        self._relearned = False
        self._pinging = None
        memory = self.memory
        if full and self.down is None and not memory.relearn and now < memory.inventory_at:
            if self._account.may_read(memory.need, now):
                self._ask_values()
                return
            # Too little is left on a line: that it is there is told all the same.
            self._full = False
            self._owner.owe(self.device)
        self._account.spend(QUICK_BYTES)
        self._ask_quick()

    def abandon(self) -> None:
        """Give up a look that hangs: nothing of it is published."""
        self._look += 1
        if self._learning is not None:
            self._learning.cancel()
        self.channel.forget()
        self._pinging = None
        if self.down is None:
            self.missed_since = None
        self._owner.finished(self.device)

    # Reachability ------------------------------------------------------------------------------------------------

    def _ask_quick(self) -> None:
        self._at = self._asked_at = self._clock.now()
        last = self.down is not None or (self._attempt > 0 and self._attempt == self._attempts() - 1)
        if last and self._pinging is None:
            self._pinging = self._owner.ping(self.address)
        self.channel.ask(QUICK, self.memory.patience.attempt(self._attempt), self._on_quick)

    def _quick_came(self, answer: Answer | None, took: float) -> None:
        if answer is None:
            self._unanswered()
            return
        if not answer and self.channel.refusal is not None:
            self._try_again()
            return
        memory, now = self.memory, self.channel.came
        memory.patience.answered(took)
        if self._attempt:
            if self.down is None:
                memory.patience.lost(self._attempt)
            self._attempt = 0
        restarted = memory.restarted(answer.get(oids.SYS_UPTIME), now)
        if self.missed_since is not None:
            self._is_back()
        due = now >= memory.inventory_at
        if restarted or (memory.relearn and due):
            self._full = True
        if not self._full or (memory.relearn and not due):
            self._only_reached(took, restarted)
        elif due:
            # The state of the device need not wait for its inventory.
            self._learn(took, restarted)
        elif self._lost > MOST_LOST or self._overdue():
            self._only_reached(took, restarted)
        else:
            if self._lost > 1 and memory.size.shrink():
                self._repack()
            self._ask_values()

    def _unanswered(self) -> None:
        self._timeouts += 1
        self.memory.timeouts += 1
        if self._timeouts == 1:
            self._owner.set_aside(self.device)
        self._try_again()

    def _try_again(self) -> None:
        """This attempt came to nothing: the next one, or the verdict."""
        if self.missed_since is None:
            self.missed_since = self._asked_at
        self._attempt += 1
        refusal = self.channel.refusal
        self._refusal = refusal or self._refusal
        if refusal is not None or self.down is not None or not self.channel.keyring.proved:
            # Without a descriptor for another socket the login in use is tried again.
            with suppress(OSError):
                self.channel.turn()
        if self._attempt < self._attempts():
            self._ask_quick()
        elif self._pinging is None or self._pinging.done():
            self._judge_miss()
        else:
            self._pinging.add_done_callback(self._ping_came)

    def _attempts(self) -> int:
        logins = len(self.channel.keyring)
        return max(self.memory.patience.attempts, logins) if self.down is None else min(2, logins)

    def _ping_came(self, ping: "asyncio.Future[bool]") -> None:
        # A cancelled ping means that the poller stops: no verdict then. Another look's ping is none of ours.
        if ping is self._pinging and not ping.cancelled():
            self._judge_miss()

    def _judge_miss(self) -> None:
        ping = self._pinging
        alive = ping is not None and not ping.cancelled() and ping.exception() is None and ping.result()
        refusal, self._refusal = self._refusal, None
        reach = Reach.REJECTED if refusal is not None else Reach.SILENT if alive else Reach.MISSED
        if refusal is not None and self.down is not Reach.REJECTED:
            log.warning(
                "Device %s refuses every login that the settings have for it: %s. Correct it here or there.",
                self.device,
                refusal.value,
                extra={"device": self.device},
            )
        if self.down is None:
            self._account.leave()
            self.ladder_from = self._asked_at if self.missed_since is None else self.missed_since
            self.memory.patience.forget()
        self.down = reach
        if refusal is not None:
            self._telemetry.denied += 1
        elif alive:
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
        self._owner.finished(self.device)

    def _is_back(self) -> None:
        was_down = self.down is not None
        self.missed_since = None
        self.down = None
        self._refusal = None
        self.channel.keyring.prove()
        if was_down:
            # Everything about it may have changed meanwhile, so all layers are read.
            self._full = True
            self._owner.recovered(self.device)

    def _publish_reach(self, took: float, restarted: bool) -> None:
        ticks = self.memory.ticks
        if restarted:
            self._telemetry.restarts += 1
            self.memory.restarts += 1
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

    def _only_reached(self, took: float, restarted: bool = False) -> None:
        """The look ends with reachability alone: because no more was asked, or no more can be had now."""
        self._telemetry.quick_looks += 1
        self._publish_reach(took, restarted)
        self._owner.finished(self.device)

    # Inventory ---------------------------------------------------------------------------------------------------

    def _learn(self, took: float, restarted: bool = False) -> None:
        self._publish_reach(took, restarted)
        self._number = 0
        self.channel.keyring.prove()
        if not self._owner.may_learn(self.device):
            self._put_off()
        elif not self._account.may_learn(self.memory.inventory_bytes or INVENTORY_BYTES, self.channel.came):
            self._owner.gave_place()
            self._put_off()
        else:
            self._owner.set_aside(self.device)
            self._learning = self._owner.spawn(self._take_inventory())

    def _put_off(self) -> None:
        """The inventory has to wait. What is known already serves meanwhile, if it can be trusted."""
        memory = self.memory
        if memory.plan is not None and not memory.relearn and self._account.may_read(memory.need, self.channel.came):
            self._ask_values()
            return
        self._telemetry.quick_looks += 1
        self._owner.owe(self.device)
        self._owner.finished(self.device)

    async def _take_inventory(self) -> None:
        """Learn what the device has, then go on with the look."""
        look, memory = self._look, self.memory
        talk = Conversation(self.channel, memory.patience, memory.size, self._telemetry)
        try:
            async with asyncio.timeout(INVENTORY_DEADLINE):
                inventory = await take_inventory(
                    talk,
                    memory.declared,
                    memory.most_interfaces,
                    everything=False,
                    profiles=self._owner.profiles,
                    before=memory.inventory,
                    now=self._clock.now(),
                )
        except (Unanswered, TimeoutError):
            inventory = None
        finally:
            self._account.spend(talk.timing.octets - (memory.inventory_bytes or INVENTORY_BYTES))
            self._owner.gave_place()
        if look != self._look:
            return  # the look was given up meanwhile
        self._learning = None
        self._timeouts += talk.timing.timeouts
        memory.timeouts += talk.timing.timeouts
        if inventory is not None:
            memory.patience.lost(talk.timing.timeouts)
        # Its time is not the look's.
        self.began = now = self._clock.monotonic()
        if inventory is not None:
            self._telemetry.inventories += 1
            self._relearned = True
            memory.inventory_bytes = talk.timing.octets
            memory.learned(inventory, now)
            self._owner.learned(self.device, inventory)
            self._account.spend(memory.need)
            self._ask_values()
        else:
            self._telemetry.inventory_failures += 1
            memory.inventory_failed(now)
            # Is it still there at all? What went unanswered already counts: two more requests tell.
            if talk.silent_since is not None and self.missed_since is None:
                self.missed_since = self._clock.now() - round((now - talk.silent_since) * SECOND)
                self._attempt = max(0, self._attempts() - 2)
            self._ask_quick()

    # Interfaces and health ---------------------------------------------------------------------------------------

    def _ask_values(self) -> None:
        memory, number = self.memory, self._number
        plan = memory.plan
        assert plan is not None
        self._asked_at = now = self._clock.now()
        if number == 0:
            self._at = now
            self._readings, self._health, self._routing = [], [], []
        self.channel.ask(plan.requests[number].oids, memory.patience.wait, self._on_values)

    def _values_came(self, answer: Answer | None, took: float) -> None:
        if answer is None:
            self._lost += 1
            self._unanswered()
            return
        if not answer:
            self._rejected(took)
            return
        memory = self.memory
        memory.patience.answered(took)
        if memory.restarted(answer.get(oids.SYS_UPTIME), self.channel.came):
            self._learn(took, restarted=True)
            return
        plan = memory.plan
        assert plan is not None
        if not self._decode(plan, answer):
            self._indexes_moved(took)
            return
        self._number += 1
        if self._number == len(plan.requests):
            self._publish_whole(took)
        elif self._overdue():
            self._only_reached(took)
        else:
            self._ask_values()

    def _decode(self, plan: Plan, answer: Answer) -> bool:
        """Decode one answer. False when the plan's instances are not, or may not be, what they were."""
        request = plan.requests[self._number]
        if plan.last_change is not None and answer.get(oids.IF_TABLE_LAST_CHANGE) != plan.last_change:
            return False
        ticks, readings, health = self.memory.ticks, self._readings, self._health
        for item in request.interfaces:
            if item.identity and moved(item, answer):
                return False
            reading = read_interface(item, answer, ticks)
            if reading is None:
                return False
            readings.append(reading)
        for sensor in request.sensors:
            value = sensor.read(answer)
            if value is not None:
                health.append(value)
        for peer in request.peers:
            self._routing.append(peer.read(answer))
        return True

    def _indexes_moved(self, took: float) -> None:
        self.memory.distrust()
        if self._relearned:
            # Fresh from an inventory and different again: it moves while it is read. Not again at once.
            self.memory.inventory_failed(self.channel.came)
            self._only_reached(took)
        else:
            self._learn(took)

    def _rejected(self, took: float) -> None:
        """The agent answers with an error status: too big, or it can't tell one of the values."""
        if self.channel.refusal not in (None, Refusal.NOT_PERMITTED):
            # Not these values but the login, as of a moment ago.
            self._lost += 1
            self._ask_quick()
            return
        plan = self.memory.plan
        assert plan is not None
        request = plan.requests[self._number]
        items = (*request.interfaces, *request.sensors, *request.peers)
        if not items or self._overdue():
            self._only_reached(took)
            return
        if len(items) > 1 and self.memory.size.shrink():
            self._repack()
        else:
            self._repack(frozenset(position for position, item in enumerate(plan.items) if item in items))
        self._ask_values()

    def _repack(self, refused: frozenset[int] = frozenset()) -> None:
        self.memory.repack(refused)
        self._number = 0

    def _publish_whole(self, took: float) -> None:
        self._telemetry.full_looks += 1
        ticks = self.memory.ticks
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
                tuple(self._routing),
            )
        )
        if not self._timeouts and self.memory.size.succeeded():
            self._repack()
        self._owner.finished(self.device)

    def _elapsed_ms(self) -> float:
        return (self.channel.came - self.began) * 1000

    def _overdue(self) -> bool:
        return self.channel.came - self.began > self._deadline
