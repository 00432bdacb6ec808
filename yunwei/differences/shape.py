"""Differences as plain JSON values."""

from collections.abc import Sequence
from typing import Any, Final

from alerting.maintenance.findings import Finding
from alerting.maintenance.windows import Window
from yunwei.differences.compare import Part
from yunwei.differences.effects import Effect
from yunwei.differences.silence import Concerned, Silences

SCHEMA: Final = 1


def differences_json(
    parts: Sequence[Part],
    silenced: Silences,
    effects: Sequence[Effect] | None,
    incidents: Sequence[Concerned] | None,
    windows: Sequence[tuple[Window, Finding]] | None,
) -> dict[str, Any]:
    """`effects` is null where the settings in force are not known; `incidents` and `windows` where there are no records
    to ask."""
    return {
        "schema": SCHEMA,
        "differs": any(parts),
        "parts": {
            part.name: {
                "added": list(part.added),
                "removed": list(part.removed),
                "changed": {
                    key: {one.field: {"before": one.before, "after": one.after} for one in changes}
                    for key, changes in part.changed.items()
                },
            }
            for part in parts
        },
        "silenced": {
            "devices": list(silenced.devices),
            "links": list(silenced.links),
            "agencies": list(silenced.agencies),
            "people": list(silenced.people),
            "rules": {one.rule: list(one.objects) for one in silenced.rules},
            "inhibited": [{"rule": one.rule, "by": one.by} for one in silenced.inhibited],
        },
        "effects": None
        if effects is None
        else [{"text": one.en, "text_zh": one.zh, "silences": one.silences} for one in effects],
        "incidents": None
        if incidents is None
        else [
            {
                "number": one.incident.number,
                "title": one.incident.title,
                "title_en": one.incident.title_en,
                "why": one.why,
            }
            for one in incidents
        ],
        "windows": None
        if windows is None
        else [{"id": window.id, "code": finding.code, "text": finding.text_en} for window, finding in windows],
    }
