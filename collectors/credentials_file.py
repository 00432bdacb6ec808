"""The file of credentials: a file of its own, closed to others, in which secrets may stand as plain text."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from collectors.settings import Credential
from foundation.documents import Document, read_document, validate
from foundation.problems import Place, Problem, ProblemError
from foundation.settings import StrictModel

_SECRETS: Final = frozenset({"community", "auth_password", "privacy_password"})


class _CredentialsFile(StrictModel):
    credentials: dict[str, Credential]


def read_credentials(path: Path) -> dict[str, Credential]:
    """The credentials by name. Raises ProblemError when the file is open to others, or with every problem in it."""
    place = Place(path.name)
    try:
        mode = path.stat().st_mode
    except OSError as error:
        remedy = "Create it, or correct credentials_file." if isinstance(error, FileNotFoundError) else ""
        raise ProblemError([Problem(place, f"the file can't be read: {error.strerror}.", remedy)]) from None
    if mode & 0o077:
        raise ProblemError([Problem(place, "the file is open to others.", f"Run: chmod 600 {path}")])
    document = read_document(path, name=path.name)
    referring = Document(document.file, _with_references(document.data), document.lines)
    return validate(referring, _CredentialsFile).credentials


def _with_references(data: Any) -> Any:
    """The same data, with each secret that stands there as plain text in the form that a reference has."""
    if not isinstance(data, Mapping) or not isinstance(data.get("credentials"), Mapping):
        return data
    return {**data, "credentials": {name: _with_reference(entry) for name, entry in data["credentials"].items()}}


def _with_reference(entry: Any) -> Any:
    if not isinstance(entry, Mapping):
        return entry
    return {key: _reference(value) if key in _SECRETS else value for key, value in entry.items()}


def _reference(value: Any) -> Any:
    return {"value": value} if isinstance(value, str) and value else value
