"""The report as one self-contained HTML file in one language: no script, no font, no picture from elsewhere."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache, partial
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from foundation import calendar
from foundation.clock import Instant
from reports.method import statements
from reports.report import MonthReport
from reports.rows import GroupRow, LineRow, LinkRow, SiteRow, TierKey, TierRow
from reports.shares import Share
from reports.words import CARRIERS, FAULT_CLASSES, PARTIES, STANDINGS, TIERS, WAYS, Language, pick, translator
from reports.writers.charts import Cell, Scale, cells, scale_for
from reports.writers.peaks import PEAKS
from topology.model import short_name

SHOWN: Final = 10
"""Rows in each list of the worst, best, longest."""
MOST_INCIDENTS: Final = 500
"""Rows of incidents, and of planned work; a month with more says so."""


def render_html(report: MonthReport, language: Language) -> bytes:
    """The page, UTF-8. The same report gives the same bytes."""
    template = _environment(language).get_template("month.html.j2")
    return template.render(_context(report, language)).encode("utf-8")


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=PackageLoader("reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., Any]] = {
        "stamp": calendar.stamp,
        "minute": _minute,
        "duration": calendar.duration,
        "number": lambda value: f"{value:,}",
        "percent": _percent,
        "pick": partial(pick, language=language),
        "brief": lambda name: short_name(name.zh) if language == "zh" else name.en.split(" ")[0],
        "mbps": lambda rate: f"{rate / 1_000_000:,.2f}",
        "load": lambda percent: f"{percent:.1f}%",
        "per": lambda part: f"{part * 100:.2f}",
    }
    environment.filters.update(filters)
    environment.globals["t"] = translator(language)
    return environment


def _minute(moment: Instant | None) -> str:
    """To the minute; a dash for what has not happened."""
    return "—" if moment is None else calendar.stamp(moment)[:16]


def _month(month: str, language: Language) -> str:
    return f"{month[:4]}年{int(month[5:])}月" if language == "zh" else month


def _percent(share: Share) -> str:
    return share.text if share.millipercent is None else f"{share.text}%"


def _context(report: MonthReport, language: Language) -> dict[str, Any]:
    judged = [row for row in report.counties if row.record.ledger.due]
    targets = {row.key: row.target for row in report.tiers}
    target = targets[TierKey.AGENCY]
    day_scale = scale_for((ledger.assessed for ledger in report.province.days), target)
    strips: list[tuple[GroupRow, Sequence[Cell]]] = [
        (row, cells(report.days, row.days, target, day_scale)) for row in report.prefectures
    ]
    return {
        "report": report,
        "language": language,
        "month": _month(report.month, language),
        "other_file": f"yunwei-{report.month}{'-provisional' if report.provisional else ''}"
        + ("-en.html" if language == "zh" else ".html"),
        "target": target,
        "tier_names": TIERS,
        "party_names": PARTIES,
        "standing_names": STANDINGS,
        "class_names": FAULT_CLASSES,
        "tier_scale": _scale(report.tiers, min(targets.values())),
        "prefecture_scale": _scale(report.prefectures, target),
        "county_scale": _scale(report.counties, target),
        "line_scale": _scale(report.prefecture_lines, targets[TierKey.PREFECTURE]),
        "county_line_scale": _scale(report.county_lines, targets[TierKey.COUNTY]),
        "prefecture_target": targets[TierKey.PREFECTURE],
        "county_target": targets[TierKey.COUNTY],
        "day_scale": day_scale,
        "province_days": cells(report.days, report.province.days, target, day_scale),
        "strips": strips,
        "worst": sorted(judged, key=_county_order)[:SHOWN],
        "best": sorted(judged, key=_best_first)[:SHOWN],
        "worst_lines": sorted((row for row in report.county_lines if row.record.ledger.due), key=_line_order)[:SHOWN],
        # A router's failure takes all its lines away: what tells about the lines is their own faults.
        "worst_links": sorted((row for row in report.links if row.record.ledger.down), key=_own)[:SHOWN],
        "worst_sites": sorted((row for row in report.sites if row.record.ledger.due), key=_assessed)[:SHOWN],
        "peak_words": PEAKS[report.load.peak],
        "carrier_names": CARRIERS,
        "way_names": WAYS,
        "lost_by_parties": sum(row.lost for row in report.parties),
        "incidents": report.incidents[:MOST_INCIDENTS],
        "works": report.works[:MOST_INCIDENTS],
        "announced": report.announced,
        "change": _change(report.province),
        "changes": {row.code: _change(row) for row in report.prefectures},
        "statements": [pick(statement, language) for statement in statements(report)],
    }


def _scale(rows: Sequence[TierRow | GroupRow | LineRow], target: Decimal) -> Scale:
    return scale_for((row.record.ledger.assessed for row in rows), target)


def _county_order(row: GroupRow) -> tuple[Share, str]:
    return row.record.ledger.assessed, row.code


def _best_first(row: GroupRow) -> tuple[float, int, str]:
    """The highest first; of equals the larger county, for which it is harder."""
    return -(row.record.ledger.assessed.millipercent or 0), -row.attainment.objects, row.code


def _line_order(row: LineRow) -> tuple[Share, str]:
    return row.record.ledger.assessed, row.code


def _own(row: LinkRow) -> Share:
    return row.record.ledger.own


def _assessed(row: SiteRow) -> Share:
    return row.record.ledger.assessed


def _change(row: GroupRow) -> str:
    """`+0.012`: percentage points on last month; a dash when either month has no figure."""
    now, before = row.record.ledger.assessed.millipercent, row.previous.assessed.millipercent
    if now is None or before is None:
        return "—"
    points = now - before
    return f"{'+' if points > 0 else '−' if points < 0 else '±'}{abs(points) // 1000}.{abs(points) % 1000:03}"
