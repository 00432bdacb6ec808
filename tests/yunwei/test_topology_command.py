"""`yunwei topology diff`: table, JSON, edits, and an exit status like diff's."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.collectors.neighbours.seeing import facts, wires
from tests.yunwei.learned import as_declared, directory, learn
from yunwei.main import app

pytestmark = pytest.mark.slow

runner = CliRunner()


def diff(config: Path, *words: str) -> Result:
    return runner.invoke(app, ["topology", "diff", *words, "--config", str(config)], catch_exceptions=False)


@pytest.fixture
def miswired(tmp_path: Path) -> Path:
    """One line is on another port of the same device."""
    network = directory(tmp_path)
    lines = wires(network)
    upper, port, lower, lower_port = sorted(lines)[0]
    lines.remove((upper, port, lower, lower_port))
    lines.add((upper, "XGigabitEthernet7/0/7", lower, lower_port))
    learn(tmp_path, facts(network, lines))
    return tmp_path


def test_where_they_agree_the_status_is_0(tmp_path: Path) -> None:
    learn(tmp_path, as_declared(directory(tmp_path)))
    result = diff(tmp_path)
    assert result.exit_code == 0
    assert "topology and network agree" in result.output
    assert diff(tmp_path, "--edit").output == ""


def test_a_difference_is_shown_with_status_1(miswired: Path) -> None:
    result = diff(miswired)
    assert result.exit_code == 1
    assert "miswired" in result.output
    assert "1 differences" in result.output


def test_the_edit_is_a_diff_of_the_files(miswired: Path) -> None:
    result = diff(miswired, "--edit")
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[0].startswith("--- ")
    assert any(line.startswith("+") and "XGigabitEthernet7/0/7" in line for line in lines)


def test_it_is_data_for_programs(miswired: Path) -> None:
    document = json.loads(diff(miswired, "--json").output)
    (difference,) = document["differences"]
    assert (document["schema"], difference["kind"], difference["fault"]) == (1, "miswired", "port")
    assert difference["edit"]["file"] in ("topology.yaml", "agencies.csv")
    assert difference["seen"]


def test_where_nobody_hears_anybody_there_is_nothing_to_compare(tmp_path: Path) -> None:
    network = directory(tmp_path)
    learn(tmp_path, facts(network, (), mute=network.devices))
    result = diff(tmp_path)
    assert result.exit_code == 2
    assert "there is nothing to compare" in result.output
