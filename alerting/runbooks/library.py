"""Which runbook answers an alert."""

from collections.abc import Iterable, Iterator, Mapping

from alerting.runbooks.model import Runbook


class RunbookLibrary:
    """All runbooks, immutable."""

    def __init__(self, runbooks: Iterable[Runbook]) -> None:
        self._by_id = {runbook.id: runbook for runbook in sorted(runbooks, key=lambda runbook: runbook.id)}
        # The most specific first, ties by id: the first that agrees is the answer.
        self._ranked = sorted(self._by_id.values(), key=lambda runbook: (-len(runbook.match), runbook.id))

    def __len__(self) -> int:
        """How many there are."""
        return len(self._by_id)

    def __iter__(self) -> Iterator[Runbook]:
        """In the order of their ids."""
        return iter(self._by_id.values())

    def get(self, runbook: str) -> Runbook | None:
        """By id."""
        return self._by_id.get(runbook)

    def match(self, labels: Mapping[str, str]) -> Runbook | None:
        """The runbook of which all labels agree; of several the one with most labels, then the first by id."""
        return next((runbook for runbook in self._ranked if _agrees(runbook, labels)), None)


def _agrees(runbook: Runbook, labels: Mapping[str, str]) -> bool:
    return all(labels.get(label) in values for label, values in runbook.match.items())
