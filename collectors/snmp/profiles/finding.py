"""Which sensors a device has: its profile's rules, looked up on the device itself when the inventory is taken.

What is asked: all scalars of all rules at once, then one walk for each column that makes rows, then exact instances of
whatever else the rows need, packed full. A rule whose column is empty costs one request, one that falls back nothing
as long as it is not needed, and nothing is asked twice.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from collectors.snmp import oids
from collectors.snmp.kinds import HealthKind
from collectors.snmp.profiles import forms
from collectors.snmp.profiles.choosing import LINES, MOST_SENSORS, Wish, choose
from collectors.snmp.profiles.known import Agent, Known
from collectors.snmp.profiles.makers import Maker, MeanMaker, holds, maker_of, place
from collectors.snmp.profiles.names import EntityNames, Part, keys_in, needed, parts_of, render, without_placeholders
from collectors.snmp.profiles.profile import Profile, Search
from collectors.snmp.profiles.schema import SensorRule
from collectors.snmp.profiles.sensors import Measure, Sensor

MOST_ROUNDS: Final = 12
"""Of questions about rows whose answers lead to further questions."""

ENTITY: Final = "{entity}"


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
    known = Known(talk, context or EntityNames())
    search = _Search(known)
    rules = list(enumerate(profile.searches))
    await known.get(_scalars(one.rule for _, one in rules))
    rows = await search.rows([(position, one) for position, one in rules if not one.rule.fallback])
    for position, one in rules:
        if one.rule.fallback:
            missing = one.kinds - {row.kind for row in rows if row.position < position}
            if missing:
                rows += await search.rows([(position, Search(one.rule, missing))])
    rows = _once(sorted(rows, key=lambda row: row.position))
    chosen = choose([Wish(row.kind, row.busy) for row in rows], most)
    return await search.sensors([rows[number] for number in chosen])


def _scalars(rules: Iterable[SensorRule]) -> list[str]:
    """All instances that rules name outright."""
    found: list[str] = []
    for rule in rules:
        found.append(rule.object or "")
        found.extend(where.object or "" for part in rule.shares for where in part or ())
        found.extend(requirement.object or "" for requirement in rule.require)
    return [oid for oid in dict.fromkeys(found) if oid]


class _Search:
    """The search for one device's sensors."""

    def __init__(self, known: Known) -> None:
        self._known = known

    async def rows(self, rules: Sequence[tuple[int, Search]]) -> list[_Row]:
        """The rows of these rules that may be sensors."""
        indexes: dict[int, list[str]] = {}
        for position, search in rules:
            # A scalar that says no saves the walk.
            by_scalar = [requirement for requirement in search.rule.require if requirement.object is not None]
            if all(holds(requirement, "", self._known.values) for requirement in by_scalar):
                indexes[position] = await self._indexes(search.rule)
        required = [
            place(requirement, index)
            for position, search in rules
            for requirement in search.rule.require
            if requirement.column is not None
            for index in indexes.get(position, ())
        ]
        await self._known.get(required)
        found: list[_Row] = []
        for position, search in rules:
            kept = [
                index
                for index in indexes.get(position, ())
                if all(holds(requirement, index, self._known.values) for requirement in search.rule.require)
            ]
            if kept:
                found.extend(await self._rows_of(position, search, kept))
        return found

    async def _indexes(self, rule: SensorRule) -> list[str]:
        if rule.form == "storage":
            return await self._known.walk(oids.HR_STORAGE_TYPE)
        if rule.form == "entity-sensor":
            return await self._known.walk(f"{rule.table or forms.ENTITY_SENSOR_ENTRY}.1")
        column = rule.walked
        if column is not None:
            return await self._known.walk(column)
        first = next(iter(_scalars([rule])))
        return [""] if self._known.values.get(first) is not None else []

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
            indexes = [index for index in indexes if plain.make("", index, self._known.values) is not None]
        if kind in LINES and not self._by_interface(rule):
            await self._known.know_entities(int(first) for index in indexes if (first := _first(index)).isdigit())
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
        await self._known.get(oids.under(oids.HR_STORAGE_DESCR, index) for index in indexes)
        spare = forms.reclaimable(self._known.values, indexes)
        found: list[_Row] = []
        for index in indexes:
            name = forms.storage_name(self._known.values, index)
            kind = forms.storage_kind(self._known.values.get(oids.under(oids.HR_STORAGE_TYPE, index)), name)
            if kind is not None and kind in search.kinds:
                template = search.rule.name
                if template is None:
                    template = "memory{number}" if kind == "memory" else "{column:" + oids.HR_STORAGE_DESCR + "}"
                found.append(_Row(position, kind, index, forms.StorageMaker(kind, spare), template))
        sizes = [oids.under(oids.HR_STORAGE_SIZE, row.index) for row in found]
        await self._known.get(sizes)
        # Swap space of no size is no memory that is numbered.
        return [row for row, size in zip(found, sizes, strict=True) if self._known.values.get(size) != 0]

    async def _entity_rows(self, position: int, search: Search, indexes: list[str]) -> list[_Row]:
        rule = search.rule
        entry = rule.table or forms.ENTITY_SENSOR_ENTRY
        types = {index: self._known.values.get(oids.under(f"{entry}.1", index)) for index in indexes}
        by_name = {forms.DECIBEL_MILLIWATTS, forms.WATTS, forms.AMPERES}
        await self._known.know_entities(
            int(index) for index, data_type in types.items() if data_type in by_name and index.isdigit()
        )
        await self._known.get(oids.under(f"{entry}.5", index) for index in indexes)
        found: list[_Row] = []
        for index, data_type in types.items():
            if not index.isdigit() or self._known.values.get(oids.under(f"{entry}.5", index)) == 2:
                continue
            kind = forms.kind_of(data_type, self._known.names.entities.get(int(index), ""))
            if kind is not None and kind in search.kinds:
                maker = forms.EntitySensorMaker(kind, entry, rule.thresholds)
                busy = self._is_busy(kind, rule, index)
                found.append(
                    _Row(position, kind, index, maker, rule.name or ENTITY, busy=busy, reads=f"entity {index}")
                )
        return found

    def _is_busy(self, kind: HealthKind, rule: SensorRule, index: str) -> bool:
        """False for the optics of an interface that nothing is connected to. One that none can be found for is busy."""
        first = _first(index)
        if kind not in LINES or not first.isdigit():
            return True
        names = self._known.names
        return not names.is_idle(int(first) if self._by_interface(rule) else names.line_of(int(first)))

    @staticmethod
    def _by_interface(rule: SensorRule) -> bool:
        """Whether the rule's rows are interfaces, by its own word."""
        name = rule.name or ""
        return "{interface}" in name or "{interface.1}" in name

    async def sensors(self, rows: Sequence[_Row]) -> list[Sensor]:
        """The sensors of these rows, those that turn out to measure something."""
        for row in rows:
            row.parts = parts_of(row.name or ENTITY, row.index)
        await self._known.get(instance for row in rows for instance in needed(row.parts))
        for _ in range(MOST_ROUNDS):
            wanted = [
                instance
                for row in rows
                for instance in row.maker.needs(row.index, self._known.values)
                if instance not in self._known.asked
            ]
            if not wanted:
                break
            await self._known.get(wanted)
        await self._known.know_entities(key for row in rows for key in keys_in("entity", row.parts, self._known.values))
        await self._known.know_interfaces(
            key for row in rows for key in keys_in("interface", row.parts, self._known.values)
        )
        called = self._unique(rows)
        found: list[Sensor] = []
        for row, name in zip(rows, called, strict=True):
            sensor = row.maker.make(name, row.index, self._known.values)
            if not row.busy and isinstance(sensor, Measure):
                # There is no light to expect where nothing is connected.
                sensor.forget_limits()
            if sensor is not None:
                found.append(sensor)
        return found

    def _unique(self, rows: Sequence[_Row]) -> list[str]:
        """A name for each row; those of one kind that would be called alike get their index behind."""
        plain = [
            render(row.parts, row.number, self._known.values, self._known.names)
            or f"{row.kind}{row.number or row.index}"
            for row in rows
        ]
        return unique([(row.kind, name, row.index) for row, name in zip(rows, plain, strict=True)])


def _first(index: str) -> str:
    """The first arc of an index."""
    return index.split(".", 1)[0]


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
