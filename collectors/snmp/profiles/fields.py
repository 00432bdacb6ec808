"""The kinds of values that a profile is written with: OIDs, regular expressions, states and names."""

import re
from dataclasses import dataclass
from typing import Annotated, Final, Literal, get_args

from pydantic import AfterValidator, BeforeValidator

from foundation.messages import HealthStatus
from foundation.problems import did_you_mean


def check_oid(text: str) -> str:
    """The OID itself. Raises ValueError when it is none."""
    if re.fullmatch(r"[012](?:\.(?:0|[1-9][0-9]{0,9})){2,}", text) is None or any(
        int(arc) > 0xFFFFFFFF for arc in text.split(".")
    ):
        raise ValueError(f'"{text}" is no OID: write numbers with dots between, such as 1.3.6.1.2.1.1.3.0')
    return text


Oid = Annotated[str, AfterValidator(check_oid)]
"""A numeric OID without a leading dot: of a column (without an index) or of an instance (with it)."""


def check_regex(text: str) -> str:
    """The regular expression itself. Raises ValueError when it is none."""
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f'"{text}" is no regular expression: {error}') from None
    return text


Regex = Annotated[str, AfterValidator(check_regex)]


def check_capture(text: str) -> str:
    """A regular expression with one group, or none. Raises ValueError when it has more."""
    if re.compile(check_regex(text)).groups > 1:
        raise ValueError(f'"{text}" has more than one group: write (?:…) for those that are not the value')
    return text


Capture = Annotated[str, AfterValidator(check_capture)]
"""A regular expression whose only group, or else whose whole match, is what is wanted."""


@dataclass(frozen=True, slots=True)
class StateWord:
    """What one number of a state object means."""

    status: HealthStatus | None
    """None: there is nothing to watch here (`absent`)."""
    word: str
    """The MIB's own word."""


STATUS_WORDS: Final = (*(status.value for status in HealthStatus), "absent")


def parse_state(text: object) -> object:
    """`critical fan-failed` as a StateWord; a status alone is its own word. What is no text is handed on.

    Raises ValueError when the first word is no status.
    """
    if not isinstance(text, str):
        return text
    status, _, word = text.strip().partition(" ")
    if status not in STATUS_WORDS:
        hint = did_you_mean(status, STATUS_WORDS) or f"Begin with one of {', '.join(STATUS_WORDS)}."
        raise ValueError(f'"{text}" does not begin with a status. {hint}')
    return StateWord(None if status == "absent" else HealthStatus(status), word.strip() or status)


State = Annotated[StateWord, BeforeValidator(parse_state)]
"""`ok normal`, `warning testing`, `critical failed`, `unknown`, `absent not-installed`."""

Scalar = int | float | str
"""A value to compare with: a number, or a text."""

Conversion = Literal["idle", "fahrenheit", "microwatt", "milliwatt", "microwatt-if-positive"]
"""What becomes of a value after its factor; see `conversions`."""

CONVERSIONS: Final[tuple[str, ...]] = get_args(Conversion)

PLACEHOLDER: Final = re.compile(
    r"\{(?P<what>index|number|entity|interface|column)(?:\.(?P<arc>-?\d+))?(?::(?P<oid>[\d.]+))?\}"
)
"""`{index}`, `{index.1}`, `{number}`, `{entity}`, `{entity.2}`, `{entity:OID}`, `{interface…}`, `{column:OID}`."""


def check_name(text: str) -> str:
    """A name template itself; `entity` and `interface` alone stand for their placeholders.

    Raises ValueError when it holds a placeholder that there is none of.
    """
    if text in ("entity", "interface"):
        return "{" + text + "}"
    for found in re.finditer(r"\{[^}]*\}?", text):
        match = PLACEHOLDER.fullmatch(found[0])
        if match is None:
            word = re.split(r"[.:}]", found[0][1:])[0]
            hint = did_you_mean(word, ("index", "number", "entity", "interface", "column"))
            raise ValueError(f'"{found[0]}" is no placeholder. {hint}'.rstrip())
        if match["oid"] is not None:
            check_oid(match["oid"])
        if match["what"] == "column" and match["oid"] is None:
            raise ValueError('"{column}" needs an OID: write {column:1.3.6…}')
        if match["what"] in ("index", "number") and match["oid"] is not None:
            raise ValueError(f'"{found[0]}" takes no OID')
        if match["arc"] == "0" or (match["arc"] is not None and match["what"] in ("number", "column")):
            raise ValueError(f'"{found[0]}": an arc of the index is counted from 1, or from -1 for the last')
    return text


def name_from(value: object) -> object:
    """`{column: OID}` and `{entity: {column: OID}}` as their placeholders; anything else is handed on."""
    if isinstance(value, dict) and len(value) == 1:
        (key, inner), *_ = value.items()
        if key == "column" and isinstance(inner, str):
            return "{column:" + inner + "}"
        if (
            key in ("entity", "interface")
            and isinstance(inner, dict)
            and list(inner) == ["column"]
            and isinstance(inner["column"], str)
        ):
            return "{" + key + ":" + inner["column"] + "}"
    return value


Name = Annotated[str, AfterValidator(check_name), BeforeValidator(name_from)]
"""How a sensor is called: a text with placeholders."""
