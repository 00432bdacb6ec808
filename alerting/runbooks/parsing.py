"""Reading one runbook file: YAML front matter between `---` lines, then Markdown in the fixed form."""

import re
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from alerting.runbooks.model import SECTIONS, Runbook, Section, Step
from foundation.documents import Document, parse_document, validate
from foundation.problems import Place, Problem, ProblemError, did_you_mean
from foundation.settings import StrictModel

Values = Annotated[
    list[str],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    Field(min_length=1),
]
_HEADING: Final = re.compile(r"##\s+(.+?)\s*#*")
_STEP: Final = re.compile(r"(\d+)[.、]\s+(\S.*)")
_CURE: Final = "cure"


class FrontMatter(StrictModel):
    """What stands between the `---` lines."""

    id: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
    title: str = Field(min_length=1)
    title_en: str = Field(min_length=1)
    match: dict[str, Values] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class ParsedRunbook:
    """A runbook, and its front matter as a document that knows its lines."""

    runbook: Runbook
    front: Document


@dataclass(slots=True)
class _Part:
    """A section as it is read."""

    heading: str
    line: int
    lines: list[str]


def parse_runbook(text: str, *, name: str) -> ParsedRunbook:
    """Read the text of a runbook file.

    Raises ProblemError with every problem: missing or unknown front matter and sections, sections out of order, empty
    ones, steps that are not numbered 1, 2, 3 … .
    """
    lines = text.splitlines()
    end = next((position for position, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if not lines or lines[0].rstrip() != "---" or end is None:
        message = 'a runbook begins with its front matter between two lines "---".'
        raise ProblemError([Problem(Place(name, 1), message, "Begin with ---, id, title, title_en, match, ---.")])
    problems: list[Problem] = []
    front = parse_document("\n".join(lines[1:end]) + "\n", name=name, first_line=2)
    matter: FrontMatter | None = None
    try:
        matter = validate(front, FrontMatter)
    except ProblemError as error:
        problems.extend(error.problems)
    parts = _split(lines, end + 1, name, problems)
    _check_order(parts, name, problems)
    steps = [step for part in parts if part.heading == _title(_CURE) for step in _steps(part, name, problems)]
    if problems or matter is None:
        raise ProblemError(problems)
    text_of = {part.heading: "\n".join(part.lines).strip() for part in parts}
    sections = tuple(Section(key, title, title_en, text_of[title]) for key, title, title_en in SECTIONS)
    match = {label: tuple(values) for label, values in matter.match.items()}
    runbook = Runbook(matter.id, matter.title, matter.title_en, match, sections, tuple(steps))
    return ParsedRunbook(runbook, front)


def _title(key: str) -> str:
    return next(title for known, title, _ in SECTIONS if known == key)


def _split(lines: list[str], start: int, name: str, problems: list[Problem]) -> list[_Part]:
    """The sections in the file's order. A heading inside a ``` fence is text."""
    parts: list[_Part] = []
    fenced = False
    for number, line in enumerate(lines[start:], start + 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        heading = None if fenced else _HEADING.fullmatch(line)
        if heading is not None:
            parts.append(_Part(heading[1], number, []))
        elif parts:
            parts[-1].lines.append(line)
        elif line.strip():
            message = "this text stands before the first section."
            problems.append(Problem(Place(name, number), message, f'Put it under "## {SECTIONS[0][1]}".'))
    if fenced:
        problems.append(Problem(Place(name, len(lines)), "a ``` fence is opened and never closed.", "Close it."))
    return parts


def _check_order(parts: list[_Part], name: str, problems: list[Problem]) -> None:
    known = [title for _, title, _ in SECTIONS]
    seen: dict[str, int] = {}
    for part in parts:
        place = Place(name, part.line)
        if part.heading not in known:
            hint = did_you_mean(part.heading, known) or f"Known sections: {'、'.join(known)}."
            problems.append(Problem(place, f'unknown section "{part.heading}".', hint))
        elif part.heading in seen:
            message = f'the section "{part.heading}" stands here and on line {seen[part.heading]}.'
            problems.append(Problem(place, message, "Join them."))
        elif not any(line.strip() for line in part.lines):
            problems.append(Problem(place, f'the section "{part.heading}" is empty.', "Write it."))
        seen.setdefault(part.heading, part.line)
    for title in known:
        if title not in seen:
            problems.append(Problem(Place(name), f'the section "## {title}" is missing.', "Add it."))
    order = [part.heading for part in parts if part.heading in known]
    if len(set(order)) == len(order) and order != sorted(order, key=known.index):
        line = next(part.line for part in parts if part.heading in known)
        message = "the sections are out of order."
        problems.append(Problem(Place(name, line), message, f"Keep this order: {'、'.join(known)}."))


def _steps(part: _Part, name: str, problems: list[Problem]) -> list[Step]:
    """The numbered steps of the cure; indented lines and fenced ones belong to the step above them."""
    found: list[tuple[int, int, list[str]]] = []
    fenced = False
    for number, line in enumerate(part.lines, part.line + 1):
        start = None if fenced else _STEP.fullmatch(line.rstrip())
        if line.lstrip().startswith("```"):
            fenced = not fenced
        if start is not None:
            found.append((number, int(start[1]), [start[2]]))
        elif found and (not line.strip() or line.startswith(("  ", "\t")) or fenced):
            found[-1][2].append(line)
        elif line.strip():
            message = "every line of the cure is a numbered step, or is indented below one."
            problems.append(Problem(Place(name, number), message, 'Write "1. …", or indent the line by three spaces.'))
    if not found and any(line.strip() for line in part.lines):
        problems.append(Problem(Place(name, part.line), "the cure has no numbered step.", 'Write "1. …".'))
    for expected, (number, given, _) in enumerate(found, 1):
        if given != expected:
            message = f"this step is numbered {given}, but it is number {expected}."
            problems.append(Problem(Place(name, number), message, "Number the steps 1, 2, 3 … ."))
    return [Step(position, _dedent(texts)) for position, (_, _, texts) in enumerate(found, 1)]


def _dedent(texts: list[str]) -> str:
    """The first line as it is, the rest without the indentation of a list item."""
    rest = [line.removeprefix("   ") for line in texts[1:]]
    return "\n".join([texts[0], *rest]).strip()
