"""From an answer to readings. The hot path: one dictionary look-up a value, one object an interface."""

from typing import Final

from collectors.snmp.counters import Sample, rates
from collectors.snmp.gufo import Answer
from collectors.snmp.plan import InterfaceItem
from foundation.messages import CounterVerdict, InterfaceReading

SHORTEST: Final = 2.0
"""Seconds. Over less, the agents' own refresh of their counters would be taken for traffic."""
LONGEST: Final = 600.0
"""Seconds. A mean over more says nothing about this moment."""


def read_interface(item: InterfaceItem, answer: Answer, ticks: int | None) -> InterfaceReading | None:
    """One interface's reading; its track keeps the sample for the next. None when the instance is not there any more.

    `ticks` is the answer's own sysUpTime.
    """
    get = answer.get
    admin, oper = get(item.admin), get(item.oper)
    if type(admin) is not int or type(oper) is not int:
        return None
    sample = Sample(
        get(item.in_octets),  # type: ignore[arg-type]  # checked once, by _whole
        get(item.out_octets),  # type: ignore[arg-type]
        get(item.in_errors),  # type: ignore[arg-type]
        get(item.out_errors),  # type: ignore[arg-type]
        get(item.in_discards),  # type: ignore[arg-type]
        get(item.out_discards),  # type: ignore[arg-type]
        get(item.discontinuity),  # type: ignore[arg-type]
    )
    track = item.track
    before = track.sample
    if ticks is None or not _whole(sample):
        track.forget()
        return InterfaceReading(item.name, admin, oper, CounterVerdict.CORRUPT)
    if before is None:
        verdict = track.verdict
        track.sample, track.ticks = sample, ticks
        return InterfaceReading(item.name, admin, oper, verdict)
    seconds = ((ticks - track.ticks) & 0xFFFFFFFF) / 100
    if seconds < SHORTEST:
        # The older sample stays, so that the next look has a whole interval to divide by.
        return InterfaceReading(item.name, admin, oper, CounterVerdict.FIRST)
    track.sample, track.ticks = sample, ticks
    if seconds > LONGEST:
        return InterfaceReading(item.name, admin, oper, CounterVerdict.FIRST)
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


def _whole(sample: Sample) -> bool:
    """Whether every counter is a whole number or absent: a broken agent may send a string for one."""
    for value in sample:  # noqa: SIM110 - a generator would cost four times as much here
        if value is not None and type(value) is not int:
            return False
    return True


def moved(item: InterfaceItem, answer: Answer) -> bool:
    """Whether another interface stands at this index now (asked only where the agent has no ifTableLastChange)."""
    return bool(item.identity) and answer.get(item.identity) != item.if_name
