"""Secrets and paths of the settings, and the key of the console's sessions."""

from pathlib import Path

import pytest

from collectors.settings import resolve_logins
from foundation.problems import OperatorError, ProblemError
from yunwei.backup import contents
from yunwei.session_key import session_key
from yunwei.settings import load_settings, require_secrets, secret_files

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


KEPT_APART = """\
credentials:
  network:
    version: 3
    user: yunwei
    auth: SHA-256
    auth_password: sign-with-this
    privacy: AES
    privacy_password: { env: YUNWEI_TEST_PRIVACY }
  old: { community: plain-word }
"""


def apart(directory: Path, text: str = KEPT_APART, mode: int = 0o600, more: str = "") -> None:
    """Settings whose credentials stand in a file of their own."""
    (directory / "yunwei.yaml").write_text(f"credentials_file: keys.yaml\n{more}")
    (directory / "keys.yaml").write_text(text)
    (directory / "keys.yaml").chmod(mode)


def test_credentials_may_stand_in_a_file_of_their_own_with_plain_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YUNWEI_TEST_PRIVACY", "hide-with-this")
    apart(tmp_path, more="credential_sets: { both: [network, old] }\n")
    settings = load_settings(tmp_path)
    require_secrets(settings)
    logins = resolve_logins(["both"], settings.credentials, settings.credential_sets)["both"]
    assert [(login.name, login.version.value) for login in logins] == [("network", "3"), ("old", "2c")]
    assert (logins[0].auth, logins[0].privacy, logins[1].community) == ("sha256", "aes128", "plain-word")
    assert settings.credentials_file == tmp_path / "keys.yaml"
    assert secret_files(settings) == [tmp_path / "keys.yaml"], "a backup takes it for what it is"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_credentials_file_that_is_open_to_others_is_refused_with_the_command_that_closes_it(
    tmp_path: Path, mode: int
) -> None:
    apart(tmp_path, mode=mode)
    with pytest.raises(ProblemError, match=rf"keys\.yaml: the file is open to others\. Run: chmod 600 {tmp_path}"):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("credentials: {a: {comunity: s3cret}}", r'keys\.yaml:1: unknown key "comunity"\. Did you mean "community"\?'),
        ("credentials: {a: {community: [s3cret]}}", "a secret is given by reference"),
        ("credentials: {a: {version: 3, user: u, auth: sha3, auth_password: s3cret}}", "auth"),
        ("credentials: {a: {version: 3, user: u, privacy: aes, privacy_password: s3cret}}", "privacy needs auth"),
        ("credentials: {a: {version: 3, user: u, auth: sha}}", "auth and auth_password go together"),
        ("credentials: {a: {version: 3, community: s3cret}}", "community belongs to versions 1 and 2c"),
        ("credentials: {a: {user: u, community: s3cret}}", "user belongs to version 3"),
        ("credentials: {a: {version: 2}}", "version"),
    ],
)
def test_what_is_wrong_in_the_credentials_file_is_told_without_its_secrets(
    tmp_path: Path, text: str, sentence: str
) -> None:
    apart(tmp_path, text)
    with pytest.raises(ProblemError, match=sentence) as caught:
        load_settings(tmp_path)
    assert "s3cret" not in str(caught.value)


def test_a_credentials_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "yunwei.yaml").write_text("credentials_file: keys.yaml\n")
    with pytest.raises(ProblemError, match=r"keys\.yaml: the file can't be read"):
        load_settings(tmp_path)


def test_a_credential_in_both_places_and_a_set_of_unknown_members_are_refused(tmp_path: Path) -> None:
    apart(tmp_path, more="credentials: {old: {community: {value: x}}}\ncredential_sets: {old: [netwrok]}\n")
    with pytest.raises(ProblemError) as caught:
        load_settings(tmp_path)
    text = str(caught.value)
    assert '"old" stands in credentials_file, too' in text
    assert '"old" is the name of a credential and of a set of them' in text
    assert 'Did you mean "network"?' in text


def test_no_secret_is_in_what_settings_or_logins_look_like(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUNWEI_TEST_PRIVACY", "hide-with-this")
    apart(tmp_path)
    settings = load_settings(tmp_path)
    logins = resolve_logins(settings.credentials, settings.credentials, {})
    shown = f"{settings!r} {settings} {logins!r} {[str(login) for each in logins.values() for login in each]}"
    for secret in ("sign-with-this", "hide-with-this", "plain-word"):
        assert secret not in shown
    for each in logins.values():
        for login in each:
            for key in (login.auth_key, login.privacy_key):
                assert not key or (repr(key) not in shown and key.hex() not in shown)


def test_a_backup_takes_the_credentials_file_among_the_secrets_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YUNWEI_TEST_PRIVACY", "hide-with-this")
    apart(tmp_path)
    settings = load_settings(tmp_path)
    assert list(contents.configuration(tmp_path)) == ["config/yunwei.yaml"]
    assert list(contents.secrets(tmp_path, settings)) == ["secrets/keys.yaml"]
