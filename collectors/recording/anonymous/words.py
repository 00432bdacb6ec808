"""Text, replaced word by word: as long, as many words, the same signs between them. Pure."""

import re
from collections.abc import Callable, Collection
from hashlib import blake2b
from ipaddress import IPv6Address
from typing import Final

from collectors.recording.anonymous.addresses import Addresses
from collectors.recording.anonymous.vocabulary import WORDS

_MAC: Final = (
    r"(?<![0-9A-Fa-f])(?:(?:[0-9A-Fa-f]{2}[:\- ]){5}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}[.\-]){2}[0-9A-Fa-f]{4})"
    r"(?![0-9A-Fa-f])"
)
_IPV4: Final = r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)"
_IPV6: Final = r"(?<![\w:])(?=[0-9A-Fa-f]*:[0-9A-Fa-f]*:)[0-9A-Fa-f:]{2,39}(?![\w:])"
_MAIL: Final = r"[\w.+\-]+@[\w.\-]+"
_SERIAL: Final = r"(?i:\b(?:s/n|sn|serial(?:\s*(?:no|num(?:ber)?))?|asset(?:\s*tag)?)\b)[\s.:=#]*[\w\-/]{4,}"
_WORD: Final = r"[^\W_]+"
_ANY_WORD: Final = re.compile(_WORD)
_LABEL: Final = re.compile(r"(?i)(?:s/n|sn|serial(?:\s*(?:no|num(?:ber)?))?|asset(?:\s*tag)?)[\s.:=#]*")
_VERSION: Final = re.compile(r"(?i)(?:version|release|revision|ver|rev|fw|hw|v)[\s:.=]*$")
_UNAME: Final = re.compile(r"(?:Linux|FreeBSD|NetBSD|OpenBSD|SunOS|Darwin|AIX|HP-UX) (?P<host>[^\W_][\w.\-]*)")
"""The text of `uname -a`, which net-snmp's sysDescr is: the host's name stands behind the system's."""
_PART: Final = re.compile(r"\d{0,3}([a-z]+)\d{0,4}")
"""`Vlan100`, `10GE1`: a word with few digits at its ends."""

_VOWELS: Final = "aeiou"
_CONSONANTS: Final = "bdfgklmnprstvz"
_HAN: Final = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥金木水火土东西南北中"
_OTHER: Final = "äëïöü"
SHORTEST_NAME: Final = 3
"""Letters of a name below which its occurrences in other texts are chance."""
SHORT_NUMBER: Final = 5
"""Digits up to which a number tells nothing about anybody."""


class Words:
    """The replacements under one key. The same word gives the same replacement, in its own case."""

    def __init__(self, key: bytes, addresses: Addresses) -> None:
        self._key = key
        self._addresses = addresses
        self._known: dict[str, str] = {}
        self._taken: set[str] = set()
        self._pattern = _pattern(())

    def avoid(self, text: str) -> None:
        """No replacement may be a word of this text: it is an original."""
        self._taken.update(word.lower() for word in _ANY_WORD.findall(text))

    def hide(self, names: Collection[str]) -> None:
        """Names that must not be left in any text, wherever they stand; of a domain name, its host part too."""
        wanted = {part for name in names for part in (name, name.split(".")[0])}
        self._pattern = _pattern(
            sorted(name for name in wanted if len(name) >= SHORTEST_NAME and not self._tells_nothing(name))
        )

    def strict(self, text: str) -> str:
        """Every word and number replaced: for what people write about their own."""
        return self._replaced(text, self.word)

    def open(self, text: str) -> str:
        """Every word replaced that does not just say what a part is; short numbers stay."""
        return self._replaced(text, lambda word: word if _plain(word) else self.word(word))

    def vendor(self, text: str) -> str:
        """A maker's own text stays, but for names, addresses, serial numbers and long numbers in it."""

        def unless_long(word: str) -> str:
            if len(word) == 12 and re.fullmatch(r"[0-9A-Fa-f]{12}", word) and not word.isdigit():
                return self._mac(word)
            return self.word(word) if len(word) > 6 and word.isdigit() else word

        uname = _UNAME.match(text)
        if uname is None:
            return self._replaced(text, unless_long, vendor=True)
        begin, end = uname.span("host")
        rest = self._replaced(text[end:], unless_long, vendor=True)
        return text[:begin] + _each(text[begin:end], lambda word: word if _plain(word) else self.word(word)) + rest

    def word(self, word: str) -> str:
        """The replacement of one word or number."""
        lower = word.lower()
        found = self._known.get(lower)
        if found is None:
            found = self._known[lower] = self._invented(lower)
            self._taken.add(found)
        return "".join(
            new.upper() if old.isupper() and len(new.upper()) == 1 else new
            for old, new in zip(word, found, strict=False)
        )

    def _replaced(self, text: str, on_word: Callable[[str], str], *, vendor: bool = False) -> str:
        """One pass over the text, so that nothing is replaced twice."""

        def replace(match: re.Match[str]) -> str:
            found = match[0]
            match match.lastgroup:
                case "name" | "mail":
                    return _each(found, self.word)
                case "serial":
                    label = _LABEL.match(found)
                    cut = label.end() if label else 0
                    return found[:cut] + _each(found[cut:], self.word)
                case "mac":
                    return self._mac(found)
                case "ipv4":
                    if vendor and _VERSION.search(text, 0, match.start()):
                        return found
                    return self._ipv4(found) or _each(found, on_word)
                case "ipv6":
                    return self._ipv6(found) or _each(found, on_word)
                case _:
                    return on_word(found)

        return self._pattern.sub(replace, text)

    def _invented(self, word: str) -> str:
        candidate = word
        for attempt in range(64):
            candidate = self._candidate(word, attempt)
            if candidate != word and candidate not in self._taken:
                break
        return candidate

    def _candidate(self, word: str, attempt: int) -> str:
        letters: list[str] = []
        for place, letter in enumerate(word):
            if place % 64 == 0:
                stream = blake2b(f"{attempt}/{place}/{word}".encode(), key=self._key, digest_size=64).digest()
            if letter.isdigit():
                pool = "0123456789"
            elif letter.isascii():
                pool = _VOWELS if place % 2 else _CONSONANTS
            else:
                pool = _HAN if ord(letter) > 0x7FF else _OTHER
            letters.append(pool[stream[place % 64] % len(pool)])
        return "".join(letters)

    def _tells_nothing(self, text: str) -> bool:
        return all(_plain(word) for word in _ANY_WORD.findall(text))

    def _mac(self, text: str) -> str:
        digits = iter(self._addresses.mac(bytes.fromhex(re.sub(r"[^0-9A-Fa-f]", "", text))).hex())
        upper = any(letter in "ABCDEF" for letter in text)
        return "".join(
            (next(digits).upper() if upper else next(digits)) if letter in "0123456789abcdefABCDEF" else letter
            for letter in text
        )

    def _ipv4(self, text: str) -> str:
        """The replacement; empty where it is no address."""
        parts = [int(part) for part in text.split(".")]
        return "" if max(parts) > 255 else ".".join(map(str, self._addresses.ipv4(bytes(parts))))

    def _ipv6(self, text: str) -> str:
        """The replacement; empty where it is no address."""
        try:
            address = IPv6Address(text)
        except ValueError:
            return ""
        return str(IPv6Address(self._addresses.ipv6(address.packed)))


def _pattern(names: Collection[str]) -> re.Pattern[str]:
    ordered = sorted(names, key=lambda name: (-len(name), name))
    parts = [f"(?P<name>(?i:{'|'.join(map(re.escape, ordered))}))"] if ordered else []
    parts += [
        f"(?P<mail>{_MAIL})", f"(?P<serial>{_SERIAL})", f"(?P<mac>{_MAC})", f"(?P<ipv4>{_IPV4})",
        f"(?P<ipv6>{_IPV6})", f"(?P<word>{_WORD})",
    ]  # fmt: skip
    return re.compile("|".join(parts))


def _each(text: str, on_word: Callable[[str], str]) -> str:
    return _ANY_WORD.sub(lambda match: on_word(match[0]), text)


def _plain(word: str) -> bool:
    """Whether a word tells what a part is, or is a short number, or `R1` and the like."""
    lower = word.lower()
    if lower in WORDS or (word.isdigit() and len(word) <= SHORT_NUMBER):
        return True
    found = _PART.fullmatch(lower)
    return found is not None and (found[1] in WORDS or len(lower) < SHORTEST_NAME)
