"""Other limits, times and severities for a part of what a rule covers."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any, Final

from pydantic import Field

from alerting.alerts.flapping import Flapping
from alerting.changes import Severity
from alerting.rules.scope import Patterns, Selector
from foundation.settings import Duration
from topology.model import Role

LooseSeverity = Annotated[Severity, Field(strict=False)]
LooseRole = Annotated[Role, Field(strict=False)]

_CHANGES: Final = (
    "severity", "when", "clear", "hold", "clear_hold", "within", "rises", "falls", "reaches", "floor", "deviations",
    "least", "flap",
)  # fmt: skip


class Override(Selector):
    """Who is meant, by the same keys as in a scope (`site` is another word for `division`), and what differs there.

    It may set what its rule's kind knows of: severity, when, clear, for, clear_for, within, rises, falls, reaches,
    floor, deviations, least, flap (as a whole: what it leaves out has its usual figure).
    """

    site: Patterns | None = None
    severity: LooseSeverity | None = None
    when: str | None = None
    clear: str | None = None
    hold: Duration | None = Field(default=None, alias="for")
    clear_hold: Duration | None = Field(default=None, alias="clear_for")
    within: Duration | None = None
    rises: str | None = None
    falls: str | None = None
    reaches: str | None = None
    floor: str | None = None
    deviations: float | None = Field(default=None, gt=0)
    least: int | None = Field(default=None, ge=1)
    flap: Flapping | None = None

    def matches(self, labels: Mapping[str, Collection[str]]) -> bool:
        """Whether labels are selected by who is meant."""
        given = {key: value for key, value in self if key in Selector.model_fields and value is not None}
        if self.site is not None:
            given["division"] = [*(self.division or ()), *self.site]
        return Selector.model_construct(**given).matches(labels)

    def changes(self) -> Mapping[str, Any]:
        """What differs, by the key in the file."""
        fields = type(self).model_fields
        return {fields[name].alias or name: value for name in _CHANGES if (value := getattr(self, name)) is not None}

    @property
    def selects(self) -> bool:
        """Whether it says who is meant at all."""
        return any(getattr(self, key) is not None for key in (*Selector.model_fields, "site"))
