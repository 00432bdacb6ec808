"""What a runbook consists of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step of the cure, ticked by itself. The text may hold command lines in ``` fences."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One section, its text as Markdown."""

    key: str
    """`symptom`, `verify`, `cure`, `confirm` or `escalate`."""
    title: str
    title_en: str
    text: str


@dataclass(frozen=True, slots=True)
class Runbook:
    """How one kind of trouble is healed."""

    id: str
    title: str
    title_en: str
    match: Mapping[str, tuple[str, ...]]
    """Labels of an alert and the values answered; every label must agree."""
    sections: tuple[Section, ...]
    steps: tuple[Step, ...]


SECTIONS: Final = (
    ("symptom", "现象", "Symptom"),
    ("verify", "核实", "How to verify"),
    ("cure", "处置", "Cure"),
    ("confirm", "确认恢复", "How to confirm"),
    ("escalate", "升级", "When to call whom"),
)
"""The form of every runbook: key, heading in the file, heading in English; in this order."""
