"""How many messages one person gets: a pure plan over what is due.

Within the window one address gets at most `per_person` messages. When more are due than are left, the last place is for
one digest of all that did not find a place; when none is left, they wait until the window frees one. Calls for 一级 and
二级 faults are never held back nor merged: they are few, and they must ring.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Due:
    """A message whose time has come."""

    id: int
    address: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What leaves now."""

    single: tuple[int, ...]
    """Messages that go as they are, in the order given."""
    digests: tuple[tuple[int, ...], ...]
    """Messages to be merged, one group for each digest."""


def plan(due: Iterable[Due], used: Mapping[str, int], per_person: int) -> Plan:
    """Divide due messages (in their order of leaving) by what each address has had in the window (`used`)."""
    ordered = list(due)
    by_address: dict[str, list[Due]] = {}
    for message in ordered:
        if not message.urgent:
            by_address.setdefault(message.address, []).append(message)
    single = {message.id for message in ordered if message.urgent}
    digests = []
    for address, messages in by_address.items():
        left = per_person - used.get(address, 0) - sum(1 for m in ordered if m.urgent and m.address == address)
        if len(messages) <= left:
            single.update(message.id for message in messages)
        elif left > 0:
            single.update(message.id for message in messages[: left - 1])
            rest = tuple(message.id for message in messages[left - 1 :])
            digests.append(rest)
    return Plan(tuple(message.id for message in ordered if message.id in single), tuple(digests))
