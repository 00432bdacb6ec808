"""Reads what a month's report is made from: the timeline, the incidents, and what `measure` tells. Only this file asks
the records."""

from collections.abc import Iterable
from itertools import groupby

from sqlalchemy.orm import Session

from alerting.incidents.queries import incidents_between
from alerting.incidents.views import IncidentView
from alerting.timeline.queries import Interval, intervals
from alerting.timeline.track import LINK, PRIVATE_NETWORK, SITE
from foundation import calendar
from foundation.clock import DAY, Instant
from foundation.messages import State
from foundation.problems import OperatorError
from reports.given import MonthInput
from reports.load import Measure, MonthLoad
from reports.naming import Naming
from reports.rows import IncidentRow, Name, Standing
from reports.work import works
from storage.records.database import Records
from topology.network import Network


def read_month(
    records: Records, network: Network, month: str, now: Instant, measure: Measure | None = None
) -> MonthInput:
    """Read a month written `2026-11`, as far as it has passed at `now`; `measure` tells the load of lines.

    Raises OperatorError when the text is no month, when the month has not begun, and when the records are out of reach.
    """
    start, full_end = window_of(month, now)
    end = min(full_end, now)
    previous_start, _ = calendar.month_bounds(calendar.month_of(start - DAY))
    # Before the records: it may take a while, and no transaction needs to wait for it.
    load = MonthLoad() if measure is None else measure(start, end)
    with records.reading() as session:
        agencies = intervals(session, "agency", None, start, end)
        return MonthInput(
            month=month,
            start=start,
            end=end,
            provisional=now < full_end,
            made_at=now,
            agencies=_by_object(agencies),
            devices=_by_object(intervals(session, "device", None, start, end)),
            previous_start=previous_start,
            previous_agencies=_by_object(intervals(session, "agency", None, previous_start, start)),
            incidents=_incidents(session, network, start, end),
            works=works(session, network, agencies, start, end),
            links=_by_object(intervals(session, LINK, None, start, end)),
            sites=_by_object(intervals(session, SITE, None, start, end)),
            private_networks=_by_object(intervals(session, PRIVATE_NETWORK, None, start, end)),
            load=load,
        )


def window_of(month: str, now: Instant) -> tuple[Instant, Instant]:
    """The month's first instant and the first after it.

    Raises OperatorError when the text is no month, or the month has not begun.
    """
    try:
        start, end = calendar.month_bounds(month)
    except ValueError:
        raise OperatorError(f'"{month}" is no month. Write it like 2026-11.') from None
    if now <= start:
        raise OperatorError(f"The month {month} has not begun, so there is nothing to report. Name one that has.")
    return start, end


def was_watched(records: Records, month: str, now: Instant) -> bool:
    """Whether anything at all was observed of the agencies in a month."""
    start, end = window_of(month, now)
    with records.reading() as session:
        return any(
            interval.state is not State.UNKNOWN for interval in intervals(session, "agency", None, start, min(end, now))
        )


def _by_object(found: Iterable[Interval]) -> dict[str, list[Interval]]:
    return {
        object_id: list(own) for object_id, own in groupby(sorted(found, key=lambda interval: interval.id), _object_id)
    }


def _object_id(interval: Interval) -> str:
    return interval.id


def _incidents(session: Session, network: Network, start: Instant, end: Instant) -> list[IncidentRow]:
    naming = Naming(network)
    rows = [_row(incident, network, naming, start, end) for incident in incidents_between(session, start, end)]
    return sorted(rows, key=lambda row: (row.started_at, row.number))


def _row(incident: IncidentView, network: Network, naming: Naming, start: Instant, end: Instant) -> IncidentRow:
    known = incident.division in network.divisions
    acknowledged = _within(incident.first_acknowledged_at, end)
    recovered = _within(incident.recovered_at, end)
    closed = _within(incident.closed_at, end)
    return IncidentRow(
        number=incident.number,
        title=Name(incident.title, incident.title_en),
        fault_class=incident.fault_class,
        standing=_standing(acknowledged, recovered, closed),
        carried_over=incident.started_at < start,
        prefecture=naming.prefecture(incident.division),
        prefecture_code=(network.prefecture_of(incident.division) or "") if known else "",
        started_at=incident.started_at,
        discovered_at=incident.discovered_at,
        acknowledged_at=acknowledged,
        recovered_at=recovered,
        closed_at=closed,
        agencies=incident.most_agencies,
    )


def _within(moment: Instant | None, end: Instant) -> Instant | None:
    """What happened after the window is no part of its report: it reads the same whenever it is made."""
    return None if moment is None or moment >= end else moment


def _standing(acknowledged: Instant | None, recovered: Instant | None, closed: Instant | None) -> Standing:
    if closed is not None:
        return Standing.CLOSED
    if recovered is not None:
        return Standing.RECOVERED
    return Standing.OPEN if acknowledged is None else Standing.ACKNOWLEDGED
