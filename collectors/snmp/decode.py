"""From an answer to readings. The hot path: one look-up for all values of an interface, one object for its reading."""

from typing import Any, Final

from collectors.snmp.counters import Sample, rates
from collectors.snmp.gufo import Answer
from collectors.snmp.plan import InterfaceItem
from foundation.messages import CounterVerdict, InterfaceReading

SHORTEST: Final = 2.0
"""Seconds. Over less, the agents' own refresh of their counters would be taken for traffic."""
LONGEST: Final = 600.0
"""Seconds. A mean over more says nothing about this moment."""

_FIRST: Final = CounterVerdict.FIRST


def read_interface(item: InterfaceItem, answer: Answer, ticks: int | None) -> InterfaceReading | None:
    """One interface's reading; its track keeps the sample for the next. None when the instance is not there any more.

    `ticks` is the answer's own sysUpTime.
    """
    values: tuple[Any, ...]
    try:
        values = item.fetch(answer)
    except KeyError:
        get = answer.get
        values = tuple(get(oid) for oid in item.columns)
    admin, oper = values[0], values[1]
    if type(admin) is not int or type(oper) is not int:
        return None
    sample: Sample = values[2:]  # type: ignore[assignment]  # seven of them
    track = item.track
    before = track.sample
    if ticks is None:
        track.forget()
        return InterfaceReading(item.name, admin, oper, CounterVerdict.CORRUPT)
    if before is None:
        track.sample, track.ticks = sample, ticks
        return InterfaceReading(item.name, admin, oper, track.verdict)
    seconds = ((ticks - track.ticks) & 0xFFFFFFFF) / 100
    if seconds < SHORTEST:
        # The older sample stays, so that the next look has a whole interval to divide by.
        return InterfaceReading(item.name, admin, oper, _FIRST)
    track.sample, track.ticks = sample, ticks
    if seconds > LONGEST:
        return InterfaceReading(item.name, admin, oper, _FIRST)
    speed = item.speed
    verdict, in_bps, out_bps, in_errors, out_errors, in_discards, out_discards = rates(
        before, sample, seconds, speed, item.wide
    )
    return InterfaceReading(
        item.name,
        admin,
        oper,
        verdict,
        in_bps,
        out_bps,
        in_bps * 100 / speed if speed and in_bps is not None else None,
        out_bps * 100 / speed if speed and out_bps is not None else None,
        in_errors,
        out_errors,
        in_discards,
        out_discards,
    )


def moved(item: InterfaceItem, answer: Answer) -> bool:
    """Whether another interface stands at this index now (asked only where the agent has no ifTableLastChange)."""
    return bool(item.identity) and answer.get(item.identity) != item.if_name
