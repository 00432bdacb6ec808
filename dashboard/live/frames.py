"""The frames a wall receives, as server-sent events.

- `snapshot`: everything; first on each connection and again each minute.
- `delta`: cells that changed since the last frame, and the incidents when they changed.
- `beat`: each five seconds: the age of the data, the build, the day's availability, the people on duty.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from alerting.oncall.roster import Roster
from dashboard.live.cards import card, ticker, unrecovered
from dashboard.live.state import LiveState
from foundation.clock import Clock
from topology.network import Network


@dataclass(frozen=True)
class FrameWriter:
    """Writes frames of one live picture, for any language."""

    live: LiveState
    network: Network
    roster: Roster
    clock: Clock
    build: str
    province: str
    health: Callable[[], Mapping[str, object]]
    """How the platform itself fares: its metric store and its own troubles are shown."""

    def snapshot(self, language: str) -> dict[str, object]:
        """Everything a wall needs to draw itself from nothing."""
        picture = self.live.picture()
        return {
            "v": picture.version,
            "blind": picture.blind,
            "cells": picture.cells,
            "nodes": picture.nodes,
            "counts": picture.counts,
            **self.incidents(language),
            **self.beat(),
        }

    def delta(self, since: int, language: str, *, with_incidents: bool) -> dict[str, object]:
        """What changed since a version."""
        changes = self.live.changes(since)
        return {
            "from": since,
            "v": changes.version,
            "cells": changes.cells,
            "nodes": changes.nodes,
            "counts": changes.counts,
            **(self.incidents(language) if with_incidents else {}),
        }

    def incidents(self, language: str) -> dict[str, object]:
        """The cards of the open incidents and the ticker."""
        _, opened, recent = self.live.incidents()
        return {
            "open": [card(self.network, incident, language) for incident in unrecovered(opened)],
            "ticker": ticker(self.network, recent, language),
        }

    def beat(self) -> dict[str, object]:
        """The signs of life, and what changes slowly."""
        now = self.clock.now()
        _, age = self.live.sight()
        whole, groups = self.live.day()
        collector = self.live.collector()
        duty = self.roster.on_duty(self.province, now)
        health = self.health()
        return {
            "at": now,
            "age": age,
            "build": self.build,
            "today": whole.availability,
            "day": [
                [code, figure.availability, figure.strip]
                for code, figure in zip(self.live.prefectures, groups, strict=True)
            ],
            "collector": None
            if collector is None
            else {"devices": collector.devices, "polls": collector.polls, "late": round(collector.late_ms)},
            "store": store_line(health),
            "platform": platform_line(health),
            "duty": {"operator": duty.operator.name, "leader": duty.leader.name, "until": duty.until},
        }


def store_line(report: Mapping[str, object]) -> dict[str, object] | None:
    """How metrics reach their store, out of a report on the platform's health; None when it says nothing of that."""
    waiting = report.get("metrics_waiting")
    if not isinstance(waiting, Mapping):
        return None
    wanted = {"rows": "rows", "bytes": "bytes", "oldest": "oldest_ms", "aside": "rows_set_aside", "full": "disk_full"}
    return {"state": report["metrics"], **{name: waiting.get(key) for name, key in wanted.items()}}


def platform_line(report: Mapping[str, object]) -> list[list[object]] | None:
    """The platform's own troubles, the oldest first: what, of which part, since when. None when the report tells
    nothing of them."""
    troubles = report.get("troubles")
    if not isinstance(troubles, Sequence):
        return None
    lasting = [one for one in troubles if isinstance(one, Mapping)]
    return [[one["trouble"], one["part"], one["since"]] for one in sorted(lasting, key=lambda one: one["since"])]


def event(kind: str, data: dict[str, object]) -> str:
    """One server-sent event."""
    return f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"
