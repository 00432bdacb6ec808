"""Windows and findings as plain JSON values, for the commands and the API."""

from collections.abc import Iterable
from typing import Any

from alerting.maintenance.findings import Extent, Finding, span
from alerting.maintenance.windows import Window
from foundation.clock import Instant


def window_json(window: Window, now: Instant) -> dict[str, Any]:
    """Instants are milliseconds, UTC; `ends_at` is null for an open end, `until` for one that goes on."""
    return {
        "id": window.id,
        "kind": window.target_kind.value,
        "target": window.target_id,
        "targets": [{"kind": kind.value, "target": target} for kind, target in window.pieces],
        "standing": window.standing(now).value,
        "starts_at": window.starts_at,
        "ends_at": window.ends_at,
        "ended_at": window.ended_at,
        "ended_by": window.ended_by,
        "local": span(window),
        "reason": window.reason,
        "author": window.author,
        "approver": window.approver,
        "planned_at": window.planned_at,
        "announced_at": window.announced_at,
        "announced_in_advance": window.announced_in_advance,
    }


def finding_json(finding: Finding) -> dict[str, str]:
    """`level` is refuse, confirm or note."""
    return {"level": finding.level.value, "code": finding.code, "text": finding.text, "text_en": finding.text_en}


def check_json(findings: Iterable[Finding], extent: Extent | None) -> dict[str, Any]:
    """What the linter says, and whom the window concerns where that is known."""
    found: dict[str, Any] = {"findings": [finding_json(one) for one in findings]}
    if extent is not None:
        found["concerns"] = {
            "devices": sorted(extent.objects.devices),
            "links": sorted(extent.objects.links),
            "behind": sorted(extent.behind),
            "agencies": sorted(extent.agencies),
        }
    return found
