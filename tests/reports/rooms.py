"""Timelines and incidents put into the real tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from alerting.incidents.tables import Incident
from alerting.timeline.tables import IntervalRow
from foundation.clock import SECOND, Instant
from storage.records.database import Records
from tests.reports.timelines import Span


def store(records: Records, kind: str, timelines: Mapping[str, Sequence[Span]]) -> None:
    """Write timelines as the engine would."""
    with records.transaction() as session:
        session.add_all(
            IntervalRow(
                kind=kind,
                object_id=object_id,
                state=span.state.value,
                started_at=span.start,
                ended_at=span.end,
                cause=span.cause,
                evidence="",
            )
            for object_id, spans in timelines.items()
            for span in spans
        )


def incident(sequence: int, started_at: Instant, **given: Any) -> Incident:
    """An incident of county-a's router, open unless told otherwise."""
    values: dict[str, Any] = {
        "number": f"YN1124-{sequence:04}",
        "day": "2026-11-24",
        "sequence": sequence,
        "title": "镇雄县路由器失联",
        "title_en": "Router of Zhenxiong County down",
        "fault_class": 3,
        "severity": "major",
        "state": "open",
        "rule": "device-down",
        "object_kind": "device",
        "object_id": "county-a",
        "device": "county-a",
        "division": "530627",
        "outage": True,
        "place": "昭通镇雄县路由器",
        "word": "失联",
        "prefecture": "昭通",
        "started_at": started_at,
        "discovered_at": started_at + 20 * SECOND,
        "most_agencies": 3,
        "degraded_agencies": 0,
    }
    return Incident(**(values | given))
