"""Structured logs on standard error: a sentence for people, its context as key=value, or one JSON object a line."""

import json
import logging
import sys
from datetime import datetime
from typing import Literal

from foundation.calendar import ZONE
from foundation.settings import StrictModel

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class LogSettings(StrictModel):
    """How the platform logs."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


def configure_logging(settings: LogSettings) -> None:
    """Send every room's log to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonFormatter() if settings.format == "json" else _TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.level.upper())
    # Libraries speak of every job and every request; their warnings are enough.
    for library in ("apscheduler", "httpx", "httpcore", "waitress", "alembic", "mail.log", "werkzeug"):
        logging.getLogger(library).setLevel(logging.WARNING)


def _context(record: logging.LogRecord) -> dict[str, object]:
    return {key: value for key, value in record.__dict__.items() if key not in _STANDARD}


class _TextFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        moment = _moment(record)
        line = f"{moment:%Y-%m-%d %H:%M:%S} {record.levelname:<7} {record.name}: {record.getMessage()}"
        context = " ".join(f"{key}={value}" for key, value in _context(record).items())
        if context:
            line = f"{line} [{context}]"
        if record.exc_info:
            line = f"{line}\n{self.formatException(record.exc_info)}"
        return line


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "at": _moment(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "room": record.name,
            "message": record.getMessage(),
            **_context(record),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, ZONE)
