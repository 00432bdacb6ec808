"""Rows that a store refuses, set aside with its reason: one JSON document a line, in a file that is bounded.

They are for people to look at: `{"at": 1764000000000, "reason": "…", "lines": ["interface,device=… in_bps=1 176…"]}`.
"""

import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from foundation.clock import Instant
from storage.metrics.store import Refusal

LARGEST: Final = 8 << 20
"""When the file has grown so large it is kept once as `refused.1.jsonl`, and a new one is begun."""
MOST_LINES: Final = 1000
"""Lines of one refusal that are kept."""

_log = logging.getLogger(__name__)


class Aside:
    """The file of one directory. For one thread at a time; never raises: what can't be set aside is still counted."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "refused.jsonl"

    def put(self, refused: Sequence[Refusal], now: Instant) -> None:
        """Keep refused lines and the reason."""
        try:
            if self.path.exists() and self.path.stat().st_size > LARGEST:
                os.replace(self.path, self.path.with_suffix(".1.jsonl"))
            with self.path.open("a", encoding="utf-8") as file:
                for refusal in refused:
                    told = {"at": now, "reason": refusal.reason, "lines": refusal.lines[:MOST_LINES]}
                    file.write(json.dumps(told, ensure_ascii=False) + "\n")
        except OSError as error:
            _log.warning("Refused rows can't be set aside in %s: %s.", self.path, error.strerror)
