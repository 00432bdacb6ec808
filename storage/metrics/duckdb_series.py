"""Numbers for series: a row carries four bytes instead of its tags."""

from collections.abc import Iterable, Mapping, Sequence

from foundation.clock import Instant
from storage.metrics.store import TAGS, Measurement

Tags = tuple[str, ...]
"""A series' tag values, in the order of TAGS."""


class SeriesNumbers:
    """The known series of one measurement, and up to when each has been written.

    A row later than its series' latest is new: only the others must be looked for in the file before they are written.
    """

    def __init__(
        self,
        measurement: Measurement,
        known: Iterable[tuple[int, Tags]],
        written_until: Instant,
        latest: Mapping[int, Instant],
    ) -> None:
        """No series has a row at or after `written_until` but those in `latest`, which says their last."""
        self.measurement = measurement
        self._written_until = written_until
        self._latest = dict(latest)
        self._numbers: dict[Tags, int] = {}
        self._tags: dict[int, Tags] = {}
        self._by_device: dict[str, list[int]] = {}
        for number, tags in known:
            self._keep(number, tags)

    def assign(self, columns: Mapping[str, Sequence[str]]) -> tuple[list[int], dict[Tags, int]]:
        """The number of each row, and the series among them that are new: to `keep` once they are committed.

        What a new number stands for is known at once, since a reader may meet it as soon as it is committed. A number
        whose write failed is never given again.
        """
        numbers = self._numbers
        rows = zip(*(columns[tag] for tag in TAGS[self.measurement]), strict=True)
        found: list[int | None] = [numbers.get(row) for row in rows]
        new: dict[Tags, int] = {}
        if None not in found:
            return found, new  # type: ignore[return-value]
        free = max(self._tags, default=0) + 1
        rows = zip(*(columns[tag] for tag in TAGS[self.measurement]), strict=True)
        for position, row in enumerate(rows):
            if found[position] is None:
                if row not in new:
                    new[row] = free + len(new)
                    self._tags[new[row]] = row
                found[position] = new[row]
        return found, new  # type: ignore[return-value]

    def keep(self, new: Mapping[Tags, int]) -> None:
        """Remember new series, now that they are committed."""
        for tags, number in new.items():
            self._keep(number, tags)

    def are_new(self, numbers: Sequence[int], moments: Sequence[Instant]) -> bool:
        """Whether all rows are later than what their series have, and no two are of one series and moment."""
        latest, until = self._latest, self._written_until - 1
        if any([moment <= latest.get(number, until) for number, moment in zip(numbers, moments, strict=True)]):  # noqa: C419 - a list is faster
            return False
        return len(set(numbers)) == len(numbers) or len(set(zip(numbers, moments, strict=True))) == len(numbers)

    def written(self, numbers: Sequence[int], moments: Sequence[Instant], *, in_order: bool) -> None:
        """Remember rows that were committed; `in_order` when all were new and no series stands in them twice."""
        if in_order and len(set(numbers)) == len(numbers):
            self._latest.update(zip(numbers, moments, strict=True))
            return
        latest, until = self._latest, self._written_until - 1
        for number, moment in zip(numbers, moments, strict=True):
            if moment > latest.get(number, until):
                latest[number] = moment

    def of(self, wanted: Mapping[str, str]) -> list[int]:
        """Numbers of the series with these tags; `device` must be among them."""
        positions = [(TAGS[self.measurement].index(tag), value) for tag, value in wanted.items()]
        candidates = tuple(self._by_device.get(wanted["device"], ()))
        return [
            number
            for number in candidates
            if all(self._tags[number][position] == value for position, value in positions)
        ]

    @property
    def written_until(self) -> Instant:
        """No series had a row at or after this when the file was opened, but for those of hours not yet sorted."""
        return self._written_until

    def any(self) -> dict[str, str] | None:
        """The tags of some series; None when there is none."""
        return None if not self._tags else self.tags(next(iter(self._tags)))

    def tags(self, number: int) -> dict[str, str]:
        """What a number stands for."""
        return dict(zip(TAGS[self.measurement], self._tags[number], strict=True))

    def _keep(self, number: int, tags: Tags) -> None:
        self._tags[number] = tags
        self._numbers[tags] = number
        self._by_device.setdefault(tags[TAGS[self.measurement].index("device")], []).append(number)
