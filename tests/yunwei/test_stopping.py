"""When a process ends, and that it does: real processes, each of a few lines."""

import signal
import subprocess
import sys
import textwrap

import pytest

HEAD = "import asyncio, sys, threading, time\nfrom yunwei.stopping import end_within, stop_event\n"


def start(program: str) -> subprocess.Popen[bytes]:
    """Run a program of a few lines; it says `ready` when it is."""
    process = subprocess.Popen(
        [sys.executable, "-c", HEAD + textwrap.dedent(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


WAITS = """
async def main():
    stop = stop_event(watch_stdin=True)
    print("ready", flush=True)
    await stop.wait()
asyncio.run(main())
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(number: signal.Signals) -> None:
    process = start(WAITS)
    process.send_signal(number)
    _, said = process.communicate(timeout=10)
    assert (process.returncode, said) == (0, b"")


def test_the_end_of_its_input_ends_it_but_input_does_not() -> None:
    process = start(WAITS)
    assert process.stdin is not None
    process.stdin.write(b"anything\n")
    process.stdin.flush()
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.2)
    process.stdin.close()
    assert process.wait(10) == 0


@pytest.mark.parametrize(("argument", "status", "said"), [("", 0, ""), (', last_words="Why it ended."', 1, "Why")])
def test_a_thread_that_hangs_is_left_behind_and_named(argument: str, status: int, said: str) -> None:
    program = f"""
    threading.Thread(target=time.sleep, args=(60,), name="hangs").start()
    end_within(0.1{argument})
    print("ready", flush=True)
    """
    process = start(program)
    _, errors = process.communicate(timeout=10)
    assert process.returncode == status
    assert said in errors.decode()
    assert "Work that still hangs" in errors.decode()


def test_without_such_threads_it_ends_in_its_own_way() -> None:
    process = start('end_within(30)\nprint("ready", flush=True)\nsys.exit(7)')
    assert process.wait(10) == 7
