"""What a profile may say is what the page for operators tells."""

import re
from pathlib import Path

import pytest

from collectors.snmp.kinds import KINDS
from collectors.snmp.profiles import schema
from collectors.snmp.profiles.fields import CONVERSIONS, STATUS_WORDS
from foundation.settings import StrictModel

PAGE = (Path(__file__).parents[4] / "docs" / "device-family.md").read_text(encoding="utf-8")
CODE = set(re.findall(r"[\w-]+", " ".join(re.findall(r"`([^`\n]+)`", PAGE))))

MODELS: list[type[StrictModel]] = [
    schema.ProfileFile, schema.Match, schema.IdentityRule, schema.Fact, schema.SensorRule, schema.Requirement,
    schema.Limits, schema.Limit, schema.Verdict,
]  # fmt: skip


@pytest.mark.parametrize("model", MODELS)
def test_every_key_is_documented(model: type[StrictModel]) -> None:
    keys = {info.alias or name for name, info in model.model_fields.items()}
    in_example = set(re.findall(r"^(\w+):", PAGE, re.MULTILINE))
    assert keys - CODE - in_example == set()


def test_every_kind_status_conversion_and_form_is_documented() -> None:
    assert set(KINDS) | set(STATUS_WORDS) | set(CONVERSIONS) | set(schema.OWN_KINDS) <= CODE


def test_every_unit_is_told_for_its_kinds() -> None:
    kinds = PAGE.split("### kinds")[1]
    for kind, about in KINDS.items():
        (line,) = [line for line in kinds.splitlines() if f"`{kind}`" in line]
        assert about.unit in line
