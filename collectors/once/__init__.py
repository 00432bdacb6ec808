"""One look at one host, without any configuration: for `yunwei poll HOST`."""

from collectors.once.host import HostPoll, Identity, PolledPort, poll_host
from collectors.once.render import render

__all__ = ["HostPoll", "Identity", "PolledPort", "poll_host", "render"]
