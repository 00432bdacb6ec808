"""A host's address by its name."""

import asyncio
import re
import socket

from foundation.problems import OperatorError


async def resolve(host: str) -> str:
    """The address of a host as a literal; IPv4 first: it is what management networks speak.

    Raises OperatorError when the name is unknown.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OperatorError(f'The host "{host}" is unknown: {reason}. Check its name, or give its address.') from None
    best = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    return str(best[4][0])


def check_way(address: str, port: int) -> None:
    """See that this machine has a way to an address (a literal); nothing is sent.

    Raises OperatorError where it has none.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((address, port))
        except OSError as error:
            raise unreachable(address, error) from None


def unreachable(host: str, error: OSError) -> OperatorError:
    """The sentence for a host to which no socket can be had."""
    # Rust's errors end with a number that says no more than the words before it.
    reason = error.strerror or re.sub(r" \(os error \d+\)$", "", str(error))
    return OperatorError(f"{host} can't be reached from this machine: {reason}. Check its routes and firewall.")
