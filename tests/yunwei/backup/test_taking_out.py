"""No secret that stands in the settings is in the copy, however it is written; the rest is as it was."""

from pathlib import Path

import pytest

from foundation.problems import OperatorError
from foundation.settings import TAKEN_OUT, Secret
from yunwei.backup.taking_out import without_secrets
from yunwei.settings import load_settings, missing_secrets

SECRET = 'it\'s \\ 密 "x"'
WRITTEN = [
    "{ value: 'it''s \\ 密 \"x\"' }",
    '{ value: "it\'s \\\\ \\u5bc6 \\"x\\"" }',
    '\n    value: >-\n      it\'s \\ 密 "x"',
]


@pytest.mark.parametrize("written", WRITTEN)
def test_a_secret_is_taken_out_however_it_is_written(written: str, tmp_path: Path) -> None:
    text = f"# 社区 it's\ncredentials:\n  default:\n    community: {written}\n    version: 2c\n"
    (tmp_path / "yunwei.yaml").write_text(
        text.replace("    value", "        value").replace("      it's", "          it's")
    )
    (credential,) = load_settings(tmp_path).credentials.values()
    assert credential.community == Secret(value=SECRET)
    cleaned = without_secrets((tmp_path / "yunwei.yaml").read_text(), [SECRET])
    assert cleaned.startswith("# 社区 it's\ncredentials:\n")
    (tmp_path / "yunwei.yaml").write_text(cleaned)
    settings = load_settings(tmp_path)
    (credential,) = settings.credentials.values()
    assert credential.community == Secret(value=TAKEN_OUT)
    assert credential.version == "2c"
    assert [key for key, _ in missing_secrets(settings)] == ["credentials.default.community"]


def test_what_was_taken_out_is_no_secret() -> None:
    with pytest.raises(OperatorError, match="was taken out of the backup"):
        Secret(value=TAKEN_OUT).resolve()


def test_nothing_else_that_reads_like_a_secret_is_changed() -> None:
    text = "name: public\nvalues: [public]\ncommunity: { value: private, env: public }\n"
    assert without_secrets(text, ["public"]) == text
