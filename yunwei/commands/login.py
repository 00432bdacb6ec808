"""The options by which a command opens an agent without any configuration, for `poll` and `record`.

A password on the command line is seen by every user of the machine and kept by the shell, so there is a file, an
environment variable and a prompt for each of them too.
"""

import getpass
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Final

import typer

from collectors.snmp.credentials import AUTHENTICATION, PRIVACY, Login, Version, community_login, user_login
from foundation.problems import OperatorError, did_you_mean
from foundation.settings import Secret

SHORTEST_PASSWORD: Final = 8
"""RFC 3414 §11.2."""

_CREDENTIALS: Final = "Credentials"

Community = Annotated[
    str | None,
    typer.Option(
        envvar="YUNWEI_COMMUNITY", help="The community of SNMP 1 and 2c; public without.", rich_help_panel=_CREDENTIALS
    ),
]
CommunityFile = Annotated[
    Path | None,
    typer.Option(help="A file that holds the community, closed to others.", rich_help_panel=_CREDENTIALS),
]
SnmpVersion = Annotated[
    str | None,
    typer.Option("--version", help="1, 2c or 3; 3 with --user, else 2c.", rich_help_panel=_CREDENTIALS),
]
User = Annotated[str | None, typer.Option(help="The user of SNMP 3.", rich_help_panel=_CREDENTIALS)]
Auth = Annotated[
    str | None,
    typer.Option(help="MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512.", rich_help_panel=_CREDENTIALS),
]
AuthPassword = Annotated[
    str | None,
    typer.Option(
        envvar="YUNWEI_AUTH_PASSWORD",
        help="Seen by all users of this machine: better a file, the variable, or nothing, and you are asked.",
        rich_help_panel=_CREDENTIALS,
    ),
]
AuthPasswordFile = Annotated[
    Path | None, typer.Option(help="A file that holds it, closed to others.", rich_help_panel=_CREDENTIALS)
]
Privacy = Annotated[
    str | None,
    typer.Option(
        help="DES, AES-128, AES-192 or AES-256; AES-192-C and AES-256-C for Cisco's form of key.",
        rich_help_panel=_CREDENTIALS,
    ),
]
PrivacyPassword = Annotated[
    str | None,
    typer.Option(envvar="YUNWEI_PRIVACY_PASSWORD", help="As --auth-password.", rich_help_panel=_CREDENTIALS),
]
PrivacyPasswordFile = Annotated[
    Path | None, typer.Option(help="A file that holds it, closed to others.", rich_help_panel=_CREDENTIALS)
]

_SAME: Final = {"sha": "sha1", "aes": "aes128"}


def login_of(
    *,
    version: str | None,
    community: str | None,
    community_file: Path | None,
    user: str | None,
    auth: str | None,
    auth_password: str | None,
    auth_password_file: Path | None,
    privacy: str | None,
    privacy_password: str | None,
    privacy_password_file: Path | None,
) -> Login:
    """The login that the options mean.

    Raises OperatorError when they contradict each other, or a secret can't be had.
    """
    number = _version(version, user)
    if number is not Version.V3:
        if user is not None or auth is not None or privacy is not None:
            raise OperatorError(f"--user, --auth and --privacy belong to SNMP 3, not to version {number}.")
        if community_file is not None:
            community = Secret(file=str(community_file)).resolve()
        return community_login(community or "public", version=number)
    if not user:
        raise OperatorError("SNMP 3 needs a user. Give it with --user.")
    hashing = _protocol("--auth", auth, AUTHENTICATION, "MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512")
    cipher = _protocol("--privacy", (privacy or "").upper().removesuffix("-C") or None, PRIVACY, "DES, AES-128 …")
    if cipher and not hashing:
        raise OperatorError("SNMP 3 encrypts only what is authenticated too. Give --auth beside --privacy.")
    return user_login(
        user,
        auth=hashing,
        auth_password=_password("authentication", auth_password, auth_password_file) if hashing else "",
        privacy=cipher,
        privacy_password=_password("privacy", privacy_password, privacy_password_file) if cipher else "",
        expansion="cisco" if (privacy or "").upper().endswith("-C") else "blumenthal",
    )


def _version(version: str | None, user: str | None) -> Version:
    if version is None:
        return Version.V2C if user is None else Version.V3
    try:
        return Version(version.lower().removeprefix("v"))
    except ValueError:
        raise OperatorError(f'"{version}" is no version of SNMP. Write 1, 2c or 3.') from None


def _protocol(option: str, written: str | None, known: Collection[str], examples: str) -> str:
    if written is None:
        return ""
    plain = written.lower().replace("-", "").replace("_", "")
    plain = _SAME.get(plain, plain)
    if plain not in known:
        hint = did_you_mean(plain, known) or f"Write {examples}."
        raise OperatorError(f'{option} "{written}" is no protocol that SNMP 3 has. {hint}')
    return plain


def _password(purpose: str, given: str | None, file: Path | None) -> str:
    if file is not None:
        password = Secret(file=str(file)).resolve()
    elif given is not None:
        password = given
    elif sys.stdin.isatty():
        password = getpass.getpass(f"The {purpose} password: ", stream=sys.stderr)
    else:
        option = "auth" if purpose == "authentication" else "privacy"
        raise OperatorError(
            f"The {purpose} password is missing. Give it with --{option}-password-file, or in the environment variable "
            f"YUNWEI_{option.upper()}_PASSWORD."
        )
    if len(password) < SHORTEST_PASSWORD:
        raise OperatorError(f"The {purpose} password is shorter than the {SHORTEST_PASSWORD} letters SNMP 3 demands.")
    return password
