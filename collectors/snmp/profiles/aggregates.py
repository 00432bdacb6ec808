"""Sensors that are worked out from several objects: percentages, and means of many alike."""

from collections.abc import Mapping

from collectors.snmp.gufo import Value
from collectors.snmp.kinds import KINDS, HealthKind
from collectors.snmp.profiles.judging import Limits
from collectors.snmp.profiles.sensors import unknown
from collectors.snmp.profiles.values import Decoder
from foundation.messages import HealthReading


class Share:
    """A percentage from two of used, free and total, in one unit."""

    __slots__ = ("_free", "_judge", "_total", "_used", "entity", "kind", "oids")

    def __init__(
        self,
        entity: str,
        kind: HealthKind,
        used: tuple[str, ...],
        free: tuple[str, ...],
        total: tuple[str, ...],
        limits: Limits | None = None,
    ) -> None:
        """The instances of each are added; the one of the three that is empty is worked out."""
        self.entity = entity
        self.kind = kind
        self.oids: tuple[str, ...] = tuple(dict.fromkeys((*used, *free, *total)))
        self._used, self._free, self._total = used, free, total
        self._judge = None if limits is None else limits.judge

    def read(self, answer: Mapping[str, Value]) -> HealthReading:
        """Unknown where a value is missing, or the values contradict each other."""
        total = _sum(answer, self._total) if self._total else None
        free = _sum(answer, self._free) if self._free else None
        if self._used:
            used = _sum(answer, self._used)
            if total is None and used is not None and free is not None:
                total = used + free
        else:
            used = None if total is None or free is None else total - free
        if used is None or total is None or total <= 0 or not 0 <= used <= total:
            return unknown(self.entity, self.kind)
        value = used * 100 / total
        if self._judge is None:
            return HealthReading(self.entity, self.kind, value, "%")
        status, limit, source = self._judge(value)
        return HealthReading(self.entity, self.kind, value, "%", status, limit, source)


def _sum(answer: Mapping[str, Value], oids: tuple[str, ...]) -> int | None:
    """The first must be there; others may be missing."""
    first = answer.get(oids[0])
    if type(first) is not int:
        return None
    for oid in oids[1:]:
        part = answer.get(oid)
        if type(part) is int:
            first += part
    return first


class Reclaimed:
    """Main memory of a host: used, less what can be had back at once, of the size (hrStorageTable).

    net-snmp counts buffers and cache as used and lists each in a row of its own.
    """

    __slots__ = ("_reclaimable", "_size", "_used", "entity", "kind", "oids")

    def __init__(self, entity: str, kind: HealthKind, used: str, size: str, reclaimable: tuple[str, ...] = ()) -> None:
        self.entity = entity
        self.kind = kind
        self.oids: tuple[str, ...] = (used, size, *reclaimable)
        self._used, self._size, self._reclaimable = used, size, reclaimable

    def read(self, answer: Mapping[str, Value]) -> HealthReading:
        """Unknown where the size is 0 or the figures contradict each other."""
        used, size = answer.get(self._used), answer.get(self._size)
        if type(used) is not int or type(size) is not int or size <= 0 or not 0 <= used <= size:
            return unknown(self.entity, self.kind)
        for oid in self._reclaimable:
            part = answer.get(oid)
            if type(part) is int and 0 <= part <= used:
                used -= part
        return HealthReading(self.entity, self.kind, used * 100 / size, "%")


class Mean:
    """The mean of many alike."""

    __slots__ = ("_decode", "_unit", "entity", "kind", "oids")

    def __init__(self, entity: str, kind: HealthKind, oids: tuple[str, ...], decode: Decoder) -> None:
        self.entity = entity
        self.kind = kind
        self.oids = oids
        self._decode = decode
        self._unit = KINDS[kind].unit

    def read(self, answer: Mapping[str, Value]) -> HealthReading:
        """Of those that answered."""
        total, count = 0.0, 0
        for oid in self.oids:
            value = self._decode(answer.get(oid))
            if value is not None:
                total += value
                count += 1
        if not count:
            return unknown(self.entity, self.kind)
        return HealthReading(self.entity, self.kind, total / count, self._unit)
