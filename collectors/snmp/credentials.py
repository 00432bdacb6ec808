"""What opens an agent: logins with their keys worked out, and the ring of them that is tried at one device."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from collectors.snmp.gufo import get_localized_key, get_master_key


class Version(StrEnum):
    """SNMP's versions."""

    V1 = "1"
    V2C = "2c"
    V3 = "3"


class Refusal(StrEnum):
    """How an agent says that a login is not the right one. A wrong community it never tells: that is silence."""

    UNKNOWN_USER = "the agent does not know the user"
    """usmStatsUnknownUserNames (RFC 3414)."""
    WRONG_PASSWORD = "the authentication password or protocol is not the agent's"  # noqa: S105 - a sentence
    """usmStatsWrongDigests."""
    LEVEL = "the agent does not take the user at this level of security"
    """usmStatsUnsupportedSecLevels."""
    PRIVACY = "the agent answers until a request is encrypted: the privacy password or protocol is not its own"
    """usmStatsDecryptionErrors; net-snmp drops the request without a word, so silence after an answered discovery
    is taken for it when it comes again and again."""
    NOT_PERMITTED = "the agent knows the credentials and permits them nothing"
    """authorizationError (RFC 3416)."""


@dataclass(frozen=True, slots=True)
class _Hash:
    """An authentication protocol: gufo's number, its key's length, the length of a message's digest, in bytes."""

    number: int
    key: int
    digest: int
    python: str


AUTHENTICATION: Final = {
    # RFC 3414 (HMAC-MD5-96, HMAC-SHA-96) and RFC 7860
    "md5": _Hash(1, 16, 12, "md5"),
    "sha1": _Hash(4, 20, 12, "sha1"),
    "sha224": _Hash(7, 28, 16, "sha224"),
    "sha256": _Hash(10, 32, 24, "sha256"),
    "sha384": _Hash(11, 48, 32, "sha384"),
    "sha512": _Hash(12, 64, 48, "sha512"),
}

PRIVACY: Final = {
    # RFC 3414 (CBC-DES), RFC 3826 (AES-128); the longer AES keys are no standard: draft-blumenthal-aes-usm-04
    "des": (1, 16),
    "aes128": (2, 16),
    "aes192": (3, 24),
    "aes256": (4, 32),
}
"""Privacy protocols: gufo's number and the bytes of key they need."""

EXPANSION: Final = {"blumenthal": 1, "cisco": 2}
"""How a key that is too short for AES-192 or AES-256 is made longer: what is added to gufo's number of the hash."""

_MASTER: Final = 1 << 6
"""Marks a key for gufo as made from a password, and not yet tied to an engine."""


@dataclass(frozen=True, slots=True)
class Login:
    """One way to open an agent. Holds secrets, and shows none."""

    name: str
    """What the settings call it."""
    version: Version = Version.V2C
    community: str = field(default="", repr=False)
    user: str = ""
    auth: str = ""
    """A key of AUTHENTICATION; empty for a user without."""
    privacy: str = ""
    """A key of PRIVACY; empty for a user without."""
    expansion: str = "blumenthal"
    auth_key: bytes = field(default=b"", repr=False)
    """Made from the password, not yet tied to an agent's engine: that the agent's discovery does."""
    privacy_key: bytes = field(default=b"", repr=False)

    def __str__(self) -> str:
        """Its name."""
        return self.name

    def keys(self, *, private: bool = True) -> tuple[str, int, bytes, int, bytes]:
        """What gufo's `set_keys` takes; without `private`, for messages that are signed and not encrypted."""
        if not self.auth:
            return self.user, 0, b"", 0, b""
        hashing = AUTHENTICATION[self.auth]
        if not self.privacy or not private:
            return self.user, hashing.number | _MASTER, self.auth_key, 0, b""
        cipher, length = PRIVACY[self.privacy]
        number = hashing.number + (EXPANSION[self.expansion] if length > hashing.key else 0)
        return self.user, number | _MASTER, self.auth_key, cipher | _MASTER, self.privacy_key

    def signing_key(self, engine: bytes) -> bytes:
        """The key that an agent with this engine id signs with; empty for a user without authentication."""
        return get_localized_key(AUTHENTICATION[self.auth].number, self.auth_key, engine) if self.auth else b""


def community_login(community: str, *, name: str = "default", version: Version = Version.V2C) -> Login:
    """A login of SNMPv1 or v2c."""
    return Login(name, version, community)


def user_login(
    user: str,
    *,
    name: str = "default",
    auth: str = "",
    auth_password: str = "",
    privacy: str = "",
    privacy_password: str = "",
    expansion: str = "blumenthal",
) -> Login:
    """A login of SNMPv3. Takes some milliseconds: RFC 3414 makes a key by hashing a megabyte of password."""
    return Login(
        name,
        Version.V3,
        "",
        user,
        auth,
        privacy,
        expansion,
        get_master_key(AUTHENTICATION[auth].number, auth_password.encode()) if auth else b"",
        # The privacy key, too, is made by the hash of the authentication protocol.
        get_master_key(AUTHENTICATION[auth].number, privacy_password.encode()) if privacy else b"",
    )


class Keyring:
    """The logins that may open one device, in the order in which they are tried; remembers the one that did.

    Before any has worked they take turns. Later the one that worked comes first, and every second turn is another's:
    the password may have been changed on the device, and the platform been told the new one.
    """

    __slots__ = ("_at", "_home", "_logins", "_other")

    def __init__(self, logins: Sequence[Login]) -> None:
        """Raises ValueError for no login at all."""
        if not logins:
            raise ValueError("a device needs at least one login")
        self._logins = tuple(logins)
        self._at = 0
        self._home: int | None = None
        self._other = 0

    def __len__(self) -> int:
        """How many there are."""
        return len(self._logins)

    @property
    def login(self) -> Login:
        """The one in use."""
        return self._logins[self._at]

    @property
    def remembered(self) -> str | None:
        """The name of the one that worked last."""
        return None if self._home is None else self._logins[self._home].name

    @property
    def proved(self) -> bool:
        """Whether the one in use is the one that worked last."""
        return self._at == self._home

    def prove(self) -> None:
        """The one in use works."""
        self._home = self._at

    def remember(self, name: str) -> bool:
        """Begin with the one of this name, which worked before. False when there is none of this name any more."""
        for number, login in enumerate(self._logins):
            if login.name == name:
                self._at = self._home = number
                return True
        return False

    def turn(self) -> bool:
        """The next one's turn. False when there is only one."""
        count = len(self._logins)
        if count == 1:
            return False
        if self._home is None:
            self._at = (self._at + 1) % count
        elif self._at != self._home:
            self._at = self._home
        else:
            self._other = (self._other + 1) % count
            if self._other == self._home:
                self._other = (self._other + 1) % count
            self._at = self._other
        return True
