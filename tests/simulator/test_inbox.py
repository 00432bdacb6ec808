"""The inbox over real SMTP and HTTP: what is sent is kept and shown; mischief refuses and delays."""

import asyncio
import smtplib
import threading
from collections.abc import Iterator
from email.message import EmailMessage

import httpx
import pytest

from foundation.calendar import parse
from foundation.clock import SteppedClock
from foundation.problems import OperatorError
from foundation.settings import Secret
from simulator.inbox.run import Inbox, run_inbox
from simulator.inbox.settings import InboxSettings
from simulator.inbox.store import Post

NOW = parse("2026-11-24 14:30:00")
TOKEN = {"Authorization": "Bearer secret-token"}


@pytest.fixture(scope="module")
def inbox() -> Iterator[Inbox]:
    settings = InboxSettings(smtp_port=0, http_port=0, token=Secret(value="secret-token"), keep=5)
    found = Inbox(settings, SteppedClock(NOW))
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(found.start(), loop).result(10)
    yield found
    asyncio.run_coroutine_threadsafe(found.stop(), loop).result(10)
    asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@pytest.fixture
def web(inbox: Inbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{inbox.http_port}", trust_env=False) as client:
        yield client
        client.delete("/messages")


def mail(subject: str = "[一级][昭通][中断] #YN1124-0012", html: bool = False) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "云维 <yunwei@yunwei.example>"
    message["To"] = "duty@zt.example"
    message["Subject"] = subject
    message["Message-ID"] = "<a1@yunwei.example>"
    message["In-Reply-To"] = "<thread@yunwei.example>"
    message.set_content("昭通节点中断")
    if html:
        message.add_alternative("<p>昭通节点中断</p>", subtype="html")
    return message


def post(inbox: Inbox, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=10) as server:
        server.send_message(message)


def test_mail_is_kept_with_what_threads_it(inbox: Inbox, web: httpx.Client) -> None:
    post(inbox, mail(html=True))
    [kept] = web.get("/messages").json()["messages"]
    assert kept["channel"] == "email"
    assert kept["at"] == NOW
    assert kept["to"] == ["duty@zt.example"]
    assert kept["from"] == "云维 <yunwei@yunwei.example>"
    assert kept["subject"] == "[一级][昭通][中断] #YN1124-0012"
    assert kept["text"].strip() == "昭通节点中断"
    assert kept["html"] is True
    assert (kept["message_id"], kept["in_reply_to"]) == ("<a1@yunwei.example>", "<thread@yunwei.example>")


def test_a_text_message_sent_twice_with_one_key_is_kept_once(web: httpx.Client) -> None:
    text = "【云南政务网】三级"
    body = {"to": "13800000001", "text": text, "key": "k-1"}
    first, second = (web.post("/sms", json=body, headers=TOKEN) for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert first.json()["id"] == second.json()["id"]
    [kept] = web.get("/messages").json()["messages"]
    assert (kept["channel"], kept["to"], kept["text"], kept["key"]) == (
        "sms",
        ["13800000001"],
        "【云南政务网】三级",
        "k-1",
    )
    for name in (first.json()["id"], "k-1"):
        assert web.get(f"/sms/{name}", headers=TOKEN).json()["status"] == "delivered"
    assert web.get("/sms/k-2", headers=TOKEN).status_code == 404


def test_without_the_token_nothing_is_taken(web: httpx.Client) -> None:
    body = {"to": "13800000001", "text": "x", "key": "k"}
    assert web.post("/sms", json=body).status_code == 401
    assert web.post("/sms", json=body, headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert web.get("/messages").json()["messages"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[]",
        b'{"to": "13800000001"}',
        b'{"to": "me", "text": "x"}',
        b'{"to": "138", "text": "x", "z": 1}',
    ],
)
def test_a_request_of_another_shape_is_refused(web: httpx.Client, body: bytes) -> None:
    answer = web.post("/sms", content=body, headers=TOKEN)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_refusals_on_demand_hit_so_many_messages_and_no_more(inbox: Inbox, web: httpx.Client) -> None:
    assert web.put("/mischief", json={"channel": "email", "refuse": 1}).status_code == 200
    assert web.put("/mischief", json={"channel": "sms", "refuse": 2, "delay": "1 ms"}).status_code == 200
    with pytest.raises(smtplib.SMTPDataError) as refused:
        post(inbox, mail())
    assert refused.value.smtp_code == 451
    post(inbox, mail())
    body = {"to": "13800000001", "text": "x", "key": "k"}
    codes = [web.post("/sms", json=body, headers=TOKEN).status_code for _ in range(3)]
    assert codes == [503, 503, 200]
    assert len(web.get("/messages").json()["messages"]) == 2
    web.put("/mischief", json={"channel": "sms"})
    assert web.put("/mischief", json={"channel": "fax"}).status_code == 400


def test_only_the_last_messages_are_kept() -> None:
    box = Post(keep=3)
    ids = [box.add("sms", NOW + n, sender="", to=("1",), subject="", text=str(n), key=f"k{n}").id for n in range(5)]
    assert [message.id for message in box.latest()] == ids[:1:-1]
    assert box.find("k0") is None
    assert box.find("k4") is not None
    again = box.add("sms", NOW, sender="", to=("1",), subject="", text="0", key="k0")
    assert again.id not in ids, "a key that is forgotten is a new message"


def test_a_port_in_use_is_told_in_one_sentence(inbox: Inbox) -> None:
    for taken, sentence in (
        (InboxSettings(smtp_port=inbox.smtp_port, http_port=0), "TCP port .* for the inbox's mail server"),
        (InboxSettings(smtp_port=0, http_port=inbox.http_port), "TCP port .* for the inbox's SMS gateway"),
    ):

        async def begin(settings: InboxSettings = taken) -> None:
            await Inbox(settings, SteppedClock(NOW)).start()

        with pytest.raises(OperatorError, match=sentence):
            asyncio.run(begin())


def test_the_inbox_starts_and_stops_when_it_is_cancelled() -> None:
    async def live() -> bool:
        ready = asyncio.Event()
        settings = InboxSettings(smtp_port=0, http_port=0)
        task = asyncio.create_task(run_inbox(settings, SteppedClock(NOW), started=ready.set))
        await asyncio.wait_for(ready.wait(), 10)
        task.cancel()
        await asyncio.wait({task}, timeout=10)
        return task.cancelled()

    assert asyncio.run(live())
