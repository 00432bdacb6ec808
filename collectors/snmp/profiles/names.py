"""How sensors are called: by the entities and interfaces of the device, and the templates of a profile. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from collectors.snmp import oids
from collectors.snmp.gufo import Value
from collectors.snmp.profiles.fields import PLACEHOLDER
from collectors.snmp.text import text_of

DEEPEST: Final = 8
"""Entities inside one another that are looked through for an interface's name."""


@dataclass(frozen=True, slots=True)
class EntityNames:
    """What the inventory knows already of names, so that it need not be asked again."""

    entities: Mapping[int, str] = field(default_factory=dict)
    """entPhysicalName, else entPhysicalDescr, by entPhysicalIndex. One that is missing is asked for."""
    classes: Mapping[int, int] = field(default_factory=dict)
    """entPhysicalClass by entPhysicalIndex. One that is missing is asked for."""
    parents: Mapping[int, int] = field(default_factory=dict)
    """entPhysicalContainedIn by entPhysicalIndex."""
    interfaces: Mapping[int, str] = field(default_factory=dict)
    """Interfaces' names by ifIndex, as they are polled."""
    spellings: Mapping[str, int] = field(default_factory=dict)
    """Interfaces' ifIndex by all names that an entity may be called after them: ifName, ifDescr."""
    busy: frozenset[int] = frozenset()
    """ifIndexes of those that are up, or that the topology declares a link on: their optics go first."""

    def known(self, instance: str) -> Value:
        """The value of an instance that the inventory has read already; None where it hasn't."""
        column, _, index = instance.rpartition(".")
        if column == oids.ENT_PHYSICAL_CLASS and index.isdigit():
            return self.classes.get(int(index))
        return None

    def line_of(self, entity: int) -> int | None:
        """The ifIndex of the interface whose name stands in the entity's or in what it sits in."""
        for _ in range(DEEPEST):
            for word in _words(self.entities.get(entity, "")):
                if word in self.spellings:
                    return self.spellings[word]
            entity = self.parents.get(entity, 0)
            if not entity:
                break
        return None

    def is_idle(self, index: int | None) -> bool:
        """Whether an interface is known to be down and to carry no declared link."""
        return index is not None and index in self.interfaces and index not in self.busy


def _words(name: str) -> Iterator[str]:
    """A name, and its beginnings up to each gap, the longest first: `Te1/0/1 Receive Power Sensor` has `Te1/0/1`."""
    yield name
    for gap in reversed(list(re.finditer(r"[\s,;:()-]", name))):
        if gap.start():
            yield name[: gap.start()]


@dataclass(frozen=True, slots=True)
class Part:
    """One placeholder of a template, for one row."""

    what: str
    """`index`, `number`, `entity`, `interface` or `column`."""
    index: str
    """The row's index, or the arc of it that was asked for."""
    instance: str = ""
    """The instance that holds the text, or the entity's or interface's index; empty where `index` is it."""


def parts_of(template: str, index: str) -> list[str | Part]:
    """A template as texts and placeholders, for the row at an index."""
    found: list[str | Part] = []
    end = 0
    for match in PLACEHOLDER.finditer(template):
        found.append(template[end : match.start()])
        arc = _arc(index, match["arc"])
        instance = oids.under(match["oid"], index) if match["oid"] else ""
        found.append(Part(match["what"], arc, instance))
        end = match.end()
    found.append(template[end:])
    return [part for part in found if part != ""]


def _arc(index: str, wanted: str | None) -> str:
    if wanted is None:
        return index
    arcs = index.split(".")
    position = int(wanted)
    position = position - 1 if position > 0 else position
    return arcs[position] if -len(arcs) <= position < len(arcs) else index


def needed(parts: list[str | Part]) -> list[str]:
    """The instances that a name needs."""
    return [part.instance for part in parts if isinstance(part, Part) and part.instance]


def keys_in(what: str, parts: list[str | Part], values: Mapping[str, Value]) -> list[int]:
    """The entPhysicalIndexes (`entity`) or ifIndexes (`interface`) that a name speaks of."""
    return [
        key
        for part in parts
        if isinstance(part, Part) and part.what == what and (key := _number(part, values)) is not None
    ]


def render(parts: list[str | Part], number: str, values: Mapping[str, Value], names: EntityNames) -> str:
    """The name; `number` is the row's place among its like, empty where it is alone. May be empty."""
    texts: list[str] = []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
        elif part.what == "number":
            texts.append(number)
        elif part.what == "index":
            texts.append(part.index)
        elif part.what == "column":
            texts.append(text_of(values.get(part.instance)))
        else:
            key = _number(part, values)
            known = names.entities if part.what == "entity" else names.interfaces
            texts.append("" if key is None else known.get(key, ""))
    return " ".join("".join(texts).split())


def without_placeholders(template: str) -> str:
    """The fixed text of a template."""
    return " ".join(PLACEHOLDER.sub("", template).split())


def _number(part: Part, values: Mapping[str, Value]) -> int | None:
    if part.instance:
        held = values.get(part.instance)
        return held if type(held) is int and held > 0 else None
    return int(part.index) if part.index.isdigit() else None
