"""The worker that takes the outbox to mail server and gateway: claim with a lease, send, record.

Each channel has its own loop, so that a mail server that hangs never delays a text message. Within a channel a few
messages are in flight at once. Nothing is lost at any boundary: a crash after the claim lets the lease run out, and a
crash after the send leads to a question at the provider or to one more message marked 重发.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry

from alerting.notify.channel import Channel, DeliveryError, Outgoing
from alerting.notify.claims import Outcome, anything_due, claim, settle, skip
from alerting.notify.email import EmailChannel
from alerting.notify.figures import NotifyFigures
from alerting.notify.outbox import ChannelName, MessageState
from alerting.notify.queries import Backlog, backlog
from alerting.notify.settings import NotifySettings
from alerting.notify.sms import SmsChannel
from foundation.clock import SECOND, Clock, Instant
from foundation.problems import OperatorError
from foundation.trouble import Trouble
from storage.records.database import Records

log = logging.getLogger(__name__)

_TURN: Final = 1.0
"""Seconds between two looks into the outbox."""
_AT_ONCE: Final = 4
"""Messages in flight on one channel."""
_LEASE: Final = 30 * SECOND
"""A claim's life beyond the channel's own timeout, in which sending and recording must be done."""
_RECORDINGS: Final = 4
"""How often a finished send is recorded before it is left to the lease: with the database's own patience of 5 s, a lock
of 20 s costs no re-send, and all are over within the lease."""
_LAST_WAIT: Final = 1.5
"""Seconds that a stop waits for what is in flight."""


class Notifier:
    """Sends what is in the outbox."""

    def __init__(
        self,
        records: Records,
        settings: NotifySettings,
        clock: Clock,
        registry: CollectorRegistry,
        *,
        channels: Mapping[ChannelName, Channel] | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._records = records
        self._settings = settings
        self._clock = clock
        self._pause = pause
        self._figures = NotifyFigures(registry)
        self._channels = dict(channels) if channels is not None else _open(settings, clock)
        self._leases = {
            ChannelName.EMAIL: _LEASE + (3 * settings.smtp.timeout if settings.smtp is not None else 0),
            ChannelName.SMS: _LEASE + (3 * settings.sms.timeout if settings.sms is not None else 0),
        }
        self.failing: dict[str, tuple[Instant, str]] = {}
        """Channels whose latest attempt failed for no fault of the message: since when, and the reason."""
        self._inflight: set[asyncio.Task[None]] = set()
        self._trouble = Trouble(
            log,
            "The outbox can't be used, so no message leaves; it is tried again until it can: %s",
            "The outbox can be used again; the messages that waited leave now.",
        )

    async def run(self) -> None:
        """Work until cancelled. What is in flight then is finished by `stop`."""
        async with asyncio.TaskGroup() as group:
            for name in ChannelName:
                group.create_task(self._work(name), name=f"notify {name.value}")
            group.create_task(self._watch(), name="notify figures")

    async def stop(self) -> None:
        """Give what is in flight a moment to be recorded, then let go of the channels."""
        if self._inflight:
            _, late = await asyncio.wait(self._inflight, timeout=_LAST_WAIT)
            for task in late:
                task.cancel()
            if late:
                log.warning("%d messages were still on their way at the stop; they are sent again, marked.", len(late))
        for channel in self._channels.values():
            await channel.close()

    async def turn(self, name: ChannelName) -> int:
        """One look into the outbox for one channel: claim, send, record. Returns how many messages were taken.

        Raises OperatorError when the records can't be used.
        """
        channel = self._channels.get(name)
        if channel is None:
            await asyncio.to_thread(self._skip, name)
            return 0
        claimed = await asyncio.to_thread(self._claim, name)
        tasks = [asyncio.create_task(self._deliver(channel, message)) for message in claimed]
        self._inflight.update(tasks)
        for task in tasks:
            task.add_done_callback(self._inflight.discard)
        if tasks:
            # Waiting, not gathering: a cancelled turn leaves what is in flight to `stop`.
            await asyncio.wait(tasks)
            for task in tasks:
                task.result()
        return len(claimed)

    async def measure(self) -> None:
        """Bring the figures of what waits up to date."""
        waiting = await asyncio.to_thread(self._backlog)
        self._figures.waiting(waiting, self._clock.now())

    async def _work(self, name: ChannelName) -> None:
        while True:
            taken = 0
            try:
                taken = await self.turn(name)
            except OperatorError as error:
                self._trouble.failed(error)
            else:
                self._trouble.passed()
            if taken < _AT_ONCE:
                await self._pause(_TURN)

    async def _watch(self) -> None:
        while True:
            try:
                await self.measure()
            except OperatorError as error:
                log.debug("The outbox can't be counted: %s", error)
            await self._pause(5 * _TURN)

    async def _deliver(self, channel: Channel, message: Outgoing) -> None:
        outcome = await self._attempt(channel, message)
        for attempt in range(1, _RECORDINGS + 1):
            try:
                state = await asyncio.to_thread(self._settle, message, outcome)
            except OperatorError as error:
                if attempt == _RECORDINGS:
                    log.error(
                        "The fate of message %d can't be recorded; after its lease it is sent once more, marked: %s",
                        message.id,
                        error,
                    )
                    return
                await self._pause(_TURN)
            else:
                self._count(message, outcome, state)
                return

    async def _attempt(self, channel: Channel, message: Outgoing) -> Outcome:
        try:
            if message.resend and (known := await channel.accepted(message)) is not None:
                return Outcome(known)
            return Outcome(await channel.send(message))
        except DeliveryError as error:
            return Outcome(error=error)
        except OperatorError as error:
            # A secret that is not there: the operator mends it, the message waits.
            return Outcome(error=DeliveryError(str(error)))

    def _count(self, message: Outgoing, outcome: Outcome, state: MessageState) -> None:
        channel = message.channel
        if outcome.error is None:
            self.failing.pop(channel, None)
            self._figures.sent.labels(channel).inc()
            if message.resend:
                self._figures.resent.labels(channel).inc()
            return
        dead = state is MessageState.DEAD
        if not outcome.error.permanent:
            since, _ = self.failing.get(channel, (self._clock.now(), ""))
            self.failing[channel] = (since, outcome.error.reason.rstrip("."))
        self._figures.failed.labels(channel, "dead" if dead else "retry").inc()
        sentence = "Message %d by %s is given up: %s." if dead else "Message %d by %s failed and is tried again: %s."
        log.log(
            logging.ERROR if dead else logging.WARNING, sentence, message.id, channel, outcome.error.reason.rstrip(".")
        )

    def _claim(self, name: ChannelName) -> list[Outgoing]:
        with self._records.reading() as session:
            if not anything_due(session, name.value, self._clock.now()):
                return []
        with self._records.transaction() as session:
            return claim(
                session,
                name.value,
                self._clock.now(),
                limit=_AT_ONCE,
                lease=self._leases[name],
                settings=self._settings,
            )

    def _settle(self, message: Outgoing, outcome: Outcome) -> MessageState:
        with self._records.transaction() as session:
            return settle(session, message, outcome, self._clock.now(), self._settings)

    def _skip(self, name: ChannelName) -> None:
        with self._records.reading() as session:
            if not anything_due(session, name.value, self._clock.now()):
                return
        with self._records.transaction() as session:
            skipped = skip(session, name.value)
        if skipped:
            log.warning("%d messages were not sent, since %s is not configured.", skipped, name.value)

    def _backlog(self) -> dict[str, Backlog]:
        with self._records.reading() as session:
            return backlog(session)


def _open(settings: NotifySettings, clock: Clock) -> dict[ChannelName, Channel]:
    channels: dict[ChannelName, Channel] = {}
    if settings.smtp is not None:
        channels[ChannelName.EMAIL] = EmailChannel(settings.smtp, clock)
    if settings.sms is not None:
        channels[ChannelName.SMS] = SmsChannel(settings.sms)
    return channels
