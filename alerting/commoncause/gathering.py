"""Whether sites that fail, fail together. Plain values in and out."""

from collections.abc import Collection, Mapping
from math import ceil

from alerting.commoncause.chance import chance_of
from alerting.rules.grouped import CommonCauseRule
from foundation.clock import Instant


def cluster(out: Mapping[str, Instant], within: int) -> dict[str, Instant]:
    """The most sites that failed within a time of each other; of several such sets the latest."""
    order = sorted(out.items(), key=lambda one: (one[1], one[0]))
    best = (0, 0)
    first = 0
    for last, (_, since) in enumerate(order):
        while order[first][1] < since - within:
            first += 1
        if last - first >= best[1] - best[0] - 1:
            best = (first, last + 1)
    return dict(order[best[0] : best[1]])


def needed(rule: CommonCauseRule, up: int) -> int:
    """How many of an area's `up` sites must fail together before they have a common cause."""
    return max(rule.sites, ceil(rule.share * up - 1e-9))


def can_form(rule: CommonCauseRule, failed: int, undecided: int, up: int) -> bool:
    """Whether enough sites may turn out to have failed together once all that is undecided is known."""
    return failed + undecided >= needed(rule, up)


def is_common(rule: CommonCauseRule, failed: int, up: int, *, elsewhere: int, elsewhere_up: int) -> bool:
    """Whether `failed` of `up` sites have a common cause, when `elsewhere` of `elsewhere_up` others failed meanwhile.

    Where nothing else fails, the rate of chance is taken for one site more than was seen: never zero.
    """
    if failed < needed(rule, up):
        return False
    rate = min(1.0, (elsewhere + 1) / (elsewhere_up + 1))
    return chance_of(failed, up, rate) <= rule.chance


def belongs(rule: CommonCauseRule, since: Instant, members: Collection[Instant]) -> bool:
    """Whether a site that failed at `since` failed together with those that did at `members`."""
    return max(members) - rule.within <= since <= min(members) + rule.within
