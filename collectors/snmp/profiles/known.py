"""What is known of one device while its sensors are looked for: nothing is asked twice."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, Protocol

from collectors.snmp import oids
from collectors.snmp.gufo import Answer, Value
from collectors.snmp.profiles.names import EntityNames
from collectors.snmp.text import text_of

MOST_ROWS: Final = 1_024
"""Of one column: a table that is longer is looked at so far."""


class Agent(Protocol):
    """What is asked: a conversation with the device's agent."""

    async def get(self, oids: list[str]) -> Answer:
        """The values of these instances; those that don't exist are left out."""
        ...

    async def walk(self, column: str) -> dict[str, Value]:
        """All instances of a column, by index."""
        ...


class Known:
    """Values and names of one device, as far as they were asked for."""

    def __init__(self, talk: Agent, names: EntityNames) -> None:
        self.values: Answer = {}
        self.asked: set[str] = set()
        """The instances that were asked for, whether they exist or not."""
        self.names = names
        self._talk = talk
        self._walked: dict[str, list[str]] = {}

    async def get(self, instances: Iterable[str]) -> None:
        """Have the values of these instances at hand, those that exist."""
        wanted: list[str] = []
        for instance in instances:
            if instance in self.asked:
                continue
            self.asked.add(instance)
            known = self.names.known(instance)
            if known is None:
                wanted.append(instance)
            else:
                self.values[instance] = known
        if wanted:
            self.values.update(await self._talk.get(wanted))

    async def walk(self, column: str) -> list[str]:
        """The indexes of a column; its values are at hand then."""
        if column not in self._walked:
            found = await self._talk.walk(column)
            for index, value in found.items():
                instance = oids.under(column, index)
                self.values[instance] = value
                self.asked.add(instance)
            self._walked[column] = list(found)[:MOST_ROWS]
        return self._walked[column]

    async def know_entities(self, entities: Iterable[int]) -> None:
        """Have the names of these entities at hand."""
        missing = [entity for entity in dict.fromkeys(entities) if entity not in self.names.entities]
        if not missing:
            return
        columns = (oids.ENT_PHYSICAL_NAME, oids.ENT_PHYSICAL_DESCR)
        await self.get(oids.under(column, entity) for entity in missing for column in columns)
        learned = {
            entity: next(
                (text for column in columns if (text := text_of(self.values.get(oids.under(column, entity))))), ""
            )
            for entity in missing
        }
        self.names = replace(self.names, entities={**self.names.entities, **learned})

    async def know_interfaces(self, indexes: Iterable[int]) -> None:
        """Have the names of these interfaces at hand."""
        missing = [index for index in dict.fromkeys(indexes) if index not in self.names.interfaces]
        if missing:
            await self.get(oids.under(oids.IF_NAME, index) for index in missing)
            learned = {index: text_of(self.values.get(oids.under(oids.IF_NAME, index))) for index in missing}
            self.names = replace(self.names, interfaces={**self.names.interfaces, **learned})
