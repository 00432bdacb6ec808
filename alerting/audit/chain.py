"""The chain's arithmetic: what an entry's digest is made of."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final


def _preferred() -> str:
    try:
        hashlib.new("sm3")
    except ValueError:
        return "sha256"
    return "sm3"


ALGORITHM: Final = _preferred()
"""SM3 (GB/T 32905) where this build of OpenSSL has it, else SHA-256."""


def digest(algorithm: str, previous: str, content: Mapping[str, Any]) -> str:
    """The digest of one entry, in hex: the hash over the digest before it and its content as canonical JSON.

    Raises ValueError when this build does not know the algorithm.
    """
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.new(algorithm, f"{previous}\n{canonical}".encode()).hexdigest()
