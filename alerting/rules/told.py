"""Kinds of rule that listen: to events that devices tell, and to the alerts of other rules."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from alerting.changes import ObjectKind
from alerting.rules.base import Rule
from alerting.rules.scope import Patterns
from alerting.rules.summaries import COMMON_FIELDS
from foundation.clock import MINUTE
from foundation.messages import Event
from foundation.settings import Duration


class Pattern:
    """Which events are meant: all the parts given must fit."""

    __slots__ = ("_kinds", "_texts")

    def __init__(self, kinds: list[str] | None, texts: list[str] | None) -> None:
        self._kinds = None if kinds is None else [_compiled(one) for one in kinds]
        self._texts = None if texts is None else [_compiled(one) for one in texts]

    def fits(self, event: Event) -> bool:
        """Whether an event is meant."""
        return (self._kinds is None or any(one.search(event.kind) for one in self._kinds)) and (
            self._texts is None or any(one.search(event.text) for one in self._texts)
        )


class EventRule(Rule):
    """Events of some kind or text, so many of them within a time.

    It is over when an event of the clearing pattern comes, or once none has come for `clear_after`.
    """

    object_kinds = frozenset({ObjectKind.DEVICE, ObjectKind.SENSOR})
    summary_fields = (*COMMON_FIELDS, "text", "event", "source", "count", "entity")

    kind: Literal["event"]
    source: Annotated[
        list[Literal["trap", "syslog", "probe"]],
        BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
        Field(min_length=1),
    ] = ["trap", "syslog", "probe"]  # noqa: RUF012 - the model is frozen, and copies its defaults
    event: Patterns | None = None
    """The sender's names of the event."""
    text: Patterns | None = None
    """What its text is, or holds."""
    least: int = Field(default=1, ge=1, le=1_000)
    within: Duration = 5 * MINUTE
    by: str = Field(default="", pattern=r"^[a-zA-Z0-9_.-]*$")
    """A field of the events: each of its values is a trouble of its own."""
    clear_event: Patterns | None = None
    clear_text: Patterns | None = None
    clear_after: Duration | None = None
    """How long no such event must come; 1 h by default where no event clears it."""

    @cached_property
    def raising(self) -> Pattern:
        """The events that count."""
        return Pattern(self.event, self.text)

    @cached_property
    def clearing(self) -> Pattern | None:
        """The events that end it."""
        if self.clear_event is None and self.clear_text is None:
            return None
        return Pattern(self.clear_event, self.clear_text)

    @property
    def quiet(self) -> int | None:
        """After how long without an event it is over; None when only an event ends it."""
        if self.clear_after is not None:
            return self.clear_after
        return 60 * MINUTE if self.clearing is None else None

    def object_kinds_now(self) -> frozenset[ObjectKind]:
        """SENSOR for a part that `by` names, DEVICE for all others."""
        return frozenset({ObjectKind.SENSOR if self.by else ObjectKind.DEVICE})

    def problems(self) -> list[tuple[str, str]]:
        """Also: a rule that would take every event, and a window in which nothing can be counted."""
        found = super().problems()
        if self.event is None and self.text is None:
            found.append(("kind", "an event rule names the events it takes: give event, text or both"))
        if self.least > 1 and self.within == 0:
            found.append(("within", "several events need a time within which they are counted"))
        return found


class CompositeRule(Rule):
    """An alert of one rule while an alert of another one is open on the same device, or in the same division."""

    object_kinds = frozenset({ObjectKind.DEVICE})
    summary_fields = (*COMMON_FIELDS, "first", "first_en", "second", "second_en")

    kind: Literal["composite"]
    rule: str
    """The id of the rule whose alert is made graver."""
    while_: str = Field(alias="while")
    """The id of the other."""
    on: Literal["device", "site"] = "device"
    hold: Duration = Field(default=0, alias="for")

    @field_validator("while_")
    @classmethod
    def _another(cls, value: str) -> str:
        if not value:
            raise ValueError("name the other rule by its id")
        return value

    def labels(self) -> Mapping[str, frozenset[str]]:
        """The common ones."""
        return super().labels()


def _compiled(pattern: str) -> re.Pattern[str]:
    """A text between slashes is a regular expression; any other must be the whole."""
    return re.compile(pattern[1:-1] if pattern.startswith("/") else rf"\A{re.escape(pattern)}\Z")
