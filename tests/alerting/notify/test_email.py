"""E-mail against a real SMTP server on loopback."""

import asyncio
from dataclasses import replace
from email.policy import SMTP as SMTP_POLICY

import pytest

from alerting.notify.channel import DeliveryError, Outgoing
from alerting.notify.email import EmailChannel, build_mail
from alerting.notify.settings import SmtpSettings
from foundation.clock import SteppedClock
from foundation.problems import OperatorError
from tests.alerting.notify.peers import CERTIFICATES, MailServer, mail_server

OUTGOING = Outgoing(
    id=1,
    attempt=1,
    key="YN1124-0012.12.opening.1.0.p.email",
    channel="email",
    kind="opening",
    recipient="张三",
    address="zhang@yunwei.example",
    subject="[三级][昭通][失联] 昭通市 镇雄县路由器失联,影响 24 家单位 #YN1124-0012",
    body="请在 10 分钟内确认。\n",
    html="<p>请在 10 分钟内确认。</p>",
    message_key="yn1124-0012.12.p",
    thread_key="yn1124-0012.12.p",
    resend=False,
)


def send(settings: dict[str, object], clock: SteppedClock, message: Outgoing = OUTGOING) -> str:
    """Send one message by these settings."""
    complete = SmtpSettings.model_validate({"host": "127.0.0.1", "sender": "noc@yunwei.example", **settings})
    return asyncio.run(EmailChannel(complete, clock).send(message))


def refused(settings: dict[str, object], clock: SteppedClock, message: Outgoing = OUTGOING) -> DeliveryError:
    """The error that sending ends with."""
    with pytest.raises(DeliveryError) as refusal:
        send(settings, clock, message)
    return refusal.value


def test_a_mail_arrives_with_text_and_html(mail: MailServer, clock: SteppedClock) -> None:
    assert send({"port": mail.port}, clock) == "<yn1124-0012.12.p@yunwei.example>"
    (arrived,) = mail.mails
    assert mail.recipients == ["zhang@yunwei.example"]
    assert arrived["Subject"] == OUTGOING.subject
    assert arrived["To"].addresses[0].display_name == "张三"
    assert arrived["Date"].datetime.isoformat() == "2026-11-24T14:30:00+08:00"
    assert arrived["In-Reply-To"] is None
    text, html = arrived.get_body(("plain",)), arrived.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == OUTGOING.body.splitlines()
    assert html.get_content().strip() == OUTGOING.html


def test_later_mails_of_an_incident_answer_the_first() -> None:
    later = replace(OUTGOING, message_key="yn1124-0012.12.p.recovery.1.0")
    mail = build_mail(later, "noc@yunwei.example", 0)
    assert mail["Message-ID"] == "<yn1124-0012.12.p.recovery.1.0@yunwei.example>"
    assert mail["In-Reply-To"] == mail["References"] == "<yn1124-0012.12.p@yunwei.example>"


def test_a_resend_is_marked_and_keeps_its_message_id() -> None:
    mail = build_mail(replace(OUTGOING, resend=True), "noc@yunwei.example", 0)
    assert mail["Subject"].startswith("[重发] [三级]")
    assert mail["Message-ID"] == "<yn1124-0012.12.p@yunwei.example>"


def test_a_mail_is_pure_seven_bit_so_that_any_server_takes_it() -> None:
    build_mail(OUTGOING, "noc@yunwei.example", 0).as_bytes(policy=SMTP_POLICY).decode("ascii")


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("tls", ["none", "starttls", "tls"])
def test_a_login_over_every_kind_of_connection(tls: str, clock: SteppedClock) -> None:
    with mail_server(tls=tls, login=("noc", "geheim")) as server:
        settings: dict[str, object] = {
            "port": server.port, "tls": tls, "username": "noc", "password": {"value": "geheim"},
        }  # fmt: skip
        if tls != "none":
            settings["ca_file"] = str(CERTIFICATES / "server.crt")
        send(settings, clock)
        assert len(server.mails) == 1
        wrong = refused({**settings, "password": {"value": "falsch"}}, clock)
    assert "refused the login (535)" in wrong.reason
    assert "falsch" not in wrong.reason
    assert not wrong.permanent, "people mend a password; nothing shall be lost meanwhile"


@pytest.mark.slow
@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_server_that_nobody_vouches_for_is_not_trusted(tls: str, clock: SteppedClock) -> None:
    with mail_server(tls=tls) as server:
        error = refused({"port": server.port, "tls": tls}, clock)
        assert server.mails == []
    assert "no TLS with the mail server" in error.reason


@pytest.mark.parametrize(("answer", "permanent"), [("550 no such person", True), ("451 later", False)])
def test_a_refused_recipient(mail: MailServer, clock: SteppedClock, answer: str, permanent: bool) -> None:
    mail.refuse_recipient = answer
    error = refused({"port": mail.port}, clock)
    assert (error.permanent, error.uncertain) == (permanent, False)
    assert answer.partition(" ")[2] in error.reason


@pytest.mark.parametrize(("answer", "permanent"), [("554 spam", True), ("452 disk full", False)])
def test_a_refused_message(mail: MailServer, clock: SteppedClock, answer: str, permanent: bool) -> None:
    mail.refuse_data = answer
    error = refused({"port": mail.port}, clock)
    assert (error.permanent, error.uncertain) == (permanent, False)


def test_a_connection_that_breaks_after_the_message_leaves_doubt(mail: MailServer, clock: SteppedClock) -> None:
    mail.vanish = True
    error = refused({"port": mail.port}, clock)
    assert error.uncertain
    assert len(mail.mails) == 1


def test_a_server_that_is_not_there_leaves_no_doubt(clock: SteppedClock) -> None:
    with mail_server() as gone:
        port = gone.port
    error = refused({"port": port}, clock)
    assert (error.permanent, error.uncertain) == (False, False)
    assert f"127.0.0.1:{port} can't be reached" in error.reason


def test_an_address_that_is_none_is_given_up(mail: MailServer, clock: SteppedClock) -> None:
    error = refused({"port": mail.port}, clock, replace(OUTGOING, address="a@b\r\nBcc: x@y"))
    assert error.permanent
    assert mail.mails == []


def test_a_missing_password_is_the_operators_to_mend(mail: MailServer, clock: SteppedClock) -> None:
    with pytest.raises(OperatorError, match="YUNWEI_NO_SUCH"):
        send({"port": mail.port, "username": "noc", "password": {"env": "YUNWEI_NO_SUCH"}}, clock)
