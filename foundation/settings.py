"""What every room's settings model is made of: strict models, lengths of time with units, and secrets by reference."""

import os
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from foundation.clock import DAY, HOUR, MINUTE, SECOND
from foundation.problems import OperatorError


class StrictModel(BaseModel):
    """Unknown keys are refused, values are not converted across types, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


_UNITS: Final = {"ms": 1, "s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY}
_LONGEST: Final = 36_500 * DAY


def parse_duration(text: object) -> object:
    """`500 ms`, `10 s`, `5 min`, `6 h`, `30 d` as whole milliseconds; what is neither text nor number is handed on.

    Raises ValueError, which pydantic turns into its own error, when it is no length of time: a bare number too.
    """
    if isinstance(text, int | float) and not isinstance(text, bool):
        raise ValueError('a length of time needs a unit: write "10 s", "5 min", "6 h" or "30 d"')  # noqa: TRY004
    if not isinstance(text, str):
        return text
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*", text)
    if match is None or match[2] not in _UNITS:
        raise ValueError('a length of time is a number and one of ms, s, min, h, d: write "10 s" or "5 min"')
    milliseconds = Decimal(match[1]) * _UNITS[match[2]]
    if milliseconds > _LONGEST:
        raise ValueError("a length of time is at most 36500 d")
    return round(milliseconds)


Duration = Annotated[int, BeforeValidator(parse_duration), Field(ge=0)]
"""A length of time, written with its unit and held in milliseconds. Defaults are given in milliseconds."""


def parse_day(text: object) -> object:
    """`2026-11-24` as a date; anything but a text is handed on unchanged.

    Raises ValueError when the text is no date.
    """
    if not isinstance(text, str):
        return text
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'a date is written like "2026-11-24", not {text!r}') from None


Day = Annotated[date, BeforeValidator(parse_day)]
"""A local date. In YAML it is plain text, quoted or not."""


TAKEN_OUT: Final = "taken out of the backup"
"""What stands in the place of a secret in a backup that is not encrypted: never a secret itself, since all know it."""


class Secret(StrictModel):
    """A secret by reference: the name of an environment variable, or of a file that only its owner can read.

    `value` holds it in the open: for demos and for communities that are public anyway.
    """

    # pydantic's own errors, too, must not quote what was given.
    model_config = ConfigDict(hide_input_in_errors=True)

    env: str | None = None
    file: str | None = None
    value: str | None = Field(default=None, repr=False)

    @model_validator(mode="after")
    def _exactly_one(self) -> "Secret":
        if sum(source is not None for source in (self.env, self.file, self.value)) != 1:
            raise ValueError("give exactly one of env, file, value")
        return self

    def resolve(self) -> str:
        """The secret itself.

        Raises OperatorError when the variable is not set, the file can't be read or is open to others, there is
        nothing in it, or it was taken out of a backup.
        """
        if self.env is not None:
            found = os.environ.get(self.env)
            if found is None:
                raise OperatorError(f"The environment variable {self.env} is not set. Set it before the start.")
            if not found:
                raise OperatorError(f"The environment variable {self.env} is empty. Give it the secret.")
            return found
        if self.file is not None:
            return _secret_in(Path(self.file))
        assert self.value is not None
        if self.value == TAKEN_OUT:
            raise OperatorError(
                "A secret of the settings was taken out of the backup that they were restored from. Write it in again, "
                f"where it says '{TAKEN_OUT}'."
            )
        return self.value


def _secret_in(path: Path) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise OperatorError(f"The secret file {path} is open to others. Run: chmod 600 {path}")
        found = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise OperatorError(f"The secret file {path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise OperatorError(f"The secret file {path} is not UTF-8 text. Write the secret into it again.") from None
    if not found:
        raise OperatorError(f"The secret file {path} is empty. Write the secret into it.")
    return found
