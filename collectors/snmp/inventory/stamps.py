"""The objects by which agents say when a table last changed: a table that has not is not walked again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from collectors.snmp import oids
from collectors.snmp.gufo import Answer
from collectors.snmp.inventory.model import Inventory
from collectors.snmp.text import number_of
from foundation.clock import DAY, Instant

INTERFACES: Final = oids.IF_TABLE_LAST_CHANGE
MODULES: Final = "1.3.6.1.2.1.47.1.4.1.0"
"""entLastChangeTime (RFC 6933)."""
NEIGHBOURS: Final = "1.0.8802.1.1.2.1.2.1.0"
"""lldpStatsRemTablesLastChangeTime (IEEE 802.1AB)."""

COUNT: Final = "1.3.6.1.2.1.2.1.0"
"""ifNumber (RFC 2863): gives agents away whose stamp of the interfaces never moves."""

STAMPS: Final = (INTERFACES, MODULES, NEIGHBOURS, COUNT)

TRUST: Final = DAY
"""How long tables go unwalked on their stamps' word: some agents have the objects and never move them."""


@dataclass(frozen=True, slots=True)
class Stamps:
    """What the stamps read before the walks began, and what they had read when the tables were last walked."""

    now: Mapping[str, int]
    before: Mapping[str, int]

    def same(self, stamp: str) -> bool:
        """The table has not changed since it was walked."""
        if stamp == INTERFACES and self.now.get(COUNT) != self.before.get(COUNT):
            return False
        return stamp in self.now and self.now[stamp] == self.before.get(stamp)


def read_stamps(answer: Answer, before: Inventory | None, now: Instant) -> Stamps:
    """From an answer that holds STAMPS. `before` is the last inventory, if it can be trusted."""
    found = {stamp: number for stamp in STAMPS if (number := number_of(answer, stamp)) is not None}
    trusted = before is not None and (not now or now - before.walked_at < TRUST)
    return Stamps(found, before.stamps if before is not None and trusted else {})
