"""The live picture behind the wall and the API: fed by messages, loaded from records, read by any thread.

Nothing here waits for the database on the caller's thread except `load` and `refresh`, which only web threads and the
start call. Readers remember a version and ask for what changed since: no queue is kept for anyone.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from alerting.alerts.queries import open_alerts
from alerting.alerts.suppression import is_real
from alerting.incidents.queries import open_incidents, recent_incidents
from alerting.incidents.views import IncidentView
from alerting.timeline.queries import current_states, intervals
from dashboard.live.board import Board, Standing, tally
from dashboard.live.codes import Code
from dashboard.live.day import DayFigure, DayLedger
from foundation.calendar import day_bounds, day_of
from foundation.clock import MINUTE, SECOND, Clock, Instant
from foundation.messages import CollectorBeat, DegradedChange, IncidentChange, Message, State, StateChange
from foundation.problems import OperatorError
from storage.records.database import Records
from topology.network import Network

BLIND_AFTER: Final = 30 * SECOND
"""Three probe intervals without a word from the collector: what it last said is no longer known to be true."""

RELOAD_EVERY: Final = 5 * MINUTE
"""How often the records are read again, in case a message was lost."""

REST_AFTER_FAILURE: Final = 5 * SECOND

RECENT: Final = 24
"""Incidents that the ticker is made of."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that is drawn, at one version."""

    version: int
    blind: bool
    """The collector is silent: every cell is unknown."""
    age_ms: int | None
    """Since the collector's last word; None when it never spoke."""
    cells: str
    """One character an agency, see `Code`, in the order of `network.agencies`."""
    nodes: str
    """One character a router without an agency, in the order of `network.devices`."""
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since a version."""

    version: int
    cells: list[tuple[int, Code]]
    nodes: list[tuple[int, Code]]
    counts: Mapping[str, int]


class LiveState:
    """The states, incidents and day figures as last told. All methods may be called from any thread."""

    def __init__(self, network: Network, clock: Clock) -> None:
        self._network = network
        self._clock = clock
        self._condition = threading.Condition(threading.RLock())
        self._reloading = threading.Lock()
        self._closed = threading.Event()
        self._board = Board(network)
        self._prefectures = tuple(d.code for d in network.divisions.values() if d.tier == "prefecture")
        order = {code: position for position, code in enumerate(self._prefectures)}
        self._groups = [order[_prefecture(network, agency.county)] for agency in network.agencies.values()]
        self._day = self._new_day(clock.now())
        self._beat: CollectorBeat | None = None
        self._born = clock.now()
        self._records: Records | None = None
        self._loaded_at: Instant | None = None
        self._incidents_due = False
        self._refresh_after: Instant = 0
        self._open: tuple[IncidentView, ...] = ()
        self._recent: tuple[IncidentView, ...] = ()
        self._incidents_version = 0
        self._replay: list[Message] | None = None

    # --- feeding -------------------------------------------------------------------------------------------------

    def load(self, records: Records) -> None:
        """Read everything from the records; messages applied meanwhile are applied again on top.

        Raises OperatorError when the database is out of reach; the picture then stays as it was.
        """
        with self._reloading:
            self._load(records)

    def apply(self, messages: Iterable[Message]) -> None:
        """Take in what was published, in order. Never touches the database."""
        with self._condition:
            before = self._board.version, self._incidents_due
            for message in messages:
                if self._replay is not None and not isinstance(message, CollectorBeat):
                    self._replay.append(message)
                self._apply(message)
            if (self._board.version, self._incidents_due) != before:
                self._condition.notify_all()

    def refresh(self) -> None:
        """Read the incidents again when one changed, and everything once in a while. One thread does it, others go on.

        After a failure it rests a while. Raises OperatorError when the database is out of reach.
        """
        records, now = self._records, self._clock.now()
        if records is None or now < self._refresh_after or not self._reloading.acquire(blocking=False):
            return
        try:
            if self._loaded_at is None or now - self._loaded_at >= RELOAD_EVERY:
                self._load(records)
            elif self._incidents_due:
                self._load_incidents(records)
        except OperatorError:
            self._refresh_after = now + REST_AFTER_FAILURE
            raise
        finally:
            self._reloading.release()

    def close(self) -> None:
        """Wake every waiting stream, for good."""
        self._closed.set()
        with self._condition:
            self._condition.notify_all()

    # --- reading -------------------------------------------------------------------------------------------------

    @property
    def closed(self) -> bool:
        """Whether the platform is stopping."""
        return self._closed.is_set()

    @property
    def prefectures(self) -> tuple[str, ...]:
        """Codes of the prefectures, in the order of `day`'s figures."""
        return self._prefectures

    def wait(self, version: int, incidents_version: int, timeout: float, *, settle: float = 0.0) -> None:
        """Return when something is newer than these versions, after `timeout` seconds, or when closed.

        `settle` seconds pass after news, so that a burst of changes goes out as one.
        """
        with self._condition:
            news = self._condition.wait_for(
                lambda: (
                    self.closed
                    or self._board.version > version
                    or self._incidents_version > incidents_version
                    or (self._incidents_due and self._clock.now() >= self._refresh_after)
                ),
                timeout=max(timeout, 0.0),
            )
        if news and settle > 0:
            self._closed.wait(settle)

    def picture(self) -> Picture:
        """Everything, now."""
        with self._condition:
            blind, age = self._sight()
            cells = [Code.UNKNOWN] * len(self._board.cells) if blind else self._board.cells
            nodes = [Code.UNKNOWN] * len(self._board.node_cells) if blind else self._board.node_cells
            return Picture(self._board.version, blind, age, "".join(cells), "".join(nodes), tally(cells))

    def changes(self, since: int) -> Changes:
        """Cells that changed after a version. Only meaningful while the picture is not blind."""
        with self._condition:
            cells, nodes = self._board.changes(since)
            return Changes(self._board.version, cells, nodes, tally(self._board.cells))

    @property
    def groups(self) -> list[int]:
        """For each agency the position of its prefecture in `prefectures`."""
        return self._groups

    @property
    def version(self) -> int:
        """Moves with each cell that changes."""
        return self._board.version

    def sight(self) -> tuple[bool, int | None]:
        """Whether the collector is silent for too long, and the milliseconds since its last word."""
        with self._condition:
            return self._sight()

    def collector(self) -> CollectorBeat | None:
        """The collector's last word about itself."""
        with self._condition:
            return self._beat

    def day(self) -> tuple[DayFigure, list[DayFigure]]:
        """Availability today: of the province, and of each prefecture in the order of `prefectures`."""
        with self._condition:
            now = self._clock.now()
            self._turn_day(now)
            return self._day.figures(now)

    def incidents(self) -> tuple[int, tuple[IncidentView, ...], tuple[IncidentView, ...]]:
        """A version that moves when they change; the open ones; the latest ones of all states."""
        with self._condition:
            return self._incidents_version, self._open, self._recent

    def agency(self, agency: str) -> Standing:
        """The state of one agency. Raises KeyError when it is not in the network."""
        with self._condition:
            return self._board.agency_standing[agency]

    def device(self, device: str) -> Standing:
        """The state of one device. Raises KeyError when it is not in the network."""
        with self._condition:
            return self._board.device_standing[device]

    def devices(self) -> dict[str, tuple[Standing, bool]]:
        """The state of every device, and whether it is degraded."""
        with self._condition:
            return {device: (s, self._board.degraded(device)) for device, s in self._board.device_standing.items()}

    # --- inside --------------------------------------------------------------------------------------------------

    def _apply(self, message: Message) -> None:
        match message:
            case StateChange(kind="agency"):
                position = self._board.position(message.id)
                if position is not None:
                    self._turn_day(self._clock.now())
                    self._day.enter(position, message.state, message.at)
                    self._board.set_agency(message.id, Standing(message.state, message.at, message.cause))
            case StateChange(kind="device"):
                self._board.set_device(message.id, Standing(message.state, message.at, message.cause))
            case DegradedChange():
                self._board.set_degraded(message.device, degraded=message.degraded)
            case IncidentChange():
                self._incidents_due = True
            case CollectorBeat():
                self._beat = message
            case _:
                pass

    def _load(self, records: Records) -> None:
        with self._condition:
            self._replay = []
        try:
            now = self._clock.now()
            start, end = day_bounds(day_of(now))
            with records.reading() as session:
                agencies = current_states(session, "agency")
                devices = current_states(session, "device")
                today = intervals(session, "agency", None, start, end)
                degraded = frozenset(a.device for a in open_alerts(session) if is_real(a.state, a.suppressed_by))
                opened = tuple(open_incidents(session))
                recent = tuple(recent_incidents(session, RECENT, 0))
        except BaseException:
            with self._condition:
                self._replay = None
            raise
        with self._condition:
            self._records, self._loaded_at = records, now
            self._day = self._new_day(now)
            for interval in sorted(today, key=lambda interval: interval.start):
                position = self._board.position(interval.id)
                if position is not None:
                    self._day.enter(position, interval.state, interval.start)
            for id_, interval in agencies.items():
                self._board.set_agency(id_, Standing(interval.state, interval.start, interval.cause))
            for id_, interval in devices.items():
                self._board.set_device(id_, Standing(interval.state, interval.start, interval.cause))
            self._board.set_all_degraded(degraded)
            self._incidents_due = False
            self._set_incidents(opened, recent)
            replay, self._replay = self._replay or [], None
            for message in replay:
                self._apply(message)
            self._condition.notify_all()

    def _load_incidents(self, records: Records) -> None:
        with self._condition:
            # Before the read: a change that comes while it runs is read again.
            self._incidents_due = False
        try:
            with records.reading() as session:
                opened = tuple(open_incidents(session))
                recent = tuple(recent_incidents(session, RECENT, 0))
        except BaseException:
            with self._condition:
                self._incidents_due = True
            raise
        with self._condition:
            self._set_incidents(opened, recent)
            self._condition.notify_all()

    def _set_incidents(self, opened: tuple[IncidentView, ...], recent: tuple[IncidentView, ...]) -> None:
        if (opened, recent) != (self._open, self._recent):
            self._open, self._recent = opened, recent
            self._incidents_version += 1
        self._board.set_attended(frozenset(view.object_id for view in opened if view.acknowledged_at is not None))

    def _sight(self) -> tuple[bool, int | None]:
        now = self._clock.now()
        last = self._beat.at if self._beat is not None else None
        return now - (last if last is not None else self._born) > BLIND_AFTER, None if last is None else now - last

    def _new_day(self, now: Instant) -> DayLedger:
        start, end = day_bounds(day_of(now))
        ledger = DayLedger(self._groups, len(self._prefectures), start, end)
        for position in range(len(self._groups)):
            ledger.enter(position, State.UNKNOWN, start)
        return ledger

    def _turn_day(self, now: Instant) -> None:
        if now < self._day.end:
            return
        start, end = day_bounds(day_of(now))
        self._day = DayLedger(self._groups, len(self._prefectures), start, end)
        for position, agency in enumerate(self._board.agencies.ids):
            self._day.enter(position, self._board.agency_standing[agency].state, start)


def _prefecture(network: Network, county: str) -> str:
    code = network.prefecture_of(county)
    assert code is not None, "a county lies in a prefecture"
    return code
