"""One device family as it is used, and the set of all: which one a device is of."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from collectors.snmp.gufo import Value
from collectors.snmp.kinds import HealthKind
from collectors.snmp.profiles.loader import SHIPPED, STANDARD, read_profiles
from collectors.snmp.profiles.schema import Fact, ProfileFile, SensorRule
from collectors.snmp.text import text_of

LONGEST: Final = 4_096
"""Characters of sysDescr that are looked at."""


@dataclass(frozen=True, slots=True)
class Identified:
    """What a profile tells about who a device is; empty where it tells nothing."""

    vendor: str = ""
    model: str = ""
    serial: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """One rule and the kinds that are taken from it."""

    rule: SensorRule
    kinds: frozenset[HealthKind]


@dataclass(frozen=True, slots=True)
class Profile:
    """One device family, the standard MIBs included."""

    name: str
    vendor: str
    title: str
    searches: tuple[Search, ...] = field(repr=False)
    """Its own rules, then the standard ones for the kinds that it does not exclude."""
    facts: Mapping[str, tuple[Fact, ...]] = field(repr=False, default_factory=dict)
    """Where vendor, model, serial and version stand."""

    @property
    def identity_oids(self) -> tuple[str, ...]:
        """The instances that `identify` wants to see."""
        found = (fact.object for facts in self.facts.values() for fact in facts)
        return tuple(dict.fromkeys(oid for oid in found if oid is not None))

    def identify(self, description: str, answer: Mapping[str, Value]) -> Identified:
        """Who the device is, by its sysDescr and the values of `identity_oids`. Never fails."""
        told = {
            name: next((text for fact in facts if (text := _tell(fact, description, answer))), "")
            for name, facts in self.facts.items()
        }
        return Identified(
            told.get("vendor") or self.vendor, told.get("model", ""), told.get("serial", ""), told.get("version", "")
        )


def _tell(fact: Fact, description: str, answer: Mapping[str, Value]) -> str:
    if fact.value is not None:
        return fact.value
    if fact.object is not None:
        text, pattern = text_of(answer.get(fact.object)), fact.parse
    else:
        text, pattern = description, fact.description
    if pattern is not None:
        found = re.search(pattern, text[:LONGEST])
        if found is None:
            return ""
        text = (found[1] if found.re.groups else found[0]) or ""
    return " ".join(text.split())


class ProfileSet:
    """All device families that are known."""

    def __init__(self, files: Iterable[ProfileFile], first: Collection[str] = ()) -> None:
        """One of the files must be `standard`. At the same prefix the profiles named in `first` go before others."""
        by_name = {file.profile: file for file in files}
        standard = by_name[STANDARD]
        self._profiles = {name: _profile(file, standard) for name, file in by_name.items()}
        self._standard = self._profiles[STANDARD]
        self._prefixes: dict[str, list[tuple[tuple[re.Pattern[str], ...], Profile]]] = {}
        self._descriptions: list[tuple[re.Pattern[str], Profile]] = []
        for name in sorted(by_name, key=lambda name: (name not in first, name)):
            match = by_name[name].match
            if match is None:
                continue
            also = tuple(re.compile(regex) for regex in match.also)
            for prefix in match.objects:
                self._prefixes.setdefault(prefix, []).append((also, self._profiles[name]))
            self._descriptions.extend((re.compile(regex), self._profiles[name]) for regex in match.description)
        for claims in self._prefixes.values():
            claims.sort(key=lambda claim: (claim[1].name not in first, not claim[0]))

    @classmethod
    def load(cls, extra: Path | None = None) -> "ProfileSet":
        """The shipped profiles, and those of the operator's directory, which replace shipped ones of the same name and
        go before others of the same prefix.

        Raises ProblemError with every problem of every file.
        """
        files = read_profiles(SHIPPED, label="collectors/snmp/profiles")
        own = {} if extra is None else read_profiles(extra, label=extra.name)
        return cls({**files, **own}.values(), own)

    @property
    def families(self) -> tuple[str, ...]:
        """The names of all profiles but `standard`, which is no family."""
        return tuple(sorted(self._profiles.keys() - {STANDARD}))

    def __getitem__(self, name: str) -> Profile:
        """The profile of this name. Raises KeyError."""
        return self._profiles[name]

    def match(self, object_id: str, description: str) -> Profile:
        """The family of a device with this sysObjectID and sysDescr: that of the longest prefix, else the first by
        name one of whose expressions is found in sysDescr, else `standard`."""
        description = description[:LONGEST]
        prefix = object_id.strip().removeprefix(".")
        while prefix:
            for also, profile in self._prefixes.get(prefix, ()):
                if not also or any(pattern.search(description) for pattern in also):
                    return profile
            prefix = prefix.rpartition(".")[0]
        for pattern, profile in self._descriptions:
            if pattern.search(description):
                return profile
        return self._standard


def _profile(file: ProfileFile, standard: ProfileFile) -> Profile:
    searches = [Search(rule, frozenset(rule.kinds)) for rule in file.sensors]
    if file is not standard:
        for rule in standard.sensors:
            kinds = frozenset(rule.kinds) - frozenset(file.without)
            if kinds:
                searches.append(Search(rule, kinds))
    facts = {name: tuple(getattr(file.identity, name)) for name in ("vendor", "model", "serial", "version")}
    return Profile(file.profile, file.vendor, file.title, tuple(searches), facts)
