"""Asks one agent for what follows an object, with the values' types.

pysnmp does it: gufo gives values as plain numbers and bytes, so that a Counter32 can't be told from a Gauge32 in a
recording. It is slower by far, which does not matter here: a recording must be gentle with the device anyway.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from pysnmp.hlapi.v3arch.asyncio import (
    CommunityData,
    ContextData,
    SnmpEngine,
    Udp6TransportTarget,
    UdpTransportTarget,
    UsmUserData,
    bulk_cmd,
    get_cmd,
    next_cmd,
)
from pysnmp.hlapi.v3arch.asyncio import auth as usm
from pysnmp.proto import errind
from pysnmp.proto.rfc1902 import Null

from collectors.recording.records import BYTES, NULL, NUMBERS, OBJECT_IDENTIFIER, Oid, Record, Value
from collectors.resolving import check_way
from collectors.snmp.credentials import Login, Version
from foundation.problems import OperatorError

NO_SUCH_NAME: Final = 2
"""error-status by which an SNMPv1 agent says that nothing follows (RFC 1157)."""
AUTHORIZATION_ERROR: Final = 16
"""error-status by which an agent says that it permits the user nothing (RFC 3416)."""

_AUTH: Final = {
    "": usm.USM_AUTH_NONE,
    "md5": usm.USM_AUTH_HMAC96_MD5,
    "sha1": usm.USM_AUTH_HMAC96_SHA,
    "sha224": usm.USM_AUTH_HMAC128_SHA224,
    "sha256": usm.USM_AUTH_HMAC192_SHA256,
    "sha384": usm.USM_AUTH_HMAC256_SHA384,
    "sha512": usm.USM_AUTH_HMAC384_SHA512,
}
_PRIVACY: Final = {
    ("", "blumenthal"): usm.USM_PRIV_NONE,
    ("des", "blumenthal"): usm.USM_PRIV_CBC56_DES,
    ("aes128", "blumenthal"): usm.USM_PRIV_CFB128_AES,
    ("aes192", "blumenthal"): usm.USM_PRIV_CFB192_AES_BLUMENTHAL,
    ("aes256", "blumenthal"): usm.USM_PRIV_CFB256_AES_BLUMENTHAL,
    ("aes192", "cisco"): usm.USM_PRIV_CFB192_AES,
    ("aes256", "cisco"): usm.USM_PRIV_CFB256_AES,
}

_REFUSED: Final = {
    errind.UnknownUserName: "it does not know the user",
    errind.UnknownSecurityName: "it does not know the user",
    errind.WrongDigest: "the authentication password or protocol is not its own",
    errind.DecryptionError: "the privacy password or protocol is not its own",
    errind.UnsupportedSecurityLevel: "it does not take the user at this level of security",
}


class SilentError(Exception):
    """No answer, through all attempts."""


class ErrorStatusError(Exception):
    """The agent answers with an error status: it can't tell this."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What followed an object."""

    records: list[Record]
    ended: bool
    """The agent has nothing more behind them."""


class Session(Protocol):
    """An agent that can be asked."""

    async def get(self, oids: Sequence[Oid]) -> list[Record]:
        """These objects, those without a value left out. Raises SilentError, ErrorStatusError, OperatorError."""
        ...

    async def after(self, oid: Oid, count: int) -> Rows:
        """The objects that follow one, up to so many. Raises SilentError, ErrorStatusError, OperatorError."""
        ...

    def close(self) -> None:
        """Let go of the socket."""
        ...


async def open_session(address: str, port: int, login: Login, *, timeout: float, retries: int = 2) -> Session:
    """A session with the agent at an address (a literal). `timeout` is one attempt's, in seconds.

    Raises OperatorError when this machine has no way to it.
    """
    # pysnmp keeps it to itself when a packet can't be sent.
    check_way(address, port)
    kind = Udp6TransportTarget if ":" in address else UdpTransportTarget
    target = await kind.create((address, port), timeout=timeout, retries=retries)
    return _PysnmpSession(address, login, target)


class _PysnmpSession:
    def __init__(self, address: str, login: Login, target: Any) -> None:
        self._address = address
        self._engine = SnmpEngine()
        self._bulk = login.version is not Version.V1
        self._common = (self._engine, _identity(login), target, ContextData())

    async def get(self, oids: Sequence[Oid]) -> list[Record]:
        answer = await get_cmd(*self._common, *((oid, Null("")) for oid in oids), lookupMib=False)
        return self._rows(answer).records

    async def after(self, oid: Oid, count: int) -> Rows:
        asked = (oid, Null(""))
        if self._bulk:
            return self._rows(await bulk_cmd(*self._common, 0, count, asked, lookupMib=False))
        return self._rows(await next_cmd(*self._common, asked, lookupMib=False))

    def close(self) -> None:
        self._engine.close_dispatcher()

    def _rows(self, answer: tuple[Any, Any, Any, Any]) -> Rows:
        indication, status, _index, bindings = answer
        if indication is not None:
            for kind, reason in _REFUSED.items():
                if isinstance(indication, kind):
                    raise self._refused(reason)
            raise SilentError
        if int(status) == AUTHORIZATION_ERROR:
            raise self._refused("it knows the credentials and permits them nothing")
        if int(status) == NO_SUCH_NAME and not self._bulk:
            return Rows([], True)
        if int(status):
            raise ErrorStatusError(str(status))
        records: list[Record] = []
        for name, value in bindings:
            tag = value.tagSet[-1].tagClass | value.tagSet[-1].tagId
            if tag > 0x7F:
                # noSuchObject, noSuchInstance, endOfMibView (RFC 3416)
                if tag == 0x82:
                    return Rows(records, True)
                continue
            records.append(Record(tuple(name), tag, _plain(tag, value)))
        return Rows(records, False)

    def _refused(self, reason: str) -> OperatorError:
        return OperatorError(f"The agent at {self._address} is there and refuses: {reason}. Correct the credentials.")


def _plain(tag: int, value: Any) -> Value:
    if tag in NUMBERS:
        return int(value)
    if tag in BYTES:
        return bytes(value.asOctets())
    if tag == OBJECT_IDENTIFIER:
        return tuple(value)
    if tag == NULL:
        return None
    raise ErrorStatusError(f"a value of the unknown type {tag}")


def _identity(login: Login) -> Any:
    if login.version is not Version.V3:
        return CommunityData(login.community, mpModel=0 if login.version is Version.V1 else 1)
    return UsmUserData(
        login.user,
        authKey=login.auth_key or None,
        privKey=login.privacy_key or None,
        authProtocol=_AUTH[login.auth],
        privProtocol=_PRIVACY[
            login.privacy, login.expansion if login.privacy in ("aes192", "aes256") else "blumenthal"
        ],
        authKeyType=usm.USM_KEY_TYPE_MASTER,
        privKeyType=usm.USM_KEY_TYPE_MASTER,
    )
