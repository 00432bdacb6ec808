"""Takes one look at one device: whether it is there, whether its agent speaks, and what it says."""

from alerting.judge.blind import Blind
from alerting.judge.causes import Causes
from alerting.judge.desk import Desk
from alerting.judge.followers import Followers
from alerting.judge.journal import Journal
from alerting.judge.restarts import Restarts
from alerting.judge.samples import Samples
from alerting.judge.settling import Settling
from alerting.judge.states import States
from alerting.judge.verdicts import Verdict
from alerting.judge.watched import Watched
from foundation.clock import Instant
from foundation.messages import Observation, Reach, State


class Looks:
    """Notes what looks tell. Verdicts on devices that miss fall later, when their evidence is in."""

    def __init__(
        self,
        desk: Desk,
        journal: Journal,
        settling: Settling,
        causes: Causes,
        states: States,
        blind: Blind,
        samples: Samples,
        restarts: Restarts,
        followers: Followers | None,
    ) -> None:
        self._book = desk.book
        self._journal = journal
        self._settling = settling
        self._causes = causes
        self._states = states
        self._blind = blind
        self._samples = samples
        self._restarts = restarts
        self._followers = followers
        self._recovered: set[str] = set()
        self._known_from: Instant | None = None
        self.taken = 0
        """How many looks were judged."""

    def take_recovered(self) -> set[str]:
        """Devices that answer again, or for the first time, since the last call."""
        recovered, self._recovered = self._recovered, set()
        return recovered

    def take_known(self) -> Instant | None:
        """The earliest look by which a device that was unknown became known since the last call; None for none."""
        found, self._known_from = self._known_from, None
        return found

    def take(self, watched: Watched, observation: Observation, now: Instant, *, settled: bool) -> None:
        """Judge one look."""
        at = watched.last_at = observation.at
        self.taken += 1
        reach = observation.reach
        if reach is Reach.MISSED:
            self._missed(watched, observation, now)
            return
        self._answered(watched, at, reach)
        if reach is Reach.SILENT or reach is Reach.REJECTED:
            self._causes.full[watched.id] = at
            if self._followers is not None:
                self._followers.lines.mute(watched.id)
            tell = self._samples.silent if reach is Reach.SILENT else self._samples.rejected
            tell(watched, observation, now, settled=settled)
            return
        if watched.silent_since is not None or watched.rejected_since is not None:
            self._samples.speaks(watched, now, settled=settled)
            if self._followers is not None:
                self._followers.lines.speak(watched.id, at)
        if observation.restarted:
            self._restarts.note(watched, observation, now)
        if observation.complete:
            self._causes.full[watched.id] = at
        self._samples.take(watched, observation, now, settled=settled)

    def _answered(self, watched: Watched, at: Instant, reach: Reach) -> None:
        """The device is there."""
        self._blind.answer(at)
        self._record_flash(watched.id)
        since = self._causes.since.get(watched.id) if watched.id in self._causes.verdicts else None
        recovered = self._causes.answer(watched.id, at)
        if recovered and since is not None:
            watched.outage = (since, at)
        if recovered or watched.unknown:
            self._know(watched, at)
            self._recovered.add(watched.id)
            self._states.judge(watched.id, State.UP, at, evidence=reach.value)

    def _know(self, watched: Watched, at: Instant) -> None:
        watched.unknown = False
        self._known_from = at if self._known_from is None else min(at, self._known_from)

    def _record_flash(self, device: str) -> None:
        """A confirmed break that ends before its verdict raises no alarm, but it was one: the timeline holds it."""
        unjudged = self._causes.unjudged(device)
        if unjudged is not None:
            state = State.DOWN if unjudged.behind is None else State.UNREACHABLE
            cause = unjudged.behind or device
            self._states.judge(device, state, unjudged.since, cause=cause, evidence=Reach.MISSED.value)

    def _missed(self, watched: Watched, observation: Observation, now: Instant) -> None:
        at = watched.broken_at = observation.at
        if self._blind.is_blind:
            return
        since = at if observation.missed_since is None else observation.missed_since
        since = max(since, min(self._blind.back_at, at))
        self._journal.polls |= self._causes.miss(watched.id, since, at, now, self._settling.until)
        verdict = self._causes.verdicts.get(watched.id)
        if watched.unknown:
            self._know(watched, at)
            if verdict is not None:
                # It was down before nobody looked, and is down now; what lies between was not seen.
                self._judge(watched.id, verdict, at, verdict.cause(watched.id, ""))
        if verdict is not None and verdict.is_down and watched.plan.down is not None:
            for alert in self._book.on_device(watched.id):
                if alert.condition.key.rule == watched.plan.down.id:
                    self._book.see(alert.condition.key, now)

    def apply(self, watched: Watched, before: Verdict | None, now: Instant) -> None:
        """A verdict on a device that misses fell or changed: the timeline follows."""
        if watched.unknown:
            return
        device = watched.id
        verdict = self._causes.verdicts[device]
        since = self._causes.since[device]
        if before is not None and before.is_down == verdict.is_down:
            since = now  # the same state, explained by something else from now on
        self._judge(device, verdict, since, verdict.cause(device, self._states.cause(device)))

    def _judge(self, device: str, verdict: Verdict, since: Instant, cause: str) -> None:
        state = State.DOWN if verdict.is_down else State.UNREACHABLE
        self._states.judge(device, state, since, cause=cause, evidence=Reach.MISSED.value)
