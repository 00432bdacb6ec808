"""The kind of rule that gathers outages which have no common parent: a power cut, or a cut trunk of a carrier."""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from alerting.changes import ObjectKind
from alerting.rules.base import Rule
from foundation.clock import MINUTE, SECOND
from foundation.settings import Duration
from topology.model import Role

AREA_FIELDS = ("place", "place_en", "carrier", "carrier_note", "carrier_note_en", "count", "total")


def _share(value: object) -> object:
    """`50 %` as 0.5."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError('a share needs its unit: write "50 %"')  # noqa: TRY004 - pydantic turns it into its own error
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*%\s*", value)
    if match is None:
        raise ValueError('a share is written like "50 %"')
    return float(match[1]) / 100


Share = Annotated[float, BeforeValidator(_share), Field(gt=0, le=1)]
"""A part of a whole, written in percent and held as a fraction."""


class CommonCauseRule(Rule):
    """Many agencies of one county, or on one carrier's lines in one prefecture, lost at once: told as one trouble.

    Only sites that failed by themselves count: what a failure nearer the centre cuts off is that failure's victim.
    """

    object_kinds = frozenset({ObjectKind.AREA})
    summary_fields = AREA_FIELDS

    kind: Literal["common-cause"]
    by: Literal["county", "carrier"]
    sites: int = Field(default=5, ge=3)
    """At least so many sites must fail together."""
    share: Share = 0.5
    """And at least this share of the area's sites that were up."""
    within: Duration = Field(default=2 * MINUTE, ge=SECOND)
    """They all fail within this time of each other; what fails earlier or later is a trouble of its own."""
    chance: float = Field(default=1e-6, gt=0, lt=0.1)
    """And it must be this unlikely that as many fail by chance, as often as sites elsewhere fail at the time: when the
    whole province stumbles, a county that stumbles no more than the others has no cause of its own."""
    gather: Duration = Field(default=20 * SECOND, le=2 * MINUTE)
    """The alarms of an area's sites wait for each other this long at most, and only while so many of its sites have
    not been looked at since that they may yet turn out to have failed together."""
    returned: Share = 0.5
    """Once this share of them is back …"""
    split_after: Duration = Field(default=3 * MINUTE, ge=SECOND)
    """… and no other has returned for this long, those that stay away have a cause of their own, and their own alarms.
    """

    def told_apart_by(self) -> frozenset[str]:
        """Who provides the line of a site."""
        return frozenset({"carrier"})

    def _roles(self) -> frozenset[Role]:
        """Sites are agencies' access routers."""
        return frozenset({Role.ACCESS})
