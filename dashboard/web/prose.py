"""The little of Markdown that runbooks use, as blocks for the templates: paragraphs, lists, command lines.

Nothing becomes HTML here: the templates escape every text, so a runbook can't carry markup into a page.
"""

import re
from dataclasses import dataclass, field
from typing import Final

_BULLET: Final = re.compile(r"\s*[-*]\s+(.*)")
_NUMBERED: Final = re.compile(r"\s*\d+[.)、]\s*(.*)")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text of one kind: `plain`, `strong` or `code`."""

    kind: str
    text: str


@dataclass(slots=True)
class Block:
    """`paragraph`, `bullets`, `numbers` or `command`. `lines` holds spans; a command's text is in `text`."""

    kind: str
    lines: list[list[Span]] = field(default_factory=list)
    text: str = ""


def blocks(text: str) -> list[Block]:
    """A text cut into blocks."""
    found: list[Block] = []
    fence: list[str] | None = None
    fresh = True
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            if fence is None:
                fence = []
            else:
                found.append(Block("command", text="\n".join(fence)))
                fence, fresh = None, True
            continue
        if fence is not None:
            fence.append(line)
            continue
        if not line.strip():
            fresh = True
            continue
        kind, content = _line(line)
        if fresh or not found or found[-1].kind != kind:
            found.append(Block(kind))
        found[-1].lines.append(spans(content))
        fresh = False
    if fence:
        found.append(Block("command", text="\n".join(fence)))
    return found


def spans(text: str) -> list[Span]:
    """`**strong**` and `` `code` `` told apart from the rest."""
    parts = re.split(r"(\*\*[^*]+\*\*|`[^`]+`)", text)
    return [_span(part) for part in parts if part]


def _line(line: str) -> tuple[str, str]:
    for kind, pattern in (("bullets", _BULLET), ("numbers", _NUMBERED)):
        match = pattern.fullmatch(line)
        if match:
            return kind, match[1]
    return "paragraph", line.strip()


def _span(part: str) -> Span:
    if part.startswith("**") and part.endswith("**") and len(part) > 4:
        return Span("strong", part[2:-2])
    if part.startswith("`") and part.endswith("`") and len(part) > 2:
        return Span("code", part[1:-1])
    return Span("plain", part)
