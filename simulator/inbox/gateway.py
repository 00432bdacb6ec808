"""The SMS gateway and the inbox's own pages, as JSON over HTTP.

POST   /sms            {"to", "text", "key"} and, where a token is set, `Authorization: Bearer …`; answers {"id"}.
                       The same key again is the same message: it gets the same id and is kept once.
GET    /sms/<id>       the delivery status, by id or by key
GET    /messages       what has been received, the newest first
DELETE /messages       forgets all
PUT    /mischief       {"channel": "email" | "sms", "refuse": 2, "delay": "3 s"}
"""

import hmac
import time
from dataclasses import asdict
from typing import Annotated, Any, Final, Literal

from flask import Flask, Response, jsonify, request
from pydantic import Field, ValidationError

from foundation.clock import Clock
from foundation.settings import Duration, StrictModel
from simulator.inbox.store import Post

_LARGEST: Final = 64 * 1024
"""Bytes of one request."""


class Sms(StrictModel):
    """What `POST /sms` takes."""

    to: Annotated[str, Field(pattern=r"^\+?[0-9]{3,20}$")]
    text: Annotated[str, Field(min_length=1, max_length=2_000)]
    key: Annotated[str, Field(max_length=200)] = ""


class Plan(StrictModel):
    """What `PUT /mischief` takes."""

    channel: Literal["email", "sms"]
    refuse: Annotated[int, Field(ge=0, le=10_000)] = 0
    delay: Annotated[Duration, Field(le=60_000)] = 0


def create_gateway(post: Post, clock: Clock, token: str | None) -> Flask:
    """The application; with `token` None everybody on this machine may send."""
    app = Flask("simulator.inbox", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST
    app.json.ensure_ascii = False  # type: ignore[attr-defined]

    def permitted() -> bool:
        given = request.headers.get("Authorization", "")
        return token is None or hmac.compare_digest(given.encode(), f"Bearer {token}".encode())

    @app.post("/sms")
    def take() -> tuple[Response, int]:
        if not permitted():
            return _refusal("The bearer token is missing or wrong."), 401
        try:
            sms = Sms.model_validate(request.get_json(force=True, silent=True))
        except ValidationError as error:
            return _refusal(_sentence(error)), 400
        refuse, delay_ms = post.mischief("sms")
        if delay_ms:
            time.sleep(delay_ms / 1000)
        if refuse:
            return _refusal("Refused on demand, try again later."), 503
        kept = post.add("sms", clock.now(), sender="", to=(sms.to,), subject="", text=sms.text, key=sms.key)
        return jsonify(id=kept.id, status="delivered"), 200

    @app.get("/sms/<id_or_key>")
    def status(id_or_key: str) -> tuple[Response, int]:
        if not permitted():
            return _refusal("The bearer token is missing or wrong."), 401
        found = post.find(id_or_key)
        if found is None or found.channel != "sms":
            return _refusal("No such message has been accepted."), 404
        return jsonify(id=found.id, status="delivered", at=found.at, to=found.to[0], key=found.key), 200

    @app.get("/messages")
    def messages() -> Response:
        return jsonify(messages=[_shown(asdict(message)) for message in post.latest()], refused=post.refused)

    @app.delete("/messages")
    def forget() -> tuple[str, int]:
        post.clear()
        return "", 204

    @app.put("/mischief")
    def plan() -> tuple[Response, int]:
        try:
            wanted = Plan.model_validate(request.get_json(force=True, silent=True))
        except ValidationError as error:
            return _refusal(_sentence(error)), 400
        post.plan(wanted.channel, refuse=wanted.refuse, delay_ms=wanted.delay)
        return jsonify(ok=True), 200

    return app


def _shown(message: dict[str, Any]) -> dict[str, Any]:
    message["from"] = message.pop("sender")
    message["to"] = list(message["to"])
    return message


def _refusal(message: str) -> Response:
    return jsonify(error=message)


def _sentence(error: ValidationError) -> str:
    return " ".join(
        f"{'.'.join(map(str, detail['loc'])) or 'The body'}: {detail['msg'].removeprefix('Value error, ')}."
        for detail in error.errors()
    )
