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
- more than about 200 OIDs in a request raise SnmpEncodeError.
"""

from typing import Final

from gufo.snmp._fast import (
    GetIter,
    SnmpAuthError,
    SnmpDecodeError,
    SnmpEncodeError,
    SnmpError,
    SnmpV2cClientSocket,
)

Value = int | bytes | str | float | bool | None
"""One value of an answer."""

Answer = dict[str, Value]
"""The values that came, by OID."""

MOST_VALUES: Final = 150
"""OIDs that a request surely takes."""


def open_socket(address: str, port: int, community: str) -> SnmpV2cClientSocket:
    """A non-blocking SNMPv2c client socket, connected to an agent.

    Raises OSError when the address is no IP address, or no descriptor is left.
    """
    host = f"[{address}]" if ":" in address else address
    return SnmpV2cClientSocket(f"{host}:{port}", community, 0, 0, 0, 0)


def is_panic(error: BaseException) -> bool:
    """Whether the Rust core panicked; pyo3 offers no class to name in an `except`."""
    return type(error).__name__ == "PanicException"


__all__ = [
    "MOST_VALUES",
    "Answer",
    "GetIter",
    "SnmpAuthError",
    "SnmpDecodeError",
    "SnmpEncodeError",
    "SnmpError",
    "SnmpV2cClientSocket",
    "Value",
    "is_panic",
    "open_socket",
]
