"""YAML as plain data: text, numbers, true, false, null, lists and mappings, each with the line on which it stands.

Operators' files need less than YAML offers, and none of its traps. Scalars follow YAML 1.2's core schema: `off`, `no`,
`17:30` and `2026-11-24` are text, not a boolean, a number of seconds or a date. A repeated key, a merge key, an alias
and a tag are refused, each with its line. The data is built from the parser's events, one after the other: PyYAML's own
composer descends recursively in C and takes the whole process down on deep nesting.
"""

import math
import re
from typing import Any, Final

import yaml

from foundation.problems import Place, Problem, ProblemError

Route = tuple[str | int, ...]
"""The way to a value: keys and list positions from the root of a document."""

DEEPEST: Final = 60
"""Lists and mappings inside one another; what people write stays below ten."""

# libyaml parses the province's topology many times faster; the pure loader gives the same events where it is missing.
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE: Final[re.Pattern[str]] = yaml.reader.Reader.NON_PRINTABLE

_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_SPECIAL_STARTS: Final = frozenset("+-.0123456789~nNtTfF")
_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_HEXADECIMAL: Final = re.compile(r"0x[0-9a-fA-F]{1,15}")
_REAL: Final = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def read_plain(text: str, name: str, first_line: int) -> tuple[Any, dict[Route, int]]:
    """The data of a YAML text and the line of each value; `first_line` is where the text begins in its file.

    Raises ProblemError with everything that is refused; only a syntax error ends the search for more.
    """
    parser = _PARSER(text) if not _has_surrogate(text) else None
    if parser is None:
        raise ProblemError([Problem(Place(name), "the text holds half a character (a lone surrogate).")])
    builder = _Builder(parser, name, first_line)
    try:
        data = builder.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + first_line
        builder.problems.append(Problem(Place(name, line), f"this is no valid YAML: {error.problem}."))
    except yaml.YAMLError:
        # The reader's own complaint: a character that YAML does not allow. It gives an offset, not a line.
        found = _UNPRINTABLE.search(text)
        line = None if found is None else text.count("\n", 0, found.start()) + first_line
        what = "a character" if found is None else f"the character U+{ord(found[0]):04X}"
        builder.problems.append(Problem(Place(name, line), f"{what} is not allowed in YAML.", "Remove it."))
    finally:
        parser.dispose()
    if builder.problems:
        raise ProblemError(builder.problems)
    return data, builder.lines


def plain_scalar(text: str) -> str | int | float | bool | None:
    """What an unquoted scalar means. A number with leading zeros or a colon stays text: it is a code or a time."""
    if text and text[0] not in _SPECIAL_STARTS:
        return text
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 16)
    if _REAL.fullmatch(text) and math.isfinite(value := float(text)):
        return value
    return text


def _has_surrogate(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


class _Builder:
    """Turns a parser's events into data, lines and problems."""

    def __init__(self, parser: Any, name: str, first_line: int) -> None:
        self.lines: dict[Route, int] = {}
        self.problems: list[Problem] = []
        self._parser = parser
        self._name = name
        self._first_line = first_line

    def document(self) -> Any:
        """The only document of the stream; None when there is none."""
        self._parser.get_event()  # the stream's start
        event = self._parser.get_event()
        if isinstance(event, yaml.StreamEndEvent):
            return None
        data = self._value(self._parser.get_event(), (), 0)
        self._parser.get_event()  # the document's end
        following = self._parser.get_event()
        if not isinstance(following, yaml.StreamEndEvent):
            self._refuse(following, "a second document begins here.", 'Keep one, and remove the line "---".')
        return data

    def _value(self, event: Any, route: Route, depth: int) -> Any:
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, f'the alias "*{event.anchor}" is not taken.', "Write the value out.")
            return None
        if event.tag is not None:
            self._refuse(event, f'the tag "{event.tag}" is not taken.', "Write the plain value.")
        self.lines[route] = self._line(event)
        if isinstance(event, yaml.ScalarEvent):
            return plain_scalar(event.value) if event.implicit[0] else event.value
        if depth >= DEEPEST:
            # The rest would be as deep: nothing more can be read from this text.
            self._refuse(event, f"lists and mappings are nested more than {DEEPEST} deep.", "Flatten them.")
            raise ProblemError(self.problems)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(route, depth)
        return self._sequence(route, depth)

    def _sequence(self, route: Route, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self._parser.get_event(), yaml.SequenceEndEvent):
            items.append(self._value(event, (*route, len(items)), depth + 1))
        return items

    def _mapping(self, route: Route, depth: int) -> dict[str | int, Any]:
        result: dict[str | int, Any] = {}
        while not isinstance(event := self._parser.get_event(), yaml.MappingEndEvent):
            key = self._key(event, route, depth)
            value_event = self._parser.get_event()
            if key is None:
                # Read past the value, for the problems in it; its lines are nobody's.
                self._value(value_event, (*route, "?"), depth + 1)
            elif key in result:
                message = f'the key "{key}" stands here and on line {self.lines[*route, key]}.'
                self._refuse(event, message, "Keep one of them.")
                self._value(value_event, (*route, "?"), depth + 1)
            else:
                result[key] = self._value(value_event, (*route, key), depth + 1)
                self.lines[*route, key] = self._line(event)
        return result

    def _key(self, event: Any, route: Route, depth: int) -> str | int | None:
        """The key, or None when it is refused."""
        if not isinstance(event, yaml.ScalarEvent):
            self._refuse(event, "a key must be plain text.", "")
            if not isinstance(event, yaml.AliasEvent):
                self._value(event, (*route, "?"), depth + 1)
            return None
        if event.tag is not None:
            self._refuse(event, f'the tag "{event.tag}" is not taken.', "Write the plain key.")
            return None
        if not event.implicit[0]:
            return str(event.value)
        if event.value == "<<":
            self._refuse(event, 'the merge key "<<" is not taken.', "Write the keys out.")
            return None
        key = plain_scalar(event.value)
        if isinstance(key, str) or (isinstance(key, int) and not isinstance(key, bool)):
            return key
        self._refuse(event, f'the key "{event.value}" is not plain text.', "Put it in quotes.")
        return None

    def _refuse(self, event: Any, message: str, remedy: str) -> None:
        self.problems.append(Problem(Place(self._name, self._line(event)), message, remedy))

    def _line(self, event: Any) -> int:
        return int(event.start_mark.line) + self._first_line
