"""Text messages against a real HTTP gateway on loopback, and the settings that describe it."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from alerting.notify.channel import DeliveryError, Outgoing
from alerting.notify.settings import SmsSettings
from alerting.notify.sms import SmsChannel, marked
from tests.alerting.notify.peers import Gateway, sms_gateway
from tests.alerting.notify.test_email import OUTGOING

TEXT = replace(OUTGOING, channel="sms", address="10053062701", body="【云南政务网】三级(黄){to}失联。YN1124-0012")


async def _send(settings: SmsSettings, message: Outgoing) -> str:
    channel = SmsChannel(settings)
    try:
        return await channel.send(message)
    finally:
        await channel.close()


def send(gateway: Gateway, message: Outgoing = TEXT, **settings: Any) -> str:
    """Send one message by these settings."""
    return asyncio.run(_send(SmsSettings.model_validate({"url": gateway.url, **settings}), message))


def refused(gateway: Gateway, message: Outgoing = TEXT, **settings: Any) -> DeliveryError:
    """The error that sending ends with."""
    with pytest.raises(DeliveryError) as refusal:
        send(gateway, message, **settings)
    return refusal.value


@pytest.mark.parametrize("format", ["json", "form"])
def test_a_text_message_arrives_as_json_or_as_a_form(gateway: Gateway, format: str) -> None:
    send(gateway, format=format)
    assert gateway.texts == [{"to": TEXT.address, "text": TEXT.body, "key": TEXT.key}]


def test_a_text_message_arrives_in_the_query_of_a_get(gateway: Gateway) -> None:
    send(gateway, method="GET", query={"mobile": "{to}", "content": "{text}"}, body={})
    assert gateway.texts == [{"mobile": TEXT.address, "content": TEXT.body}]


def test_the_token_goes_into_a_header(gateway: Gateway) -> None:
    send(gateway, headers={"Authorization": "Bearer {token}"}, token={"value": "geheim"})
    assert gateway.headers[0]["Authorization"] == "Bearer geheim"


def test_what_looks_like_a_placeholder_in_a_text_is_text(gateway: Gateway) -> None:
    send(gateway, body={"to": "{to}", "text": "{text}", "fixed": "{unknown}"})
    assert "{to}" in gateway.texts[0]["text"]
    assert gateway.texts[0]["fixed"] == "{unknown}"


def test_the_gateways_own_id_is_kept(gateway: Gateway) -> None:
    assert send(gateway, success={"message_id": "id"}) == "1"


@pytest.mark.parametrize(
    ("status", "permanent", "uncertain"),
    [(400, True, False), (422, True, False), (401, False, False), (429, False, False), (500, False, True)],
)
def test_the_status_decides_whether_to_try_again(
    gateway: Gateway, status: int, permanent: bool, uncertain: bool
) -> None:
    gateway.answers = [(status, {})]
    error = refused(gateway)
    assert (error.permanent, error.uncertain) == (permanent, uncertain)
    assert str(status) in error.reason


def test_a_yes_with_a_wrong_code_is_a_no(gateway: Gateway) -> None:
    gateway.answers = [(200, {"result": {"code": "1003"}})]
    error = refused(gateway, success={"field": "result.code"})
    assert error.reason == 'the SMS gateway refused: result.code is "1003"'


def test_a_yes_that_is_no_json_leaves_doubt(gateway: Gateway) -> None:
    gateway.answers = [(200, b"<html>")]
    assert refused(gateway, success={"field": "code"}).uncertain


def test_a_connection_that_breaks_after_the_message_leaves_doubt(gateway: Gateway) -> None:
    gateway.vanish = 1
    assert refused(gateway).uncertain
    assert len(gateway.texts) == 1


def test_a_gateway_that_is_not_there_leaves_no_doubt() -> None:
    with sms_gateway() as gone:
        pass
    error = refused(gone)
    assert (error.permanent, error.uncertain) == (False, False)


def test_a_resend_is_marked_behind_the_signature(gateway: Gateway) -> None:
    send(gateway, replace(TEXT, resend=True))
    assert gateway.texts[0]["text"].startswith("【云南政务网】(重发)三级")
    assert marked("无签名") == "(重发)无签名"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"url": "gateway/sms"}, "must begin with http"),
        ({"url": "http://gw/sms", "body": {"to": "{to}"}}, "{text}"),
        ({"url": "http://gw/sms", "headers": {"x": "{token}"}}, "no token is given"),
        ({"url": "http://gw/sms", "status_url": "ftp://gw"}, "must begin with http"),
    ],
)
def test_settings_by_which_nothing_could_be_sent_are_refused(settings: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValidationError, match=expected):
        SmsSettings.model_validate(settings)
