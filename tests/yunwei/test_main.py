"""The command line: sentences instead of tracebacks, and nothing of the operator's overwritten."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from foundation.problems import OperatorError
from yunwei.main import HOMES, app
from yunwei.sample import write_sample

runner = CliRunner()


def yunwei(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the real command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "yunwei", *words], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.slow
def test_a_wrong_configuration_ends_with_sentences_and_exit_status_1(tmp_path: Path) -> None:
    (tmp_path / "yunwei.yaml").write_text("credentials: {default: {community: {value: public}}}\nsnmp: 1\n")
    result = yunwei("check", "--config", str(tmp_path))
    assert result.returncode == 1
    assert 'yunwei.yaml:2: unknown key "snmp".' in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.slow
def test_a_month_that_is_none_is_refused_before_anything_is_opened() -> None:
    result = yunwei("report", "month", "2026-13")
    assert result.returncode == 1
    assert result.stderr.strip() == '"2026-13" is no month. Write it as 2026-11.'


def test_init_refuses_a_directory_that_has_something_in_it(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(OperatorError, match="is not empty"):
        write_sample(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.slow
def test_init_writes_a_configuration_that_check_accepts(tmp_path: Path) -> None:
    target = tmp_path / "new"
    assert runner.invoke(app, ["init", str(target)]).exit_code == 0
    assert runner.invoke(app, ["check", "--config", str(target)]).exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize("command", HOMES)
def test_every_command_explains_itself(command: str) -> None:
    result = runner.invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert f"Usage: yunwei {command}" in result.output


def test_the_help_lists_every_command_and_a_slip_is_answered_with_what_was_meant() -> None:
    listed = runner.invoke(app, ["--help"]).output
    assert [command for command in HOMES if command not in listed] == []
    slip = runner.invoke(app, ["stroe"])
    assert slip.exit_code == 2
    assert "Did you mean 'store'" in slip.output


@pytest.mark.slow
def test_a_command_waits_for_no_part_that_it_does_not_need() -> None:
    told = "import sys; sys.argv = ['yunwei', 'check', '--help']; import yunwei.main\ntry: yunwei.main.main()\n"
    told += "finally: print([name for name in ('flask', 'pysnmp', 'yunwei.service') if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, timeout=60, check=False)
    assert result.stdout.splitlines()[-1] == "[]"
