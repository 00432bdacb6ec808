"""Text messages by an HTTP gateway: the request is a template of the settings, so that any gateway fits."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import httpx

from alerting.notify.channel import DeliveryError, Outgoing
from alerting.notify.settings import SmsSettings
from foundation.clock import SECOND

_TRY_AGAIN: Final = frozenset({401, 403, 404, 408, 409, 423, 425, 429})
"""Refusals (4xx) that may pass: a wrong token or path is mended by people, and nothing shall be lost meanwhile."""


class SmsChannel:
    """Sends each message as one request; the idempotency key lets the gateway refuse doubles."""

    def __init__(self, settings: SmsSettings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._settings = settings
        self._client = httpx.AsyncClient(
            timeout=settings.timeout / SECOND,
            transport=transport,
            trust_env=False,
            limits=httpx.Limits(max_connections=16, max_keepalive_connections=4),
        )

    async def send(self, message: Outgoing) -> str:
        """Hand the message to the gateway. Returns the gateway's id of it, or an empty text.

        Raises DeliveryError.
        """
        settings = self._settings
        values = self._values(message)
        content: dict[str, Any] = {}
        if settings.method != "GET":
            content = {"json" if settings.format == "json" else "data": _filled(settings.body, values)}
        query = _filled(settings.query, values)
        headers = _filled(settings.headers, values)
        try:
            answer = await self._client.request(
                settings.method, _address(settings.url, values), params=query or None, headers=headers, **content
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise DeliveryError(f"the SMS gateway can't be reached: {_short(error)}") from None
        except (httpx.TransportError, httpx.InvalidURL) as error:
            uncertain = isinstance(error, httpx.TransportError)
            raise DeliveryError(f"the SMS gateway broke off: {_short(error)}", uncertain=uncertain) from None
        return self._judge(answer)

    async def accepted(self, message: Outgoing) -> str | None:
        """Ask the gateway's status address, where one is set, whether it has the message."""
        if self._settings.status_url is None:
            return None
        values = self._values(message)
        try:
            answer = await self._client.get(
                _address(self._settings.status_url, values), headers=_filled(self._settings.headers, values)
            )
            return self._judge(answer)
        except (DeliveryError, httpx.HTTPError, httpx.InvalidURL):
            # No answer is no proof: the message is sent once more, marked as such.
            return None

    async def close(self) -> None:
        """Close the connections that are kept open."""
        await self._client.aclose()

    def _values(self, message: Outgoing) -> dict[str, str]:
        token = self._settings.token
        text = marked(message.body) if message.resend else message.body
        return {
            "to": message.address,
            "text": text,
            "key": message.key,
            "token": token.resolve() if token is not None else "",
        }

    def _judge(self, answer: httpx.Response) -> str:
        success = self._settings.success
        if answer.status_code not in success.status:
            permanent = 400 <= answer.status_code < 500 and answer.status_code not in _TRY_AGAIN
            # A 5xx comes from a gateway that may have taken the message before it failed.
            uncertain = answer.status_code >= 500
            reason = f"the SMS gateway answered {answer.status_code}"
            raise DeliveryError(reason, permanent=permanent, uncertain=uncertain)
        if success.field is None and success.message_id is None:
            return ""
        try:
            content = answer.json()
        except ValueError:
            raise DeliveryError("the SMS gateway's answer is no JSON", uncertain=True) from None
        if success.field is not None:
            given = _dig(content, success.field)
            if given not in success.values:
                shown = str(given)[:80]
                raise DeliveryError(f'the SMS gateway refused: {success.field} is "{shown}"')
        found = _dig(content, success.message_id) if success.message_id is not None else None
        return "" if found is None else str(found)


def marked(text: str) -> str:
    """A text message marked as sent once more, behind its signature."""
    signature, end, rest = text.partition("】")
    return f"{signature}{end}(重发){rest}" if end else f"(重发){text}"


def _filled(template: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    return {key: _fill(text, values) for key, text in template.items()}


def _fill(text: str, values: Mapping[str, str]) -> str:
    """Placeholders replaced in one pass: what stands in a value is never taken for a placeholder."""
    parts = []
    while text:
        before, opened, rest = text.partition("{")
        parts.append(before)
        name, closed, after = rest.partition("}")
        if opened and closed and name in values:
            parts.append(values[name])
            text = after
        else:
            parts.append(opened)
            text = rest
    return "".join(parts)


def _address(template: str, values: Mapping[str, str]) -> str:
    return _fill(template, {name: quote(value, safe="") for name, value in values.items()})


def _dig(content: Any, path: str) -> Any:
    for key in path.split("."):
        if not isinstance(content, dict):
            return None
        content = content.get(key)
    return content


def _short(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:200]
