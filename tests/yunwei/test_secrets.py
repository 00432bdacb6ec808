"""Secrets and paths of the settings, and the key of the console's sessions."""

from pathlib import Path

import pytest

from foundation.problems import OperatorError
from yunwei.session_key import session_key
from yunwei.settings import load_settings, require_secrets

SETTINGS = """\
credentials:
  default: { community: { env: YUNWEI_TEST_COMMUNITY } }
notify:
  sms: { url: "http://sms.example/send", token: { file: sms.token } }
dashboard: { wall: { token: { value: open } } }
simulator: { scenario: drill.yaml }
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A settings file with a secret of each form."""
    (tmp_path / "yunwei.yaml").write_text(SETTINGS)
    return tmp_path


def test_every_missing_secret_is_told_at_once(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YUNWEI_TEST_COMMUNITY", raising=False)
    with pytest.raises(OperatorError, match=r"YUNWEI_TEST_COMMUNITY(.|\n)*sms\.token"):
        require_secrets(load_settings(directory))


def test_with_all_secrets_there_nothing_is_said(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUNWEI_TEST_COMMUNITY", "public")
    token = directory / "sms.token"
    token.write_text("secret")
    token.chmod(0o600)
    require_secrets(load_settings(directory))


def test_files_are_looked_for_beside_the_settings_wherever_the_platform_is_started(directory: Path) -> None:
    settings = load_settings(directory)
    assert settings.notify.sms is not None
    assert settings.notify.sms.token is not None
    assert settings.notify.sms.token.file == str(directory / "sms.token")
    assert settings.simulator.scenario == directory / "drill.yaml"


def test_the_session_key_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    first = session_key(tmp_path).resolve()
    assert len(first) == 64
    assert session_key(tmp_path).resolve() == first
    assert (tmp_path / "session.key").stat().st_mode & 0o077 == 0


def test_a_session_key_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="can't be written"):
        session_key(tmp_path / "nowhere")
