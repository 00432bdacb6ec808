"""Whose turn it is: every device at its place in the interval, those in a hurry first, never too many at once.

One look per device is under way at a time. A turn that comes too late is dropped and counted; turns never pile up.

What is bounded is the looks that are about to be answered: `concurrency` of them in all, `site_concurrency` at one
site. A look that waits for a device which does not answer, or for a long inventory, is set aside: it costs next to
nothing while it waits, and must not hold up those that are well. Devices that are down begin aside, bounded too.
"""

from collections import deque
from collections.abc import Callable
from typing import Final

from collectors.schedule.spread import next_slot
from collectors.schedule.timetable import Timetable
from collectors.telemetry import Telemetry
from foundation.clock import Clock

Start = Callable[[str, bool, float], None]
"""Begin a look at a device, at all layers or not, now (seconds on the monotonic clock)."""

ASIDE: Final = 4
"""How many times `concurrency` re-checks of devices that are down may be under way."""

LATE: Final = 1.0
"""Seconds after its turn from which a look counts as late."""


class _Site:
    """Looks at the devices of one site."""

    __slots__ = ("under_way", "waiting")

    def __init__(self) -> None:
        self.under_way = 0
        self.waiting: deque[_Turn] = deque()
        """Those that there would be room for, if not at this site."""


class _Turn:
    """One device's place in the schedule."""

    __slots__ = (
        "action",
        "again",
        "aside",
        "busy",
        "device",
        "down",
        "due_at",
        "full",
        "late",
        "latest",
        "phase",
        "queue",
        "site",
        "slot_at",
        "token",
    )

    def __init__(self, device: str, phase: float, now: float, site: _Site) -> None:
        self.device = device
        self.phase = phase
        self.site = site
        self.down = False
        self.aside = False
        """Its look does not count among those that are about to be answered."""
        self.late = 0
        """Looks that began late, and turns dropped."""
        self.latest = 0.0
        """The latest start of a look, in seconds after its turn."""
        self.due_at = now
        self.slot_at: float | None = None
        """The regular turn that is planned; None for a look out of turn."""
        self.full = True
        self.busy = False
        self.again = False
        """Asked for while a look was under way."""
        self.queue: deque[_Turn] | None = None
        """Where it waits. What is popped from another queue is passed over."""
        self.token = 0
        """Timetable entries with another token are void."""
        self.action: Callable[[int], None] = lambda _token: None


class Turns:
    """The schedule of all devices."""

    def __init__(
        self,
        timetable: Timetable,
        clock: Clock,
        telemetry: Telemetry,
        start: Start,
        *,
        quick: float,
        ratio: int,
        concurrency: int,
        site_concurrency: int = 1_000_000,
    ) -> None:
        """`quick` is the reachability interval in seconds; every `ratio`-th turn is at all layers."""
        self._timetable: Final = timetable
        self._clock: Final = clock
        self._telemetry: Final = telemetry
        self._start: Final = start
        self._quick = quick
        self._ratio = ratio
        self._concurrency = concurrency
        self._site_concurrency = site_concurrency
        self._under_way = 0
        self._aside = 0
        self._turns: dict[str, _Turn] = {}
        self._sites: dict[str, _Site] = {}
        self._urgent: deque[_Turn] = deque()
        self._waiting: deque[_Turn] = deque()
        self._rechecks: deque[_Turn] = deque()

    def add(self, device: str, phase: float, site: str = "") -> None:
        """A new device, with its place in the interval. Its first look is due now: the first sweep is as fast as
        concurrency allows, so that the picture is whole soon after a start."""
        if site not in self._sites:
            self._sites[site] = _Site()
        turn = _Turn(device, phase, self._clock.monotonic(), self._sites[site])
        turn.action = lambda token: self._due(turn, token)
        self._turns[device] = turn
        self._queue(turn, self._waiting)

    def hurry(self, device: str) -> None:
        """Look at a device before all others, at all layers; where a look is under way, once more when that is over."""
        turn = self._turns.get(device)
        if turn is None:
            return
        turn.full = True
        if turn.busy:
            turn.again = True
        elif turn.queue is None:
            self._out_of_turn(turn, self._urgent)
        elif turn.queue is not self._urgent:
            self._queue(turn, self._urgent)

    def owe(self, device: str) -> None:
        """The look under way can't be at all layers: the next one is to be."""
        self._turns[device].full = True

    def resume(self, device: str) -> None:
        """What kept a device from a look at all layers is over: one more, after those that wait already."""
        turn = self._turns[device]
        turn.full = True
        if turn.busy:
            turn.again = True
        elif turn.queue is None and not turn.down:
            self._out_of_turn(turn, self._waiting)

    def set_aside(self, device: str) -> None:
        """The look under way will take long, and the others need not wait for it."""
        turn = self._turns[device]
        if turn.busy and not turn.aside:
            self._release(turn)
            turn.aside = True
            self._aside += 1
            if self._urgent or self._waiting:
                self.start_waiting()

    def finished(self, device: str, recheck: float | None) -> None:
        """A device's look is over. While it is down, `recheck` is the seconds until it is looked at again."""
        turn = self._turns[device]
        turn.busy = False
        turn.down = recheck is not None
        if turn.aside:
            turn.aside = False
            self._aside -= 1
        else:
            self._release(turn)
        self._telemetry.inflight = self._under_way + self._aside
        now = self._clock.monotonic()
        if turn.again:
            turn.again = False
            turn.full = True
            self._out_of_turn(turn, self._urgent)
        elif recheck is not None:
            self._enter(turn, now + recheck, None)
        else:
            # A look out of turn (the first, a requested one, a re-check) drops no turns.
            last = now if turn.slot_at is None else turn.slot_at
            slot = next_slot(last, now, turn.phase, self._quick, self._ratio)
            turn.full = turn.full or slot.full
            if slot.skipped:
                self._telemetry.late += slot.skipped
                turn.late += slot.skipped
            self._enter(turn, slot.when, slot.when)
        if self._urgent or self._waiting or self._rechecks:
            self.start_waiting()

    def start_waiting(self) -> None:
        """Begin looks at who waits, as far as concurrency allows."""
        for queue in (self._urgent, self._waiting):
            while queue and self._under_way < self._concurrency:
                turn = queue.popleft()
                if turn.queue is not queue:
                    continue
                if turn.site.under_way < self._site_concurrency:
                    turn.queue = None
                    self._begin(turn)
                else:
                    self._queue(turn, turn.site.waiting)
        most, queue = ASIDE * self._concurrency, self._rechecks
        while queue and self._aside < most:
            turn = queue.popleft()
            if turn.queue is queue:
                turn.queue = None
                self._begin(turn)

    @property
    def inflight(self) -> int:
        """Looks under way, those set aside too."""
        return self._under_way + self._aside

    @property
    def waiting(self) -> int:
        """How many devices wait for a look to become free."""
        return sum(turn.queue is not None for turn in self._turns.values())

    @property
    def lateness(self) -> float:
        """Seconds since the one that has waited longest was due."""
        oldest = min((turn.due_at for turn in self._turns.values() if turn.queue is not None), default=None)
        return 0.0 if oldest is None else max(0.0, self._clock.monotonic() - oldest)

    def punctuality(self, device: str) -> tuple[int, float]:
        """How many of a device's looks began late or were dropped, and the latest start in seconds after its turn."""
        turn = self._turns[device]
        return turn.late, turn.latest

    @property
    def busy(self) -> list[str]:
        """Devices with a look under way."""
        return [turn.device for turn in self._turns.values() if turn.busy]

    def _out_of_turn(self, turn: _Turn, queue: "deque[_Turn]") -> None:
        turn.token += 1  # its planned turn is void
        turn.slot_at = None
        turn.due_at = self._clock.monotonic()
        self._queue(turn, queue)

    def _enter(self, turn: _Turn, when: float, slot: float | None) -> None:
        turn.token += 1
        turn.due_at = when
        turn.slot_at = slot
        self._timetable.enter(when, turn.action, turn.token)

    def _due(self, turn: _Turn, token: int) -> None:
        if token != turn.token or turn.busy or turn.queue is not None:
            return
        if turn.down:
            if self._aside < ASIDE * self._concurrency and not self._rechecks:
                self._begin(turn)
            else:
                self._queue(turn, self._rechecks)
        elif self._under_way < self._concurrency and not self._waiting and not self._urgent:
            if turn.site.under_way < self._site_concurrency:
                self._begin(turn)
            else:
                self._queue(turn, turn.site.waiting)
        else:
            self._queue(turn, self._waiting)

    def _queue(self, turn: _Turn, queue: "deque[_Turn]") -> None:
        turn.queue = queue
        queue.append(turn)

    def _release(self, turn: _Turn) -> None:
        """Its place is free; somebody of its site may have waited for it."""
        self._under_way -= 1
        site = turn.site
        site.under_way -= 1
        while site.waiting:
            following = site.waiting.popleft()
            if following.queue is site.waiting:
                following.queue = self._waiting
                self._waiting.appendleft(following)
                break

    def _begin(self, turn: _Turn) -> None:
        full, turn.full = turn.full, False
        turn.busy = True
        if turn.down:
            turn.aside = True
            self._aside += 1
        else:
            self._under_way += 1
            turn.site.under_way += 1
        self._telemetry.inflight = self._under_way + self._aside
        now = self._clock.monotonic()
        late = now - turn.due_at
        if late > turn.latest:
            turn.latest = late
        if late >= LATE:
            turn.late += 1
        self._telemetry.started_after(late if late > 0 else 0.0)
        self._start(turn.device, full, now)
