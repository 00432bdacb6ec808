"""The demo's processes: started together, watched, and stopped together in under five seconds."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from foundation.clock import Clock
from foundation.problems import OperatorError

STOP_SECONDS = 4.0
"""How long a process may take to end by itself before it is killed."""


@dataclass(frozen=True, slots=True)
class Child:
    """One running process of the demo."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def last_words(self, lines: int = 12) -> str:
        """The end of its log: why it died."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


@contextmanager
def child_processes(commands: Sequence[tuple[str, Sequence[str]]], logs: Path, clock: Clock) -> Iterator[list[Child]]:
    """Run `yunwei COMMAND …` for each (name, arguments); all are stopped on leaving, the last started first."""
    children: list[Child] = []
    try:
        for name, arguments in commands:
            log = logs / f"{name}.log"
            with log.open("wb") as output:
                process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                    [sys.executable, "-m", "yunwei", *arguments],
                    stdin=subprocess.PIPE,  # its end tells a child that we are gone
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # Ctrl-C reaches only us: we stop the children in order
                )
            children.append(Child(name, process, log))
        yield children
    finally:
        _stop(children[::-1], clock)


def require_alive(children: Sequence[Child]) -> None:
    """Raises OperatorError with the last words of the first child that has ended."""
    for child in children:
        if child.process.poll() is not None:
            raise OperatorError(
                f"The process '{child.name}' has ended. Its log, {child.log}, ends so:\n{child.last_words()}"
            )


def _stop(children: Sequence[Child], clock: Clock) -> None:
    for child in children:
        if child.process.poll() is None:
            child.process.terminate()
    deadline = clock.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.process.wait(max(0.1, deadline - clock.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
        if child.process.stdin is not None:
            child.process.stdin.close()
