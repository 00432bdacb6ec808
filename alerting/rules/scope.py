"""Where a rule applies: include and exclude by labels."""

import re
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from foundation.settings import StrictModel
from topology.model import Role, Tier


def _words(value: object) -> object:
    """One text or a list of texts, as a list."""
    return [value] if isinstance(value, str) else value


def _pattern(text: str) -> str:
    """A text between slashes is a regular expression that must compile."""
    if not text:
        raise ValueError("an empty text matches nothing: leave the key out")
    if text.startswith("/"):
        if len(text) < 3 or not text.endswith("/"):
            raise ValueError(f'"{text}" begins like a regular expression: end it with "/"')
        try:
            re.compile(text[1:-1])
        except re.error as error:
            raise ValueError(f'the regular expression "{text}" is not valid: {error.msg}') from None
    return text


_Text = Annotated[str, Field(strict=True)]


def _patterns(value: list[str]) -> list[str]:
    return [_pattern(text) for text in value]


def check_patterns(value: object) -> object:
    """A text or texts as a list of patterns. Raises ValueError for one that can't be read."""
    words = _words(value)
    if isinstance(words, list) and all(isinstance(word, str) for word in words):
        return _patterns(words)
    return words


Patterns = Annotated[list[_Text], BeforeValidator(check_patterns), Field(min_length=1)]
"""Texts to match: equal as a whole, or, between slashes, a regular expression found anywhere."""

Roles = Annotated[list[Annotated[Role, Field(strict=False)]], BeforeValidator(_words), Field(min_length=1)]
Tiers = Annotated[list[Annotated[Tier, Field(strict=False)]], BeforeValidator(_words), Field(min_length=1)]


class Selector(StrictModel):
    """All the keys given must match; within one key any of its texts does."""

    role: Roles | None = None
    tier: Tiers | None = None
    division: Patterns | None = None
    """A division's code: the division and everything below it."""
    device: Patterns | None = None
    """A device's id."""
    department: Patterns | None = None
    """The department of the agency that an access router connects."""
    interface: Patterns | None = None
    """An interface's name."""
    carrier: Patterns | None = None
    """The carrier of the link on the interface, or of the link itself."""
    neighbour: Patterns | None = None
    """A routing neighbour's address, with its VRF before it where it has one."""
    entity: Patterns | None = None
    """The part of the device that a sensor measures."""

    def matches(self, labels: Mapping[str, Collection[str]]) -> bool:
        """Whether labels (each with all the values it stands for) are selected."""
        for key, words, expressions in self._given:
            values = labels.get(key, ())
            if words.isdisjoint(values) and not any(one.search(value) for one in expressions for value in values):
                return False
        return True

    @cached_property
    def _given(self) -> tuple[tuple[str, frozenset[str], tuple[re.Pattern[str], ...]], ...]:
        """The keys that are given, with their whole texts and their regular expressions: at a start every rule is held
        against every device and interface."""
        found = []
        for key in Selector.model_fields:
            wanted: Collection[str] | None = getattr(self, key)
            if wanted is not None:
                words = frozenset(one for one in wanted if not _is_expression(one))
                expressions = tuple(re.compile(one[1:-1]) for one in wanted if _is_expression(one))
                found.append((key, words, expressions))
        return tuple(found)


_KEYS: Final = frozenset(Selector.model_fields)


EVERYWHERE: Final = frozenset({"role", "tier", "division", "device", "department"})
"""The keys of a selector that every object at a device carries; the others are known of some kinds of object only."""


def foreign_keys(selector: Selector, known: frozenset[str]) -> list[tuple[str, str]]:
    """(key, what is wrong) for each key that what is selected from never carries."""
    usable = ", ".join(sorted(known))
    return [
        (key, f"what this rule judges has no {key}, so that this selects nothing: use {usable}")
        for key in Selector.model_fields
        if getattr(selector, key) is not None and key not in known
    ]


class Scope(StrictModel):
    """What a rule covers: what any of `include` selects (all, when there is none), less what `exclude` selects."""

    include: list[Selector] = Field(default_factory=list)
    exclude: list[Selector] = Field(default_factory=list)

    def covers(self, labels: Mapping[str, Collection[str]]) -> bool:
        """Whether a rule with this scope applies to what carries these labels."""
        included = not self.include or any(selector.matches(labels) for selector in self.include)
        return included and not any(selector.matches(labels) for selector in self.exclude)

    def may_cover(self, labels: Mapping[str, Collection[str]]) -> bool:
        """Whether a rule may apply to some part of what carries these labels: keys that are not among them are open."""
        unsaid = _KEYS - labels.keys()

        def may_fit(selector: Selector) -> bool:
            return all(
                key in unsaid or _any_matches(wanted, labels[key])
                for key in _KEYS
                if (wanted := getattr(selector, key)) is not None
            )

        whole = [one for one in self.exclude if all(getattr(one, key) is None for key in unsaid)]
        included = not self.include or any(may_fit(selector) for selector in self.include)
        return included and not any(may_fit(selector) for selector in whole)


def _any_matches(wanted: Collection[str], given: Collection[str]) -> bool:
    return any(fits(pattern, value) for pattern in wanted for value in given)


def fits(pattern: str, value: str) -> bool:
    """Whether a text is what is wanted; of a regular expression, whether it is found in the text."""
    if _is_expression(pattern):
        return re.search(pattern[1:-1], value) is not None
    return pattern == value


def _is_expression(pattern: str) -> bool:
    return pattern.startswith("/")
