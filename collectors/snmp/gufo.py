"""The one place that touches gufo-snmp's private core.

Why private: gufo's public asyncio session adds and removes an event loop reader, a future and a `wait_for` around every
request, which more than doubles its price (52 against 22 microseconds for 20 values). `gufo.snmp._fast` is the Rust
core under it: sockets that send, and that receive without waiting. It has no promise of stability, so the lock file
pins the version (0.13 when this was written) and tests/collectors/snmp/test_gufo.py pins the behaviour listed here,
to be read again before the version is moved:

- a socket is connected: the kernel drops packets from elsewhere, and reports an ICMP refusal;
- `recv_*` reads packets until one carries the *last* request's id and the community; it skips the others and raises
  BlockingIOError when none is left. So a late answer is never taken for a new one, and each socket can have only one
  request under way;
- a duplicate of the last answer is returned again;
- what can't be decoded raises SnmpDecodeError, one packet at a time; an answer above 4 KiB counts as that;
- some broken lengths make the core panic: that is pyo3's PanicException, a BaseException without a public name, and
  the socket goes on working (found by the fuzzing in test_gufo.py);
- an error-status (tooBig, genErr …) comes as an empty answer, authorizationError as SnmpAuthError;
- values without an instance are left out; integers of every type come as int, strings as bytes, OIDs and addresses as
  str;
- a closed port raises TimeoutError on receiving, OSError on sending;
- more than about 200 OIDs in a request raise SnmpEncodeError;
- SNMPv3 (test_secure.py, test_engine.py): a socket learns the engine's id, boots and time from what it receives, the id
  once; what another engine sends is skipped, Reports included; the time does not go on by itself; any Report raises
  SnmpAuthError without a word about what it reports; and the digest of an answer is *not* checked, so usm.py does that.
"""

from typing import Final

from gufo.snmp._fast import (
    GetIter,
    SnmpAuthError,
    SnmpDecodeError,
    SnmpEncodeError,
    SnmpError,
    SnmpV1ClientSocket,
    SnmpV2cClientSocket,
    SnmpV3ClientSocket,
    get_localized_key,
    get_master_key,
)

Value = int | bytes | str | float | bool | None
"""One value of an answer."""

Answer = dict[str, Value]
"""The values that came, by OID."""

Row = tuple[str, Value]
"""One instance of a walk."""

MOST_VALUES: Final = 150
"""OIDs that a request surely takes."""

LARGEST: Final = 4096
"""Bytes of an answer at most: the core takes no more."""


def open_v1_socket(address: str, port: int, community: str) -> SnmpV1ClientSocket:
    """A non-blocking SNMPv1 client socket, connected to an agent; raises as `open_socket` does."""
    return SnmpV1ClientSocket(_place(address, port), community, 0, 0, 0, 0)


def open_socket(address: str, port: int, community: str) -> SnmpV2cClientSocket:
    """A non-blocking SNMPv2c client socket, connected to an agent.

    Raises OSError when the address is no IP address, or no descriptor is left.
    """
    return SnmpV2cClientSocket(_place(address, port), community, 0, 0, 0, 0)


def open_v3_socket(address: str, port: int) -> SnmpV3ClientSocket:
    """A non-blocking SNMPv3 client socket without user or keys, which `send_refresh` makes discover the agent's engine.

    Raises as `open_socket` does.
    """
    return SnmpV3ClientSocket(_place(address, port), b"", "", 0, b"", 0, b"", 0, 0, 0, 0)


def is_panic(error: BaseException) -> bool:
    """Whether the Rust core panicked; pyo3 offers no class to name in an `except`."""
    return type(error).__name__ == "PanicException"


def _place(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


__all__ = [
    "LARGEST",
    "MOST_VALUES",
    "Answer",
    "GetIter",
    "Row",
    "SnmpAuthError",
    "SnmpDecodeError",
    "SnmpEncodeError",
    "SnmpError",
    "SnmpV1ClientSocket",
    "SnmpV2cClientSocket",
    "SnmpV3ClientSocket",
    "Value",
    "get_localized_key",
    "get_master_key",
    "is_panic",
    "open_socket",
    "open_v1_socket",
    "open_v3_socket",
]
