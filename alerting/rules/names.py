"""Rules that name other rules: composite ones, and those that silence others. What is wrong with the names."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from alerting.rules.model import AnyRule
from alerting.rules.told import CompositeRule
from foundation.problems import Place, Problem, did_you_mean

PlaceOf = Callable[[str, tuple[str | int, ...]], Place]
"""Where a key of a rule stands, by the rule's id and the way to the key."""

_PARTS: Final = (("rule", "rule"), ("while", "while_"))


def mistaken_names(rules: Mapping[str, AnyRule], among: Mapping[str, AnyRule], place_of: PlaceOf) -> list[Problem]:
    """Every name in `rules` that names none of the rules that will be in force (`among`), or the wrong one."""
    return [*_composites(rules, among, place_of), *_inhibitions(rules, among, place_of)]


def _composites(rules: Mapping[str, AnyRule], among: Mapping[str, AnyRule], place_of: PlaceOf) -> Iterator[Problem]:
    """Composite rules that lean on rules which are not there, or on another composite one."""
    known = {rule.id for rule in among.values() if not isinstance(rule, CompositeRule)}
    for rule in rules.values():
        if not isinstance(rule, CompositeRule):
            continue
        for key, field in _PARTS:
            name = getattr(rule, field)
            place = place_of(rule.id, (key,))
            if name in among and name not in known:
                message = f'{rule.id}: {key}: "{name}" is composite itself.'
                yield Problem(place, message, "Name a rule that is not.")
            elif name not in known:
                hint = did_you_mean(name, known) or "Name the id of a rule that is not composite itself."
                yield Problem(place, f'{rule.id}: {key}: there is no rule "{name}" to lean on.', hint)


def _inhibitions(rules: Mapping[str, AnyRule], among: Mapping[str, AnyRule], place_of: PlaceOf) -> Iterator[Problem]:
    """Rules that silence what is not there, themselves, or, over however many others, what silences them."""
    for rule in rules.values():
        for position, name in enumerate(rule.inhibits):
            place = place_of(rule.id, ("inhibits", position))
            if name not in among:
                hint = did_you_mean(name, among) or "Name the id of another rule."
                yield Problem(place, f'{rule.id}: inhibits: there is no rule "{name}".', hint)
            elif name == rule.id:
                yield Problem(place, f"{rule.id}: inhibits: it would silence itself.", "Leave it out.")
            elif way := _way(among, name, rule.id):
                message = f"{rule.id}: inhibits: {name} would silence it in turn ({' → '.join((rule.id, *way))})."
                yield Problem(place, message, "Let only the graver one silence the other.")


def _way(among: Mapping[str, AnyRule], start: str, end: str) -> tuple[str, ...]:
    """The shortest way from one rule to another by what each silences; empty where there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for way in ways:
        if way[-1] == end:
            return way
        for name in among[way[-1]].inhibits:
            if name in among and name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return ()
