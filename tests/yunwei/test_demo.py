"""The demo's directory and processes."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from foundation.clock import SystemClock
from foundation.problems import OperatorError
from tests.system.stack import free_port
from yunwei.demo.directory import DemoPorts, write_demo
from yunwei.demo.processes import child_processes, require_alive
from yunwei.workspace import load_workspace


@pytest.mark.slow
def test_the_demo_is_a_valid_configuration_with_tokens_of_its_own(tmp_path: Path) -> None:
    write_demo(tmp_path / "one", DemoPorts())
    write_demo(tmp_path / "two", DemoPorts(http=8123))
    one, two = load_workspace(tmp_path / "one").settings, load_workspace(tmp_path / "two").settings
    assert one.dashboard.wall.token is not None
    assert two.dashboard.wall.token is not None
    assert one.dashboard.wall.token.resolve() != two.dashboard.wall.token.resolve()
    assert two.dashboard.port == 8123


def test_the_file_with_the_tokens_is_closed_to_others(tmp_path: Path) -> None:
    write_demo(tmp_path / "demo", DemoPorts())
    assert (tmp_path / "demo" / "yunwei.yaml").stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_a_child_that_dies_is_named_with_its_last_words(tmp_path: Path) -> None:
    with child_processes(
        [("run", ("run", "--config", str(tmp_path / "nowhere")))], tmp_path, SystemClock()
    ) as children:
        children[0].process.wait(30)
        with pytest.raises(OperatorError, match=r"The process 'run' has ended(.|\n)*does not exist"):
            require_alive(children)


@pytest.mark.slow
def test_children_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    write_demo(tmp_path / "demo", DemoPorts(smtp=free_port(), sms=free_port()))
    # A shell stands for a parent that is killed outright: it holds the child's standard input and dies without a word.
    script = f"exec {sys.executable} -m yunwei inbox --config {tmp_path / 'demo'} --until-end-of-input"
    child = subprocess.Popen(["/bin/sh", "-c", script], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(20) in {0, -signal.SIGTERM}
