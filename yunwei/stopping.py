"""When a process of the platform should end: a signal, or the end of its standard input."""

import asyncio
import os
import signal
import sys


def stop_event(*, watch_stdin: bool = False) -> asyncio.Event:
    """An event that is set on SIGTERM or SIGINT.

    With `watch_stdin` it is also set at the end of standard input: a parent that dies, however hard, takes its children
    with it. Must be called on the running loop.
    """
    loop = asyncio.get_running_loop()
    event = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, event.set)
    if watch_stdin:
        loop.add_reader(sys.stdin.fileno(), _at_end_of_input, loop, event)
    return event


def _at_end_of_input(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        loop.remove_reader(sys.stdin.fileno())
        event.set()
