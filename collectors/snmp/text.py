"""Text out of octet strings: agents send UTF-8, GBK, and worse."""

from collections.abc import Mapping

from collectors.snmp.gufo import Value


def text_of(value: Value) -> str:
    """A value as one trimmed line of text; an absent one is empty. Never fails."""
    if value is None:
        return ""
    if not isinstance(value, bytes):
        return str(value)
    for encoding in ("utf-8", "gb18030"):
        try:
            decoded = value.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        decoded = value.decode("utf-8", "replace")
    if decoded.isprintable():
        return decoded.strip()
    # Control characters would break terminals and logs; some agents pad with NUL.
    return "".join(letter if letter.isprintable() else " " for letter in decoded).strip()


def number_of(answer: Mapping[str, Value], oid: str) -> int | None:
    """The whole number at an OID; None where there is none."""
    value = answer.get(oid)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
