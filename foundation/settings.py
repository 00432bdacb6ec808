"""What every room's settings model is made of: strict models, lengths of time with units, and secrets by reference."""

import os
import re
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from foundation.clock import DAY, HOUR, MINUTE, SECOND
from foundation.problems import OperatorError


class StrictModel(BaseModel):
    """Unknown keys are refused, values are not converted across types, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


_UNITS: Final = {"ms": 1, "s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY}


def parse_duration(text: object) -> object:
    """`500 ms`, `10 s`, `5 min`, `6 h`, `30 d` as whole milliseconds; anything but a text is handed on unchanged.

    Raises ValueError when the text is no length of time.
    """
    if not isinstance(text, str):
        if isinstance(text, bool) or not isinstance(text, int):
            return text
        raise ValueError('a length of time needs a unit: write "10 s", "5 min", "6 h" or "30 d"')
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*", text)
    if match is None or match[2] not in _UNITS:
        raise ValueError('a length of time is a number and one of ms, s, min, h, d: write "10 s" or "5 min"')
    return round(float(match[1]) * _UNITS[match[2]])


Duration = Annotated[int, BeforeValidator(parse_duration), Field(ge=0)]
"""A length of time, written with its unit and held in milliseconds. Defaults are given in milliseconds."""


class Secret(StrictModel):
    """A secret by reference: the name of an environment variable, or of a file that only its owner can read.

    `value` holds it in the open: for demos and for communities that are public anyway.
    """

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

        Raises OperatorError when the variable is not set or the file can't be read or is open to others.
        """
        if self.env is not None:
            found = os.environ.get(self.env)
            if found is None:
                raise OperatorError(f"The environment variable {self.env} is not set. Set it before the start.")
            return found
        if self.file is not None:
            path = Path(self.file)
            try:
                if path.stat().st_mode & 0o077:
                    raise OperatorError(f"The secret file {path} is open to others. Run: chmod 600 {path}")
                return path.read_text(encoding="utf-8").strip()
            except OSError as error:
                raise OperatorError(f"The secret file {path} can't be read: {error.strerror}.") from None
        assert self.value is not None
        return self.value
