"""What was added, removed and changed between two configurations, part by part. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any, Final

from pydantic import BaseModel

from alerting.oncall.roster import Roster
from yunwei.differences.configured import Configured

_LONGEST: Final = 60
"""Characters of a value before the rest is cut."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one thing."""

    field: str
    before: str
    after: str

    def __str__(self) -> str:
        """`speed_mbps: 100 → 1000`."""
        return f"{self.field}: {self.before} → {self.after}"


@dataclass(frozen=True, slots=True)
class Part:
    """The differences of one part of the configuration; ids in the files' order."""

    name: str
    """`devices`, `links`, `rules`, `people` …"""
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: Mapping[str, tuple[Change, ...]]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.added or self.removed or self.changed)


def settings_part(changed: Mapping[str, tuple[str, str]]) -> Part:
    """Changed settings, by the section they stand in."""
    by_section: dict[str, tuple[Change, ...]] = {}
    for key, (old, new) in changed.items():
        section, _, name = key.partition(".")
        by_section[section] = (*by_section.get(section, ()), Change(name, old, new))
    return Part("settings", (), (), by_section)


def compare(before: Configured, after: Configured) -> list[Part]:
    """All parts but the settings, those without a difference too."""
    old, new = before.network, after.network
    return [
        _part("divisions", old.divisions, new.divisions),
        _part("devices", old.devices, new.devices),
        _part("links", old.links, new.links),
        _part("agencies", old.agencies, new.agencies),
        _part("private_networks", old.private_networks, new.private_networks),
        _part("rules", before.rules.rules, after.rules.rules),
        _part("runbooks", {one.id: one for one in before.runbooks}, {one.id: one for one in after.runbooks}),
        _part("centres", _centres(before.roster), _centres(after.roster)),
        _part("people", _people(before.roster), _people(after.roster)),
    ]


def _part(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Part:
    changed = {key: found for key in before if key in after and (found := tuple(_changes(before[key], after[key])))}
    return Part(
        name,
        tuple(key for key in after if key not in before),
        tuple(key for key in before if key not in after),
        changed,
    )


def _changes(before: Any, after: Any) -> Iterable[Change]:
    old, new = _values(before), _values(after)
    for key in old | new:
        one, other = old.get(key), new.get(key)
        if one == other:
            continue
        if isinstance(one, frozenset) and isinstance(other, frozenset):
            gone, come = sorted(one - other), sorted(other - one)
            yield Change(key, _text([f"-{name}" for name in gone] or len(one)), _text([f"+{name}" for name in come]))
        else:
            yield Change(key, _text(one), _text(other))


def _values(thing: Any) -> dict[str, Any]:
    if isinstance(thing, BaseModel):
        return {name: getattr(thing, name) for name in type(thing).model_fields}
    if is_dataclass(thing):
        return {one.name: getattr(thing, one.name) for one in fields(thing)}
    return dict(thing)


def _text(value: Any) -> str:
    """A value as people read it, not longer than they do."""
    if value is None or value == "" or value == [] or value == ():
        return "—"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, list | tuple | frozenset | set):
        text = ", ".join(_text(one) for one in value)
    elif isinstance(value, BaseModel):
        text = value.model_dump_json(exclude_none=True, exclude_defaults=True)
    else:
        text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _centres(roster: Roster) -> dict[str, Any]:
    """Who takes turns in each centre; the people themselves are a part of their own."""
    return {
        code: {key: value for key, value in _values(centre).items() if key not in ("division", "people")}
        for code, centre in roster.centres.items()
    }


def _people(roster: Roster) -> dict[str, Any]:
    return {
        person.id: {"name": person.name, "phone": person.phone, "email": person.email, "centre": code}
        for code, centre in roster.centres.items()
        for person in centre.people.values()
    }
