"""A host's address by its name."""

import asyncio
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
