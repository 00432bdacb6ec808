"""What an operator chose in yunwei.yaml that decides what is watched, what is told, and whom it reaches.

Plain text by key, so that it can be kept and compared. No secret is in it: of what may hold one only a digest.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel

from foundation.clock import DAY, HOUR, MINUTE, SECOND
from foundation.settings import Secret, parse_duration
from yunwei.settings import Settings

Chosen = Mapping[str, str]
"""Text by key, such as `notify.smtp.host`."""

SECTIONS: Final = ("collector", "judging", "acting", "maintenance", "notify")
NONE: Final = "—"
ON: Final = "on"
_MAY_HOLD_SECRETS: Final = ("url", "status_url", "headers", "query", "body")
"""Of the SMS gateway: its operators put keys into any of them."""


def chosen(settings: Settings) -> Chosen:
    """All of it, in the order of the settings. A part that may be left out is a key of its own: `on`, or `—`."""
    return {key: text for section in SECTIONS for key, text in _flat(section, getattr(settings, section))}


def _flat(prefix: str, model: BaseModel) -> Iterator[tuple[str, str]]:
    for name, field in type(model).model_fields.items():
        key, value = f"{prefix}.{name}", getattr(model, name)
        if isinstance(value, Secret):
            yield key, _secret(value)
        elif isinstance(value, BaseModel):
            if field.default is None:
                yield key, ON
            yield from _flat(key, value)
        elif prefix == "notify.sms" and name in _MAY_HOLD_SECRETS:
            yield key, _digest(value)
        else:
            yield key, _text(value, lengths=_holds_lengths(field.annotation, field.metadata))


def _secret(secret: Secret) -> str:
    """Where it comes from; of one in the open a digest."""
    if secret.env is not None:
        return f"env {secret.env}"
    return f"file {Path(secret.file).name}" if secret.file is not None else _digest(secret.value)


def _digest(value: Any) -> str:
    if not value:
        return NONE
    kept = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]
    host = urlsplit(value).hostname if isinstance(value, str) else None
    return f"{host} (sha256 {kept})" if host else f"sha256 {kept}"


def _text(value: Any, *, lengths: bool) -> str:
    if value is None or value == "" or (isinstance(value, list | tuple | Mapping) and not value):
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(_text(one, lengths=lengths) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_text(one, lengths=lengths)}" for key, one in value.items())
    return _length(value) if lengths and isinstance(value, int) else str(value)


def _length(milliseconds: int) -> str:
    """A length of time as an operator writes it."""
    for unit, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s")):
        if milliseconds and milliseconds % unit == 0:
            return f"{milliseconds // unit} {name}"
    return f"{milliseconds} ms"


def _holds_lengths(annotation: Any, metadata: Any) -> bool:
    if any(getattr(one, "func", None) is parse_duration for one in metadata):
        return True
    return any(_holds_lengths(one, getattr(one, "__metadata__", ())) for one in get_args(annotation))
