"""Scenarios: faults that come and go over time, read from a YAML file.

repeat: 12 min            # the round starts again after this long; left out, it is played once
faults:
  - {at: 25 s, fault: device-dead, target: 530102-R1, for: 90 s}
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from foundation.clock import Instant
from foundation.documents import Document, read_document, validate
from foundation.problems import Problem, ProblemError, did_you_mean
from foundation.settings import Duration, StrictModel
from simulator.faults import KINDS, MODELS, AnyFault, length
from simulator.targets import TargetError, resolve
from topology.network import Network


@dataclass(frozen=True, slots=True)
class TimedFault:
    """A fault and when it begins, in milliseconds from the round's start."""

    at: int
    fault: AnyFault


@dataclass(frozen=True, slots=True)
class Scenario:
    """Faults in the order in which they begin."""

    faults: tuple[TimedFault, ...]
    repeat: int | None = None
    """Milliseconds from one round's start to the next; None when it is played once."""

    def occurrences(self, started: Instant) -> Iterator[tuple[Instant, AnyFault]]:
        """Every fault with the instant at which it begins, without end when the scenario repeats."""
        if self.faults:
            for round_ in count() if self.repeat else (0,):
                start = started + round_ * (self.repeat or 0)
                for timed in self.faults:
                    yield start + timed.at, timed.fault


class _File(StrictModel):
    repeat: Annotated[Duration | None, Field(gt=0)] = None
    faults: list[dict[str, Any]]


class _At(StrictModel):
    at: Duration


def load_scenario(path: Path, network: Network, *, name: str | None = None) -> Scenario:
    """Read a scenario and check it against the network.

    Raises ProblemError with everything that is wrong: unknown keys and faults, targets that the network does not have,
    and faults of a repeating scenario that would outlast its round.
    """
    document = read_document(path, name=name)
    if not isinstance(document.data, dict):
        raise ProblemError([Problem(document.place(()), 'a scenario is a mapping with the key "faults".')])
    file = validate(document, _File)
    problems: list[Problem] = []
    faults: list[TimedFault] = []
    for position in range(len(file.faults)):
        try:
            timed = _timed(document, position, network)
            _check_end(document, position, timed, file.repeat)
            faults.append(timed)
        except ProblemError as error:
            problems.extend(error.problems)
    if problems:
        raise ProblemError(problems)
    return Scenario(tuple(sorted(faults, key=lambda timed: timed.at)), file.repeat)


def _timed(document: Document, position: int, network: Network) -> TimedFault:
    route = ("faults", position)
    data = dict(document.data["faults"][position])
    kind = data.get("fault")
    if kind not in KINDS:
        message = 'the key "fault" is missing.' if kind is None else f'there is no fault "{kind}".'
        hint = did_you_mean(str(kind), KINDS) or f"There are: {', '.join(KINDS)}."
        raise ProblemError([Problem(document.place((*route, "fault")), message, hint)])
    at = validate(_only(document, route, {"at": data.pop("at")} if "at" in data else {}), _At, route=route).at
    model = MODELS[KINDS.index(str(kind))]
    fault = validate(_only(document, route, data), model, route=route)
    try:
        resolve(fault, network)  # type: ignore[arg-type]
    except TargetError as error:
        raise ProblemError([Problem(document.place((*route, "target")), str(error))]) from None
    return TimedFault(at, fault)  # type: ignore[arg-type]


def _only(document: Document, route: tuple[str | int, ...], data: dict[str, Any]) -> Document:
    """The document with one entry's data in place of what stands there, lines kept."""
    faults = list(document.data["faults"])
    faults[int(route[1])] = data
    return Document(document.file, {**document.data, "faults": faults}, document.lines)


def _check_end(document: Document, position: int, timed: TimedFault, repeat: int | None) -> None:
    lasts = length(timed.fault)
    if repeat is None:
        return
    place = document.place(("faults", position))
    if lasts is None:
        raise ProblemError([Problem(place, "a fault of a repeating scenario must end.", 'Give it "for".')])
    if timed.at >= repeat or lasts >= repeat:
        raise ProblemError([Problem(place, '"at" and "for" must each be shorter than "repeat".')])
