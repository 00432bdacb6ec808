"""Takes the secrets that stand in the settings file itself out of a copy of it."""

from collections.abc import Collection, Iterator
from typing import Any, Final

import yaml

from foundation.settings import TAKEN_OUT

Span = tuple[int, int]
"""Where a text begins and ends, in characters."""

_KEY: Final = "value"


def without_secrets(text: str, values: Collection[str]) -> str:
    """The settings with `taken out of the backup` wherever a `value` holds one of these secrets, however it is written:
    quoted, escaped, or over several lines. Everything else stays as it was, comments too."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    for start, end in sorted(set(_spans(root, values)), reverse=True):
        newline = "\n" if text[start:end].endswith("\n") else ""
        text = f"{text[:start]}{TAKEN_OUT}{newline}{text[end:]}"
    return text


def _spans(node: Any, values: Collection[str]) -> Iterator[Span]:
    if isinstance(node, yaml.SequenceNode):
        for part in node.value:
            yield from _spans(part, values)
    elif isinstance(node, yaml.MappingNode):
        for key, part in node.value:
            if isinstance(part, yaml.ScalarNode) and key.value == _KEY and part.value in values:
                yield part.start_mark.index, part.end_mark.index
            else:
                yield from _spans(part, values)
