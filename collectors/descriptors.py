"""File descriptors: one socket for each device, and the rest of the platform beside them."""

import resource
from typing import Final

from foundation.problems import OperatorError

RESERVE: Final = 256
"""Descriptors left for the web server, the stores and the libraries."""


def raise_limit(needed: int) -> None:
    """Raise the soft limit on open files as far as is allowed, and check that `needed` sockets fit beside the rest.

    Raises OperatorError when the hard limit is too low.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = needed + RESERVE
    if soft != resource.RLIM_INFINITY and (soft < hard or hard == resource.RLIM_INFINITY):
        # An unlimited hard limit is no number a kernel takes for open files; what is wanted is enough then.
        goal = hard if hard != resource.RLIM_INFINITY else max(soft, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (goal, hard))
        soft = goal
    if soft != resource.RLIM_INFINITY and soft < wanted:
        raise OperatorError(
            f"Polling {needed} devices needs {wanted} open files, but this process may open only {soft}. "
            f"Raise its limit, for example by LimitNOFILE={wanted} in the service file or by `ulimit -Hn {wanted}`."
        )
