"""`yunwei check`: the sample is right, and whatever is wrong is said at once, with place and remedy."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from foundation.problems import ProblemError
from yunwei.main import app
from yunwei.sample import write_sample
from yunwei.workspace import load_workspace

pytestmark = pytest.mark.slow

runner = CliRunner()


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A fresh copy of the sample configuration."""
    write_sample(tmp_path / "province")
    return tmp_path / "province"


def problems(directory: Path) -> list[str]:
    """What is wrong with a configuration, as the operator reads it."""
    with pytest.raises(ProblemError) as caught:
        load_workspace(directory)
    return [str(problem) for problem in caught.value.problems]


def test_the_sample_is_the_province_it_promises(workspace: Path) -> None:
    result = runner.invoke(app, ["check", "--config", str(workspace), "--json"])
    assert result.exit_code == 0, result.output
    totals = json.loads(result.output)
    assert (totals["prefectures"], totals["counties"], totals["agencies"]) == (16, 129, 2511)
    assert totals["devices"] == 2 + 32 + 129 + 2511
    assert totals["private_networks"] == 24
    assert totals["runbooks"] >= 8
    assert totals["device_families"] >= 20


def test_the_totals_are_printed_for_people_too(workspace: Path) -> None:
    result = runner.invoke(app, ["check", "--config", str(workspace)])
    assert result.exit_code == 0
    assert "2,511" in result.output


def test_problems_of_all_files_are_said_at_once(workspace: Path) -> None:
    settings = workspace / "yunwei.yaml"
    settings.write_text(settings.read_text().replace("collector:", "colector:"))
    topology = workspace / "topology.yaml"
    topology.write_text(topology.read_text().replace("tier: prefecture", "tier: prefectur", 1))
    runbook = next((workspace / "runbooks").glob("*.md"))
    runbook.write_text(runbook.read_text().replace("title:", "titel:", 1))
    said = problems(workspace)
    assert any("yunwei.yaml:" in line and 'Did you mean "collector"?' in line for line in said)
    assert any("topology.yaml:" in line and "prefectur" in line for line in said)
    assert any(runbook.name in line and "titel" in line for line in said)


def test_a_missing_file_is_named(workspace: Path) -> None:
    (workspace / "agencies.csv").unlink()
    shutil.rmtree(workspace / "rules")
    said = problems(workspace)
    assert any("agencies.csv" in line for line in said)
    assert any("rules" in line for line in said)


def test_a_credential_that_nobody_defined_is_one_problem_not_two_thousand(workspace: Path) -> None:
    settings = workspace / "yunwei.yaml"
    settings.write_text(settings.read_text().replace("  default:\n    version", "  defualt:\n    version"))
    said = problems(workspace)
    assert len(said) == 1
    assert 'Did you mean "defualt"?' in said[0]
    assert "2673 more devices" in said[0]


FAMILY = """
profile: shaanxi-ups
vendor: Shaanxi
title: A UPS that nobody else has
match: {objects: [1.3.6.1.4.1.99999]}
sensors:
  - kind: temperature
    object: 1.3.6.1.4.1.99999.1.0
"""


def test_device_families_of_the_operators_own_are_counted_with_the_shipped_ones(workspace: Path) -> None:
    shipped = load_workspace(workspace).profiles.families
    (workspace / "profiles").mkdir()
    (workspace / "profiles" / "shaanxi-ups.yaml").write_text(FAMILY)
    profiles = load_workspace(workspace).profiles
    assert set(profiles.families) - set(shipped) == {"shaanxi-ups"}
    assert profiles.match("1.3.6.1.4.1.99999.7", "").name == "shaanxi-ups"


def test_mistakes_in_device_families_are_said_with_those_of_other_files(workspace: Path) -> None:
    settings = workspace / "yunwei.yaml"
    settings.write_text(settings.read_text().replace("collector:", "colector:"))
    (workspace / "profiles").mkdir()
    wrong = FAMILY.replace("temperature", "temprature").replace("object:", "objct:")
    (workspace / "profiles" / "shaanxi-ups.yaml").write_text(wrong)
    said = problems(workspace)
    assert any("yunwei.yaml:" in line for line in said)
    assert any("profiles/shaanxi-ups.yaml:7: " in line and 'Did you mean "temperature"?' in line for line in said)
    assert any('profiles/shaanxi-ups.yaml:8: unknown key "objct"' in line for line in said)
