"""One look at one host, without any configuration: for `yunwei poll HOST`."""

from collectors.once.document import document_of
from collectors.once.host import poll_host
from collectors.once.polled import HostPoll, HostTuning, PolledPort, Shortfall, Timings
from collectors.once.render import render

__all__ = ["HostPoll", "HostTuning", "PolledPort", "Shortfall", "Timings", "document_of", "poll_host", "render"]
