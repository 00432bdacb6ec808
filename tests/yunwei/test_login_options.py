"""How `poll` and `record` are told by what they may open a device."""

import stat
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from collectors.snmp.credentials import Login, Version, user_login
from foundation.problems import OperatorError
from yunwei.commands.login import login_of
from yunwei.main import app

NOTHING: dict[str, Any] = dict.fromkeys(
    ("version", "community", "community_file", "user", "auth", "auth_password", "auth_password_file", "privacy",
     "privacy_password", "privacy_password_file")
)  # fmt: skip


def login(**given: Any) -> Login:
    return login_of(**{**NOTHING, **given})


def secret(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_without_anything_it_is_the_public_community_of_2c() -> None:
    assert (login().version, login().community) == (Version.V2C, "public")


@pytest.mark.parametrize(("written", "version"), [("1", Version.V1), ("2c", Version.V2C), ("v2c", Version.V2C)])
def test_versions_are_written_as_people_write_them(written: str, version: Version) -> None:
    assert login(version=written, community="x").version is version


def test_a_user_means_version_3(tmp_path: Path) -> None:
    file = secret(tmp_path / "auth", "correct horse\n")
    found = login(user="noc", auth="SHA-256", auth_password_file=file, privacy="AES", privacy_password="battery staple")
    expected = user_login(
        "noc", auth="sha256", auth_password="correct horse", privacy="aes128", privacy_password="battery staple"
    )
    assert found == expected


def test_cisco_s_form_of_long_keys_has_its_own_name() -> None:
    given = {"user": "noc", "auth": "SHA", "auth_password": "12345678", "privacy_password": "12345678"}
    assert login(**given, privacy="AES-256-C").expansion == "cisco"
    assert login(**given, privacy="AES-256").expansion == "blumenthal"


def test_a_secret_is_read_from_a_file_that_is_closed_to_others(tmp_path: Path) -> None:
    assert login(community_file=secret(tmp_path / "c", "s3cret\n")).community == "s3cret"
    with pytest.raises(OperatorError, match=r"open to others\. Run: chmod 600"):
        login(community_file=secret(tmp_path / "c", "s3cret", 0o640))
    assert stat.S_IMODE((tmp_path / "c").stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"version": "4"}, '"4" is no version of SNMP'),
        ({"version": "3"}, "SNMP 3 needs a user"),
        ({"version": "2c", "user": "noc"}, "belong to SNMP 3, not to version 2c"),
        ({"user": "noc", "auth": "SHA-255"}, "is no protocol that SNMP 3 has. Did you mean"),
        ({"user": "noc", "privacy": "AES-128"}, "Give --auth beside --privacy"),
        ({"user": "noc", "auth": "SHA-256", "auth_password": "short"}, "shorter than the 8 letters"),
        (
            {"user": "noc", "auth": "SHA-256"},
            "The authentication password is missing. Give it with --auth-password-file",
        ),
    ],
)
def test_what_can_not_be_meant_is_refused_in_a_sentence(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(OperatorError, match=sentence):
        login(**given)


@pytest.mark.slow
def test_no_secret_is_ever_part_of_a_help_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUNWEI_COMMUNITY", "s3cret-community")
    monkeypatch.setenv("YUNWEI_AUTH_PASSWORD", "s3cret-password")
    for command in ("poll", "record"):
        assert "s3cret" not in CliRunner().invoke(app, [command, "--help"]).output
