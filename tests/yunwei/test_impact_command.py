"""`yunwei impact`: who would be cut off, whom to call by a number that can be dialled, and a message to send."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from yunwei.main import app

pytestmark = pytest.mark.slow

HOME = Path(__file__).parents[2]


def asked(*words: str) -> str:
    result = CliRunner().invoke(app, ["impact", *words, "--config", str(HOME)], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_who_is_cut_off_or_loses_redundancy_is_told_by_name_and_number() -> None:
    output = asked("530600-AR1")
    for text in ("中断县区", "大关县", "涉及专网", "法院专网", "失去冗余县区", "镇雄县", "停用期间"):
        assert text in output
    answer = json.loads(asked("530600-AR1", "--json"))
    assert {county["name"] for county in answer["degraded"]["counties"]} >= {"镇雄县"}
    assert len(answer["cut_off"]["private_networks"]) > 0


def test_each_contact_has_a_whole_number_under_its_own_heading() -> None:
    answer = json.loads(asked("530627-R1", "--json"))
    (contact,) = answer["contacts"]
    line = next(line for line in asked("530627-R1").splitlines() if contact["operator"]["phone"] in line)
    _, _, _, operator, leader, _ = line.split("│")
    assert operator.split() == [contact["operator"]["name"], contact["operator"]["phone"]]
    assert leader.split() == [contact["leader"]["name"], contact["leader"]["phone"]]
