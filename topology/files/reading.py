"""Checks the rows of one section, one by one: what is good is handed on, what is wrong becomes problems."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from foundation.documents import Document, Route, validate
from foundation.problems import Place, ProblemError
from topology.files.findings import Findings, Register

Row = TypeVar("Row", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Read(Generic[Row]):
    """A good row, and the way to where it stands."""

    document: Document
    route: Route
    row: Row

    @property
    def place(self) -> Place:
        """Where the row begins."""
        return self.document.place(self.route)

    def at(self, *steps: str | int) -> Place:
        """Where one of its values stands."""
        return self.document.place((*self.route, *steps))


def read_rows(
    document: Document,
    section: Route,
    model: type[Row],
    key: str,
    register: Register | None,
    findings: Findings,
    refused: list[object] | None = None,
) -> Iterator[Read[Row]]:
    """The good rows of a section, in order; rows whose `key` is taken already are refused too.

    What was refused by the model is added to `refused` as it stands in the file.
    """
    rows: Any = document.data
    for step in section:
        rows = rows.get(step, [])
    for position, raw in enumerate(rows):
        route = (*section, position)
        try:
            row = validate(document, model, route=route)
        except ProblemError as error:
            findings.problems.extend(error.problems)
            if refused is not None:
                refused.append(raw)
            if register is not None:
                register.break_row(raw.get(key) if isinstance(raw, dict) else None)
            continue
        read = Read(document, route, row)
        if register is None or register.declare(getattr(row, key), read.at(key), findings):
            yield read
