"""When a process of the platform should end, and that it then does."""

import asyncio
import logging
import os
import signal
import sys
import threading
from typing import Final

log = logging.getLogger(__name__)

LAST_MOMENT: Final = 1.0
"""Seconds that threads may still take once everything has been stopped."""


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


def end_within(seconds: float = LAST_MOMENT, *, last_words: str | None = None) -> None:
    """See to it that this process ends, whatever its threads wait for: a mail server that hangs, a locked database.

    Python waits for every thread at its end. What matters is recorded by then; what is left is given up after
    `seconds`: with status 0, or, where there are `last_words`, with those and status 1.
    """
    timer = threading.Timer(seconds, _give_up, (last_words,))
    timer.name = "end"
    timer.daemon = True
    timer.start()


def _give_up(last_words: str | None) -> None:
    this, main = threading.current_thread(), threading.main_thread()
    hanging = sorted(one.name for one in threading.enumerate() if one not in (this, main) and not one.daemon)
    log.warning("Work that still hangs at the end is left behind.", extra={"threads": ",".join(hanging)})
    if last_words is not None:
        sys.stderr.write(f"{last_words}\n")
    sys.stderr.flush()
    os._exit(0 if last_words is None else 1)


def _at_end_of_input(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        loop.remove_reader(sys.stdin.fileno())
        event.set()
