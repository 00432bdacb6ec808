"""Passwords: how they are made, judged and hashed."""

import secrets
import string
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MINIMUM_LENGTH: Final = 10
MAXIMUM_LENGTH: Final = 200
"""Longer texts are refused before they cost a hash."""

# Without the letters and digits that people misread: l I 1 O 0.
_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz"
_CAPITALS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS: Final = "23456789"

_HASHER: Final = PasswordHasher()


def generate() -> str:
    """A password of 16 characters in four groups that keeps the rules and is easy to type: `mK7q-…`."""
    while True:
        letters = [secrets.choice(_LETTERS + _CAPITALS + _DIGITS) for _ in range(16)]
        password = "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))
        if kinds(password) == 4:
            return password


def kinds(password: str) -> int:
    """How many of the four kinds it has: small letters, capitals, digits, others."""
    return sum(
        (
            any(letter in string.ascii_lowercase for letter in password),
            any(letter in string.ascii_uppercase for letter in password),
            any(letter in string.digits for letter in password),
            any(letter not in string.ascii_letters + string.digits for letter in password),
        )
    )


def acceptable(password: str, name: str) -> bool:
    """At least ten characters of at least three kinds, and not containing the account's own name."""
    return (
        MINIMUM_LENGTH <= len(password) <= MAXIMUM_LENGTH
        and kinds(password) >= 3
        and name.lower() not in password.lower()
    )


def hashed(password: str) -> str:
    """Argon2id with a fresh salt, parameters inside the text."""
    return _HASHER.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether it is the password of this hash; takes as long for a wrong one."""
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def decoy() -> str:
    """A hash of nobody's password: checked when there is no such account, so that the answer takes as long."""
    return hashed(secrets.token_hex(16))
