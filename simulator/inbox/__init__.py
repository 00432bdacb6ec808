"""The demo's post office: a local mail server and an SMS gateway that keep what they are given."""

from simulator.inbox.run import Inbox, run_inbox
from simulator.inbox.settings import InboxSettings

__all__ = ["Inbox", "InboxSettings", "run_inbox"]
