"""The notifier against a real mail server and a real gateway, killed at every boundary of claim, send and record."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from alerting.notify import claims
from alerting.notify.channel import Outgoing
from alerting.notify.claims import claim
from alerting.notify.notifier import Notifier
from alerting.notify.outbox import ChannelName
from alerting.notify.queries import recent_messages
from alerting.notify.settings import NotifySettings
from alerting.notify.sms import SmsChannel
from foundation.clock import HOUR, MINUTE, SECOND, SteppedClock
from foundation.problems import OperatorError
from storage.records.database import Records
from tests.alerting.notify.letters import LI, ZHANG, put, rows, states
from tests.alerting.notify.peers import Gateway, MailServer

LONG = 2 * MINUTE
"""Longer than any lease."""


class Bench:
    """A notifier and its peers, driven turn by turn."""

    def __init__(self, records: Records, clock: SteppedClock, mail: MailServer, gateway: Gateway) -> None:
        self.records, self.clock, self.mail, self.gateway = records, clock, mail, gateway
        self.registry = CollectorRegistry()
        self.pauses: list[float] = []
        self.while_pausing: Callable[[], None] = lambda: None

    def settings(self, **sms: Any) -> NotifySettings:
        """Both channels, pointed at the peers."""
        return NotifySettings.model_validate(
            {
                "smtp": {"host": "127.0.0.1", "port": self.mail.port, "sender": "noc@yunwei.example"},
                "sms": {"url": self.gateway.url, "success": {"message_id": "id"}, **sms},
            }
        )

    async def pause(self, seconds: float) -> None:
        """Note the pause instead of sleeping."""
        self.pauses.append(seconds)
        self.while_pausing()

    def turns(self, *names: ChannelName, settings: NotifySettings | None = None) -> None:
        """One turn of each channel, by a notifier that is started and stopped for it."""

        async def work() -> None:
            worker = Notifier(self.records, settings or self.settings(), self.clock, self.registry, pause=self.pause)
            try:
                for name in names:
                    await worker.turn(name)
                await worker.measure()
            finally:
                await worker.stop()

        self.registry = CollectorRegistry()
        asyncio.run(work())

    def figure(self, name: str, **labels: str) -> float | None:
        """One of the notifier's figures."""
        return self.registry.get_sample_value(name, labels)

    def claim_and_die(self) -> Outgoing:
        """A notifier that claims a text message and is killed."""
        with self.records.transaction() as session:
            (message,) = claim(session, "sms", self.clock.now(), limit=1, lease=MINUTE, settings=NotifySettings())
        return message

    def send_and_die(self) -> None:
        """A notifier that claims and sends a text message, and is killed before it records that."""
        message = self.claim_and_die()

        async def send() -> None:
            sms = self.settings().sms
            assert sms is not None
            channel = SmsChannel(sms)
            await channel.send(message)
            await channel.close()

        asyncio.run(send())


@pytest.fixture
def bench(records: Records, clock: SteppedClock, mail: MailServer, gateway: Gateway) -> Bench:
    """One message by each channel is waiting for 张三."""
    put(records, clock.now(), 1, ZHANG)
    return Bench(records, clock, mail, gateway)


def test_a_message_leaves_by_both_channels_and_is_recorded(bench: Bench) -> None:
    bench.turns(ChannelName.SMS, ChannelName.EMAIL)
    assert len(bench.gateway.texts) == len(bench.mail.mails) == 1
    sms, email = rows(bench.records)[0], rows(bench.records, "email")[0]
    assert (sms.state, sms.provider_id, sms.sent_at) == ("sent", "1", bench.clock.now())
    assert (email.state, email.provider_id) == ("sent", "<yn1124-0001.1.p-1@yunwei.example>")
    assert bench.figure("yunwei_notify_sent_total", channel="sms") == 1
    assert bench.figure("yunwei_notify_pending", channel="sms") == 0


@pytest.mark.slow
def test_a_mail_server_that_is_away_never_delays_a_text_message(bench: Bench) -> None:
    bench.mail.refuse_data = "421 away"
    bench.turns(ChannelName.EMAIL, ChannelName.SMS)
    assert states(bench.records) == ["sent"]
    (email,) = rows(bench.records, "email")
    assert (email.state, email.next_attempt_at) == ("pending", bench.clock.now() + 5 * SECOND)
    assert email.last_error is not None
    assert bench.figure("yunwei_notify_failed_total", channel="email", outcome="retry") == 1
    bench.mail.refuse_data = None
    bench.clock.advance(5 * SECOND)
    bench.turns(ChannelName.EMAIL)
    assert states(bench.records, "email") == ["sent"]
    assert not str(bench.mail.mails[0]["Subject"]).startswith("[重发]"), "a clear refusal leaves no doubt"


def test_a_message_that_is_given_up_is_logged_and_counted(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.mail.refuse_recipient = "550 no such person"
    with caplog.at_level(logging.ERROR):
        bench.turns(ChannelName.EMAIL)
    assert states(bench.records, "email") == ["dead"]
    assert bench.figure("yunwei_notify_failed_total", channel="email", outcome="dead") == 1
    assert "given up" in caplog.text


def test_killed_before_the_claim_is_committed_nothing_has_happened(bench: Bench) -> None:
    def killed() -> None:
        with bench.records.transaction() as session:
            claim(session, "sms", bench.clock.now(), limit=9, lease=MINUTE, settings=NotifySettings())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    bench.turns(ChannelName.SMS)
    assert [text["text"] for text in bench.gateway.texts] == ["【云南政务网】opening 1。YN1124-0001"]


@pytest.mark.slow
def test_killed_between_claim_and_send_the_message_leaves_after_the_lease_marked(bench: Bench) -> None:
    bench.claim_and_die()
    bench.turns(ChannelName.SMS)
    assert bench.gateway.texts == [], "the lease holds"
    bench.clock.advance(LONG)
    bench.turns(ChannelName.SMS)
    assert [text["text"] for text in bench.gateway.texts] == ["【云南政务网】(重发)opening 1。YN1124-0001"]
    assert states(bench.records) == ["sent"]
    assert bench.figure("yunwei_notify_resent_total", channel="sms") == 1


@pytest.mark.slow
def test_killed_between_send_and_record_one_marked_resend_follows(bench: Bench) -> None:
    bench.send_and_die()
    bench.clock.advance(LONG)
    bench.turns(ChannelName.SMS)
    texts = [text["text"] for text in bench.gateway.texts]
    assert texts == ["【云南政务网】opening 1。YN1124-0001", "【云南政务网】(重发)opening 1。YN1124-0001"]
    assert len({text["key"] for text in bench.gateway.texts}) == 1, "the key lets the gateway refuse the second"
    bench.clock.advance(LONG)
    bench.turns(ChannelName.SMS)
    assert len(bench.gateway.texts) == 2


def test_killed_between_send_and_record_a_gateway_that_can_be_asked_spares_the_resend(bench: Bench) -> None:
    bench.send_and_die()
    bench.clock.advance(LONG)
    bench.turns(ChannelName.SMS, settings=bench.settings(status_url=bench.gateway.status_url))
    assert len(bench.gateway.texts) == 1
    (row,) = rows(bench.records)
    assert (row.state, row.provider_id) == ("sent", "1")


def test_killed_before_the_send_a_gateway_that_can_be_asked_does_not_know_it(bench: Bench) -> None:
    bench.claim_and_die()
    bench.clock.advance(LONG)
    bench.turns(ChannelName.SMS, settings=bench.settings(status_url=bench.gateway.status_url))
    assert len(bench.gateway.texts) == 1
    assert states(bench.records) == ["sent"]


def test_a_gateway_that_breaks_off_after_accepting_is_asked_before_a_resend(bench: Bench) -> None:
    bench.gateway.vanish = 1
    settings = bench.settings(status_url=bench.gateway.status_url)
    bench.turns(ChannelName.SMS, settings=settings)
    assert states(bench.records) == ["pending"]
    bench.clock.advance(5 * SECOND)
    bench.turns(ChannelName.SMS, settings=settings)
    assert states(bench.records) == ["sent"]
    assert len(bench.gateway.texts) == 1


@contextmanager
def broken_records(monkeypatch: pytest.MonkeyPatch, times: int) -> Iterator[None]:
    """Transactions that fail so many times with a locked database, once a message is on its way."""
    left = times

    true_settle = claims.settle

    def settle(*arguments: Any) -> Any:
        nonlocal left
        if left:
            left -= 1
            raise OperatorError("The records database is locked by another process.")
        return true_settle(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr("alerting.notify.notifier.settle", settle)
        yield


def test_a_database_that_is_locked_for_a_moment_costs_no_resend(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    with broken_records(monkeypatch, 2):
        bench.turns(ChannelName.SMS)
    assert states(bench.records) == ["sent"]
    assert bench.pauses == [1.0, 1.0]


def test_a_database_that_stays_locked_leaves_it_to_the_lease(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with broken_records(monkeypatch, 99):
        bench.turns(ChannelName.SMS)
    assert states(bench.records) == ["claimed"]
    assert "can't be recorded" in caplog.text
    bench.clock.advance(LONG)
    bench.turns(ChannelName.SMS)
    assert states(bench.records) == ["sent"]
    assert len(bench.gateway.texts) == 2


def test_a_missing_secret_lets_the_message_wait(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = bench.settings(headers={"Authorization": "{token}"}, token={"env": "YUNWEI_NO_SUCH_TOKEN"})
    bench.turns(ChannelName.SMS, settings=settings)
    (row,) = rows(bench.records)
    assert (row.state, row.attempts) == ("pending", 1)
    assert "YUNWEI_NO_SUCH_TOKEN" in (row.last_error or "")
    monkeypatch.setenv("YUNWEI_NO_SUCH_TOKEN", "here now")
    bench.clock.advance(5 * SECOND)
    bench.turns(ChannelName.SMS, settings=settings)
    assert states(bench.records) == ["sent"]


def test_the_age_of_the_oldest_is_shown(bench: Bench) -> None:
    bench.mail.refuse_data = "421 away"
    bench.clock.advance(HOUR)
    bench.turns(ChannelName.EMAIL)
    assert bench.figure("yunwei_notify_pending", channel="email") == 1
    assert bench.figure("yunwei_notify_oldest_pending_seconds", channel="email") == 3600


def test_a_channel_left_out_of_the_settings_is_off(bench: Bench) -> None:
    bench.turns(ChannelName.SMS, ChannelName.EMAIL, settings=NotifySettings())
    assert states(bench.records) == states(bench.records, "email") == ["skipped"]


@pytest.mark.slow
def test_it_runs_until_it_is_cancelled_and_finishes_what_is_in_flight(bench: Bench) -> None:
    put(bench.records, bench.clock.now(), 2, LI)

    async def work() -> None:
        enough = asyncio.Event()

        async def pause(_seconds: float) -> None:
            await asyncio.to_thread(lambda: None)
            if states(bench.records) == states(bench.records, "email") == ["sent", "sent"]:
                enough.set()

        worker = Notifier(bench.records, bench.settings(), bench.clock, CollectorRegistry(), pause=pause)
        running = asyncio.create_task(worker.run())
        await asyncio.wait_for(enough.wait(), 10)
        running.cancel()
        await asyncio.wait([running])
        await worker.stop()

    asyncio.run(work())
    with bench.records.reading() as session:
        assert {message.state for message in recent_messages(session)} == {"sent"}


def test_cancelled_while_sending_it_still_records(bench: Bench) -> None:
    """The moment between send and record is survived by an orderly stop."""

    class Slow:
        def __init__(self) -> None:
            self.started, self.go_on = asyncio.Event(), asyncio.Event()

        async def send(self, message: Outgoing) -> str:
            self.started.set()
            await self.go_on.wait()
            return "late"

        async def accepted(self, message: Outgoing) -> str | None:
            return None

        async def close(self) -> None:
            pass

    async def work() -> None:
        slow = Slow()
        worker = Notifier(
            bench.records, NotifySettings(), bench.clock, CollectorRegistry(), channels={ChannelName.SMS: slow}
        )
        running = asyncio.create_task(worker.run())
        await asyncio.wait_for(slow.started.wait(), 10)
        running.cancel()
        await asyncio.wait([running])
        slow.go_on.set()
        await worker.stop()

    asyncio.run(work())
    (row,) = rows(bench.records)
    assert (row.state, row.provider_id) == ("sent", "late")


def test_records_that_can_not_be_read_are_tried_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = True
    true_reading = bench.records.reading

    def reading() -> Any:
        if broken:
            raise OperatorError("The records database is locked by another process.")
        return true_reading()

    async def work() -> None:
        nonlocal broken
        sent = asyncio.Event()

        async def pause(_seconds: float) -> None:
            nonlocal broken
            broken = False
            await asyncio.to_thread(lambda: None)
            if states(bench.records) == ["sent"]:
                sent.set()

        monkeypatch.setattr(bench.records, "reading", reading)
        worker = Notifier(bench.records, bench.settings(), bench.clock, CollectorRegistry(), pause=pause)
        running = asyncio.create_task(worker.run())
        await asyncio.wait_for(sent.wait(), 10)
        running.cancel()
        await asyncio.wait([running])
        await worker.stop()

    asyncio.run(work())
    assert "it is tried again" in caplog.text
