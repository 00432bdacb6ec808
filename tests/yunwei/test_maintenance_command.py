"""`yunwei maintenance`: the whole life of a window by commands."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from alerting.audit.queries import entries
from tests.yunwei.learned import directory
from yunwei.main import app
from yunwei.settings import load_settings
from yunwei.workspace import open_records

pytestmark = pytest.mark.slow

runner = CliRunner()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration directory of the small network."""
    directory(tmp_path)
    return tmp_path


def run(config: Path, *words: str) -> Result:
    return runner.invoke(app, ["maintenance", *words, "--config", str(config)])


PLAN = ("--reason", "光缆割接", "--approver", "赵主任", "--author", "李四")
LATER = ("--from", "2099-11-24 23:30", "--to", "2099-11-25 02:00")


def test_a_window_is_planned_listed_shown_and_cancelled(config: Path) -> None:
    made = run(config, "add", "device", device(config), *LATER, *PLAN)
    assert made.exit_code == 0, made.output
    assert "2099-11-24 23:30:00 – 2099-11-25 02:00:00 UTC+08:00" in made.output
    listed = json.loads(run(config, "list", "--json").output)
    assert [(one["id"], one["standing"], one["author"]) for one in listed] == [(1, "planned", "李四")]
    assert "光缆割接" in run(config, "list").output
    shown = run(config, "show", "1").output
    assert "not announced" in shown
    assert "(not-announced)" in shown
    assert run(config, "cancel", "1", "--by", "王五").output == "Window 1 is cancelled.\n"
    assert run(config, "list").output == "No maintenance is planned.\n"
    assert json.loads(run(config, "list", "--all", "--json").output)[0]["standing"] == "cancelled"
    records = open_records(config, load_settings(config))
    with records.reading() as session:
        assert [(entry.action, entry.actor, entry.source) for entry in entries(session)] == [
            ("maintenance.cancel", "王五", "command"), ("maintenance.plan", "李四", "command"),
        ]  # fmt: skip
    records.close()


def test_several_targets_are_one_window(config: Path) -> None:
    target = f"device:{device(config)}; tag:role=core"
    made = run(config, "add", "several", target, *LATER, *PLAN, "--yes")
    assert made.exit_code == 0, made.output
    (one,) = json.loads(run(config, "list", "--json").output)
    assert one["targets"] == [{"kind": "device", "target": device(config)}, {"kind": "tag", "target": "role=core"}]
    assert f"several {target}" in run(config, "show", "1").output


def test_one_that_lasts_is_ended(config: Path) -> None:
    assert run(config, "add", "device", device(config), *PLAN).exit_code == 0
    assert json.loads(run(config, "show", "1", "--json").output)["standing"] == "active"
    assert run(config, "end", "1").output == "Window 1 has ended.\n"


def test_what_is_wrong_is_told_in_both_languages_and_saves_nothing(config: Path) -> None:
    refused = run(config, "add", "device", "nowhere", *LATER)
    assert refused.exit_code == 1
    for word in (
        "没有找到检修对象“nowhere”",
        'There is no device "nowhere".',
        "(no-reason)",
        "The window is not planned.",
    ):
        assert word in refused.output
    assert run(config, "list").output == "No maintenance is planned.\n"
    unread = run(config, "add", "planet", "x", "--from", "tonight", *PLAN)
    assert unread.exit_code == 1
    assert 'The start "tonight" is no time' in unread.output


def test_what_must_be_confirmed_is_planned_with_yes(config: Path) -> None:
    words = ("add", "tag", "role=access", *LATER, *PLAN)
    refused = run(config, *words)
    assert refused.exit_code == 1
    assert "Add --yes to confirm it." in refused.output
    assert run(config, *words, "--yes").exit_code == 0


def test_lint_saves_nothing_and_tells_about_what_is_recorded(config: Path) -> None:
    checked = run(config, "lint", "device", device(config), *LATER, *PLAN)
    assert checked.exit_code == 0
    assert "1 devices, 0 links" in checked.output
    assert run(config, "lint", "device", "nowhere", *LATER, *PLAN, "--json").exit_code == 1
    assert run(config, "lint").output == "0 windows are planned or last; 0 of them are remarkable.\n"
    for _ in range(2):
        assert run(config, "add", "device", device(config), *LATER, *PLAN, "--yes").exit_code == 0
    again = run(config, "lint")
    assert again.exit_code == 0
    assert "(overlaps)" in again.output
    assert json.loads(run(config, "lint", "--json").output)[0]["id"] == 1


def test_a_window_that_is_not_there_is_one_sentence(config: Path) -> None:
    assert "There is no maintenance window 9." in str(run(config, "show", "9").exception)


def device(config: Path) -> str:
    return next(iter(directory(config).devices))
