"""A month of a network, made up from a seed: devices and lines fail, and agencies behind them are cut off."""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

from foundation import calendar
from foundation.clock import DAY, HOUR, MINUTE, SECOND, Instant
from foundation.messages import State
from reports.given import MonthInput
from reports.rows import IncidentRow
from tests.reports.timelines import Span
from topology.network import Network


def made_up(
    network: Network, month: str, now: Instant, *, failures: int, seed: int = 1, incidents: Sequence[IncidentRow] = ()
) -> MonthInput:
    """A month with so many failures of devices and lines, and two windows of planned work."""
    start, full_end = calendar.month_bounds(month)
    end = min(now, full_end)
    previous_start, _ = calendar.month_bounds(calendar.month_of(start - DAY))
    chance = random.Random(seed)
    agencies, devices = _history(network, start, end, failures, chance)
    before, _ = _history(network, previous_start, start, failures, chance)
    return MonthInput(
        month, start, end, now < full_end, now, agencies, devices, previous_start, before, list(incidents)
    )


def _history(
    network: Network, start: Instant, end: Instant, failures: int, chance: random.Random
) -> tuple[Mapping[str, list[Span]], Mapping[str, list[Span]]]:
    """Non-up stretches first, then the gaps between them filled with UP: a timeline without gap or overlap."""
    breaks: dict[str, list[Span]] = defaultdict(list)
    routers, links = sorted(network.devices), sorted(network.links)
    for _ in range(failures):
        at = chance.randrange(start, end)
        length = chance.choice([20 * SECOND, 45 * SECOND, 5 * MINUTE, 20 * MINUTE, 2 * HOUR, 9 * HOUR])
        if chance.random() < 0.7:
            root = chance.choice(routers)
            lost = network.cut_off([root]).devices
            breaks[root].append(Span(State.DOWN, at, min(at + length, end), root))
        else:
            root = chance.choice(links)
            lost = network.cut_off((), [root]).devices
        for device in sorted(lost):
            jitter = chance.randrange(0, 5 * SECOND)
            breaks[device].append(Span(State.UNREACHABLE, at + jitter, min(at + jitter + length, end), root))
    for router in chance.sample(routers, min(40, len(routers))):
        at = chance.randrange(start, end)
        breaks[router].append(Span(State.MAINTENANCE, at, min(at + 2 * HOUR, end)))
    for router in routers:
        # The platform itself was away for a while on the 9th.
        breaks[router].append(Span(State.UNKNOWN, start + 8 * DAY + 3 * HOUR, start + 8 * DAY + 4 * HOUR))
    devices = {router: _filled(breaks[router], start, end) for router in routers}
    return {agency.id: devices[agency.device] for agency in network.agencies.values()}, devices


def _filled(breaks: list[Span], start: Instant, end: Instant) -> list[Span]:
    spans: list[Span] = []
    reached = start
    for span in sorted(breaks, key=lambda span: span.start):
        assert span.end is not None
        first, last = max(span.start, reached), min(span.end, end)
        if first >= last:
            continue
        if first > reached:
            spans.append(Span(State.UP, reached, first))
        # What reaches the window's end still lasts: the timeline has no end for it.
        spans.append(Span(span.state, first, None if last == end else last, span.cause))
        reached = last
    if reached < end:
        spans.append(Span(State.UP, reached, None))
    return spans
