"""Which sensors a device has: its profile's rules, looked up on the device itself when the inventory is taken.

What is asked: all scalars of all rules at once, then one walk for each column that makes rows, then exact instances of
whatever else the rows need, packed full. A rule whose column is empty costs one request, one that falls back nothing
as long as it is not needed, and nothing is asked twice.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from collectors.snmp import oids
from collectors.snmp.gufo import Answer, Value
from collectors.snmp.kinds import HealthKind
from collectors.snmp.profiles import forms
from collectors.snmp.profiles.choosing import LINES, MOST_SENSORS, Wish, choose
from collectors.snmp.profiles.makers import Maker, MeanMaker, holds, maker_of, place
from collectors.snmp.profiles.names import (
    EntityNames,
    Part,
    entities_in,
    needed,
    parts_of,
    render,
    without_placeholders,
)
from collectors.snmp.profiles.profile import Profile, Search
from collectors.snmp.profiles.schema import SensorRule
from collectors.snmp.profiles.sensors import Sensor
from collectors.snmp.text import text_of

MOST_ROWS: Final = 1_024
"""Of one rule: a table that is longer is looked at so far."""
MOST_ROUNDS: Final = 12
"""Of questions about rows whose answers lead to further questions."""

ENTITY: Final = "{entity}"


class Agent(Protocol):
    """What is asked: a conversation with the device's agent."""

    async def get(self, oids: list[str]) -> Answer:
        """The values of these instances; those that don't exist are left out."""
        ...

    async def walk(self, column: str) -> dict[str, Value]:
        """All instances of a column, by index."""
        ...


@dataclass(slots=True)
class _Row:
    """One sensor that might be."""

    position: int
    """Of its rule."""
    kind: HealthKind
    index: str
    maker: Maker
    name: str | None
    """The template; None for the default."""
    number: str = ""
    busy: bool = True
    reads: str = ""
    """What it reads, where another rule may read the same: an instance, or a physical entity."""
    parts: list[str | Part] = field(default_factory=list)


async def find_sensors(
    talk: Agent, profile: Profile, context: EntityNames | None = None, *, most: int = MOST_SENSORS
) -> list[Sensor]:
    """The sensors of a device, in the order of the profile's rules; at most so many.

    `context` is what the inventory knows of names already. Raises Unanswered when the agent stops answering.
    """
    search = _Device(talk, context or EntityNames())
    rules = list(enumerate(profile.searches))
    await search.get(_scalars(search_for.rule for _, search_for in rules))
    rows = await search.rows([(place_, rule) for place_, rule in rules if not rule.rule.fallback])
    for position, rule in rules:
        if rule.rule.fallback:
            found = {row.kind for row in rows if row.position < position}
            if rule.kinds - found:
                rows += await search.rows([(position, Search(rule.rule, rule.kinds - found))])
    rows = _once(sorted(rows, key=lambda row: row.position))
    chosen = choose([Wish(row.kind, row.busy) for row in rows], most)
    return await search.sensors([rows[place_] for place_ in chosen])


def _scalars(rules: Iterable[SensorRule]) -> list[str]:
    """All instances that rules name outright."""
    found: list[str] = []
    for rule in rules:
        found.append(rule.object or "")
        found.extend(where.object or "" for part in rule.shares for where in part or ())
        found.extend(requirement.object or "" for requirement in rule.require)
    return [oid for oid in dict.fromkeys(found) if oid]


class _Device:
    """What is known of one device so far."""

    def __init__(self, talk: Agent, names: EntityNames) -> None:
        self._talk = talk
        self._names = names
        self._values: Answer = {}
        self._asked: set[str] = set()
        self._walked: dict[str, list[str]] = {}
        self._busy = names.busy_names()

    async def get(self, instances: Iterable[str]) -> None:
        """Have the values of these instances at hand, those that exist."""
        wanted: list[str] = []
        for instance in instances:
            if instance in self._asked:
                continue
            self._asked.add(instance)
            known = self._names.known(instance)
            if known is None:
                wanted.append(instance)
            else:
                self._values[instance] = known
        if wanted:
            self._values.update(await self._talk.get(wanted))

    async def walk(self, column: str) -> list[str]:
        """The indexes of a column; its values are at hand then."""
        if column not in self._walked:
            found = await self._talk.walk(column)
            for index, value in found.items():
                instance = oids.under(column, index)
                self._values[instance] = value
                self._asked.add(instance)
            self._walked[column] = list(found)[:MOST_ROWS]
        return self._walked[column]

    async def rows(self, rules: Sequence[tuple[int, Search]]) -> list[_Row]:
        """The rows of these rules that may be sensors."""
        indexes: dict[int, list[str]] = {}
        for position, search in rules:
            # A scalar that says no saves the walk.
            by_scalar = [requirement for requirement in search.rule.require if requirement.object is not None]
            if all(holds(requirement, "", self._values) for requirement in by_scalar):
                indexes[position] = await self._indexes(search.rule)
        required = [
            place(requirement, index)
            for position, search in rules
            for requirement in search.rule.require
            if requirement.column is not None
            for index in indexes.get(position, ())
        ]
        await self.get(required)
        found: list[_Row] = []
        for position, search in rules:
            kept = [
                index
                for index in indexes.get(position, ())
                if all(holds(requirement, index, self._values) for requirement in search.rule.require)
            ]
            if kept:
                found.extend(await self._rows_of(position, search, kept))
        return found

    async def _indexes(self, rule: SensorRule) -> list[str]:
        if rule.form == "storage":
            return await self.walk(oids.HR_STORAGE_TYPE)
        if rule.form == "entity-sensor":
            return await self.walk(f"{rule.table or forms.ENTITY_SENSOR_ENTRY}.1")
        column = rule.walked
        if column is not None:
            return await self.walk(column)
        first = next(iter(_scalars([rule])))
        return [""] if self._values.get(first) is not None else []

    async def _rows_of(self, position: int, search: Search, indexes: list[str]) -> list[_Row]:
        rule = search.rule
        if rule.form == "storage":
            return _numbered(await self._storage_rows(position, search, indexes))
        if rule.form == "entity-sensor":
            return _numbered(await self._entity_rows(position, search, indexes))
        (kind,) = rule.kinds
        maker = maker_of(rule)
        if rule.column is not None and rule.scale is None and rule.precision is None and rule.status is None:
            # What walked in is enough to see that nothing is there, before any place is given to it.
            plain = maker_of(rule.model_copy(update={"limits": None}))
            indexes = [index for index in indexes if plain.make("", index, self._values) is not None]
        if rule.mean_over is not None and len(indexes) > rule.mean_over:
            name = without_placeholders(rule.name or "") or kind
            return [_Row(position, kind, "", MeanMaker(rule, kind, indexes), name)]
        return _numbered(
            [
                _Row(
                    position,
                    kind,
                    index,
                    maker,
                    rule.name,
                    busy=self._is_busy(kind, rule, index),
                    reads=place(rule, index),
                )
                for index in indexes
            ]
        )

    async def _storage_rows(self, position: int, search: Search, indexes: list[str]) -> list[_Row]:
        await self.get(oids.under(oids.HR_STORAGE_DESCR, index) for index in indexes)
        spare = forms.reclaimable(self._values, indexes)
        found: list[_Row] = []
        for index in indexes:
            name = forms.storage_name(self._values, index)
            kind = forms.storage_kind(self._values.get(oids.under(oids.HR_STORAGE_TYPE, index)), name)
            if kind is not None and kind in search.kinds:
                template = search.rule.name
                if template is None:
                    template = "memory{number}" if kind == "memory" else "{column:" + oids.HR_STORAGE_DESCR + "}"
                found.append(_Row(position, kind, index, forms.StorageMaker(kind, spare), template))
        sizes = [oids.under(oids.HR_STORAGE_SIZE, row.index) for row in found]
        await self.get(sizes)
        # Swap space of no size is no memory that is numbered.
        return [row for row, size in zip(found, sizes, strict=True) if self._values.get(size) != 0]

    async def _entity_rows(self, position: int, search: Search, indexes: list[str]) -> list[_Row]:
        rule = search.rule
        entry = rule.table or forms.ENTITY_SENSOR_ENTRY
        types = {index: self._values.get(oids.under(f"{entry}.1", index)) for index in indexes}
        by_name = {forms.DECIBEL_MILLIWATTS, forms.WATTS, forms.AMPERES}
        await self._know(int(index) for index, data_type in types.items() if data_type in by_name and index.isdigit())
        await self.get(oids.under(f"{entry}.5", index) for index in indexes)
        found: list[_Row] = []
        for index, data_type in types.items():
            if not index.isdigit() or self._values.get(oids.under(f"{entry}.5", index)) == 2:
                continue
            kind = forms.kind_of(data_type, self._names.entities.get(int(index), ""))
            if kind is not None and kind in search.kinds:
                maker = forms.EntitySensorMaker(kind, entry, rule.thresholds)
                busy = self._is_busy(kind, rule, index)
                found.append(
                    _Row(position, kind, index, maker, rule.name or ENTITY, busy=busy, reads=f"entity {index}")
                )
        return found

    def _is_busy(self, kind: HealthKind, rule: SensorRule, index: str) -> bool:
        if kind not in LINES or not self._busy:
            return True
        first = index.split(".", 1)[0]
        if not first.isdigit():
            return True
        if "{interface" in (rule.name or ""):
            return int(first) in self._names.busy
        return bool(self._names.line_of(int(first), self._busy))

    async def sensors(self, rows: Sequence[_Row]) -> list[Sensor]:
        """The sensors of these rows, those that turn out to measure something."""
        for row in rows:
            row.parts = parts_of(row.name or ENTITY, row.index)
        await self.get(instance for row in rows for instance in needed(row.parts))
        for _ in range(MOST_ROUNDS):
            wanted = [
                instance
                for row in rows
                for instance in row.maker.needs(row.index, self._values)
                if instance not in self._asked
            ]
            if not wanted:
                break
            await self.get(wanted)
        await self._know(entity for row in rows for entity in entities_in(row.parts, self._values))
        called = self._unique(rows)
        made = (row.maker.make(name, row.index, self._values) for row, name in zip(rows, called, strict=True))
        return [sensor for sensor in made if sensor is not None]

    async def _know(self, entities: Iterable[int]) -> None:
        """Have the names of these entities at hand."""
        missing = [entity for entity in dict.fromkeys(entities) if entity not in self._names.entities]
        if not missing:
            return
        columns = (oids.ENT_PHYSICAL_NAME, oids.ENT_PHYSICAL_DESCR)
        await self.get(oids.under(column, entity) for entity in missing for column in columns)
        learned = {
            entity: next(
                (text for column in columns if (text := text_of(self._values.get(oids.under(column, entity))))), ""
            )
            for entity in missing
        }
        self._names = replace(self._names, entities={**self._names.entities, **learned})

    def _unique(self, rows: Sequence[_Row]) -> list[str]:
        """A name for each row; those of one kind that would be called alike get their index behind."""
        plain = [
            render(row.parts, row.number, self._values, self._names) or f"{row.kind}{row.number or row.index}"
            for row in rows
        ]
        return unique([(row.kind, name, row.index) for row, name in zip(rows, plain, strict=True)])


def _once(rows: list[_Row]) -> list[_Row]:
    """The rows without those that read what an earlier one of their kind reads."""
    found: dict[tuple[str, str], _Row] = {}
    return [row for row in rows if found.setdefault((row.kind, row.reads or f"{row.position}.{row.index}"), row) is row]


def _numbered(rows: list[_Row]) -> list[_Row]:
    """The rows with their place among those of their kind; one that is alone gets none."""
    for kind in {row.kind for row in rows}:
        alike = [row for row in rows if row.kind == kind]
        for number, row in enumerate(alike, start=1):
            row.number = str(number) if len(alike) > 1 else ""
    return rows


def unique(named: Collection[tuple[str, str, str]]) -> list[str]:
    """Names of (kind, name, index): the name, or with its index behind where its kind has another of that name."""
    seen: dict[tuple[str, str], int] = {}
    for kind, name, _ in named:
        seen[kind, name] = seen.get((kind, name), 0) + 1
    taken: set[tuple[str, str]] = set()
    found: list[str] = []
    for kind, name, index in named:
        called = f"{name} #{index}" if index and seen[kind, name] > 1 else name
        while (kind, called) in taken:
            called += "+"
        taken.add((kind, called))
        found.append(called)
    return found
