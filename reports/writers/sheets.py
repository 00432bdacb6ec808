"""What the workbook's sheets hold: the whole report, row by row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from foundation import calendar
from reports.load import LinkLoad
from reports.method import statements
from reports.report import MonthReport
from reports.rows import (
    AgencyRow,
    EventRow,
    FrequentRow,
    GroupRow,
    IncidentRow,
    LineRow,
    LinkRow,
    Name,
    OutageRow,
    PartyRow,
    PrivateNetworkRow,
    Record,
    SiteRow,
    TierRow,
    WorkRow,
)
from reports.words import ENGLISH, FAULT_CLASSES, PARTIES, STANDINGS, TIERS, WAYS
from reports.writers.peaks import PEAKS
from reports.writers.tables import Column, Kind, Sheet, Table

MOST_ROWS: Final = 200_000
"""Outages listed at most; a sheet ends at 1,048,576 rows, and people's patience long before."""


def sheets(report: MonthReport) -> list[Sheet]:
    """All sheets, in order."""
    return [
        Sheet(_title("概况"), [_figures(report), _tiers(report), _parties(report)], _heading(report)),
        Sheet(_title("州市"), [Table(_group_columns("州市"), [report.province, *report.prefectures])]),
        Sheet(_title("县区"), [Table(_group_columns("县区"), report.counties)]),
        Sheet(_title("骨干线路"), [Table(_LINES, [*report.prefecture_lines, *report.county_lines])]),
        Sheet(_title("线路"), [Table(_LINKS, report.links)]),
        _load(report),
        Sheet(_title("站点"), [Table(_SITES, report.sites)]),
        Sheet(_title("专网"), [Table(_NETWORKS, report.private_networks)]),
        Sheet(_title("机构"), [Table(_AGENCIES, report.agencies)]),
        Sheet(_title("中断根源"), [_longest(report), _frequent(report)]),
        _outages(report),
        Sheet(_title("事件"), [Table(_INCIDENTS, report.incidents)]),
        Sheet(_title("检修"), [Table(_WORKS, report.works)]),
        Sheet(_title("方法"), [Table(_METHOD, statements(report))]),
    ]


def _title(word: str) -> Name:
    return Name(word, ENGLISH[word])


def _heading(report: MonthReport) -> list[str]:
    start, end = calendar.stamp(report.start), calendar.stamp(report.end)
    lines = [f"统计时段 Period: {start} – {end} (Asia/Shanghai)", f"生成时间 Made at: {calendar.stamp(report.made_at)}"]
    if report.provisional:
        lines.insert(
            0, f"暂定：本月未满，数据截至 {end}。Provisional: the month is still running, figures up to {end}."
        )
    return lines


# Overview --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figure:
    word: str
    kind: Kind
    value: Any
    note: str = ""


def _figures(report: MonthReport) -> Table[Figure]:
    record, attainment, figures = report.province.record, report.province.attainment, report.incident_figures
    ledger = record.ledger
    rows = [
        Figure("考核可用率", Kind.SHARE, ledger.assessed, "剔除计划检修"),
        Figure("原始可用率", Kind.SHARE, ledger.raw, "不剔除任何时间"),
        Figure("责任可用率", Kind.SHARE, ledger.own, "只计本级责任"),
        Figure("监测完整率", Kind.SHARE, ledger.completeness, "已监测时间占比"),
        Figure("上月", Kind.SHARE, report.province.previous.assessed, "考核可用率"),
        Figure("机构数", Kind.COUNT, attainment.objects),
        Figure("已统计", Kind.COUNT, attainment.judged),
        Figure("达标", Kind.COUNT, attainment.met),
        Figure("中断", Kind.COUNT, record.outages),
        Figure("闪断", Kind.COUNT, record.flashes),
        Figure("最长中断", Kind.LENGTH, record.longest),
        Figure("正常", Kind.LENGTH, ledger.up, "机构时"),
        Figure("本级责任中断", Kind.LENGTH, ledger.down, "机构时"),
        Figure("上级影响中断", Kind.LENGTH, ledger.unreachable, "机构时"),
        Figure("计划检修", Kind.LENGTH, ledger.maintenance, "机构时"),
        Figure("其中事先公告", Kind.LENGTH, report.announced, "机构时"),
        Figure("其中未事先公告", Kind.LENGTH, ledger.maintenance - report.announced, "机构时"),
        Figure("未知", Kind.LENGTH, ledger.unknown, "机构时"),
        Figure("运维事件", Kind.COUNT, len(report.incidents)),
        Figure("遗留", Kind.COUNT, figures.carried_over),
        Figure("未恢复", Kind.COUNT, figures.unrecovered),
        Figure("平均确认时间", Kind.LENGTH, figures.mean_to_acknowledge),
        Figure("平均恢复时间", Kind.LENGTH, figures.mean_to_restore),
    ]
    return Table(_FIGURES, rows, "概况")


def _both(word: str) -> str:
    return f"{word} {ENGLISH[word]}" if word else ""


_FIGURES: Final[Sequence[Column[Figure]]] = (
    Column("指标", Kind.TEXT, lambda row: _both(row.word), 38),
    Column("数值", Kind.TEXT, lambda row: row, 18),
    Column("说明", Kind.TEXT, lambda row: _both(row.note), 34),
)


# Records ---------------------------------------------------------------------------------------------------------


def _record_columns(record: Callable[[Any], Record]) -> list[Column[Any]]:
    return [
        Column("考核可用率", Kind.SHARE, lambda row: record(row).ledger.assessed),
        Column("原始可用率", Kind.SHARE, lambda row: record(row).ledger.raw),
        Column("责任可用率", Kind.SHARE, lambda row: record(row).ledger.own),
        Column("监测完整率", Kind.SHARE, lambda row: record(row).ledger.completeness),
        Column("正常", Kind.LENGTH, lambda row: record(row).ledger.up, 14),
        Column("本级责任中断", Kind.LENGTH, lambda row: record(row).ledger.down, 14),
        Column("上级影响中断", Kind.LENGTH, lambda row: record(row).ledger.unreachable, 14),
        Column("计划检修", Kind.LENGTH, lambda row: record(row).ledger.maintenance),
        Column("未知", Kind.LENGTH, lambda row: record(row).ledger.unknown),
        Column("中断", Kind.COUNT, lambda row: record(row).outages, 9),
        Column("闪断", Kind.COUNT, lambda row: record(row).flashes, 9),
        Column("最长中断", Kind.LENGTH, lambda row: record(row).longest, 14),
    ]


_RECORD: Final = _record_columns(lambda row: row.record)


def _verdict(met: bool | None) -> str:
    return _both("无数据") if met is None else _both("达标") if met else _both("未达标")


def _tiers(report: MonthReport) -> Table[TierRow]:
    columns: list[Column[TierRow]] = [
        Column("层级", Kind.TEXT, lambda row: f"{TIERS[row.key].zh} {TIERS[row.key].en}"),
        Column("目标", Kind.PERCENT, lambda row: row.target),
        Column("节点数", Kind.COUNT, lambda row: row.attainment.objects),
        Column("已统计", Kind.COUNT, lambda row: row.attainment.judged),
        Column("达标", Kind.COUNT, lambda row: row.attainment.met),
        *_RECORD,
    ]
    return Table(columns, report.tiers, "分层可用率")


def _parties(report: MonthReport) -> Table[PartyRow]:
    columns: list[Column[PartyRow]] = [
        Column("责任方", Kind.TEXT, lambda row: f"{PARTIES[row.party].zh} {PARTIES[row.party].en}"),
        Column("影响时长", Kind.LENGTH, lambda row: row.lost),
        Column("根源数", Kind.COUNT, lambda row: row.events),
    ]
    return Table(columns, report.parties, "责任划分")


def _group_columns(word: str) -> list[Column[GroupRow]]:
    columns: list[Column[GroupRow]] = [
        Column("代码", Kind.TEXT, lambda row: row.code, 9),
        Column(word, Kind.TEXT, lambda row: row.name.zh, 24),
        Column("英文名", Kind.TEXT, lambda row: row.name.en, 34),
    ]
    if word == "县区":
        columns.append(Column("州市", Kind.TEXT, lambda row: row.prefecture.zh, 24))
    else:
        columns.append(Column("上月", Kind.SHARE, lambda row: row.previous.assessed))
    return [
        *columns,
        Column("机构数", Kind.COUNT, lambda row: row.attainment.objects, 9),
        Column("已统计", Kind.COUNT, lambda row: row.attainment.judged, 9),
        Column("达标", Kind.COUNT, lambda row: row.attainment.met, 9),
        *_RECORD,
    ]


_LINES: Final[Sequence[Column[LineRow]]] = (
    Column("代码", Kind.TEXT, lambda row: row.code, 9),
    Column("线路", Kind.TEXT, lambda row: row.name.zh, 24),
    Column("英文名", Kind.TEXT, lambda row: row.name.en, 34),
    Column("州市", Kind.TEXT, lambda row: row.prefecture.zh, 24),
    Column("路由器", Kind.TEXT, lambda row: ", ".join(row.devices), 26),
    Column("结论", Kind.TEXT, lambda row: _verdict(row.met), 16),
    *_RECORD,
)
_LINKS: Final[Sequence[Column[LinkRow]]] = (
    Column("线路编号", Kind.TEXT, lambda row: row.id, 30),
    Column("线路", Kind.TEXT, lambda row: row.name.zh, 44),
    Column("州市", Kind.TEXT, lambda row: row.prefecture.zh, 24),
    Column("运营商", Kind.TEXT, lambda row: row.carrier or _both("自有"), 12),
    Column("结论", Kind.TEXT, lambda row: _verdict(row.met), 16),
    Column("劣化", Kind.LENGTH, lambda row: row.degraded),
    *_RECORD,
)
_SITES: Final[Sequence[Column[SiteRow]]] = (
    Column("代码", Kind.TEXT, lambda row: row.code, 9),
    Column("站点", Kind.TEXT, lambda row: row.name.zh, 24),
    Column("英文名", Kind.TEXT, lambda row: row.name.en, 34),
    Column("州市", Kind.TEXT, lambda row: row.prefecture.zh, 24),
    Column("结论", Kind.TEXT, lambda row: _verdict(row.met), 16),
    Column("劣化", Kind.LENGTH, lambda row: row.degraded),
    *_RECORD,
)
_NETWORKS: Final[Sequence[Column[PrivateNetworkRow]]] = (
    Column("专网编号", Kind.TEXT, lambda row: row.id, 20),
    Column("专网", Kind.TEXT, lambda row: row.name.zh, 30),
    Column("英文名", Kind.TEXT, lambda row: row.name.en, 40),
    Column("机构数", Kind.COUNT, lambda row: row.attainment.objects, 9),
    Column("已统计", Kind.COUNT, lambda row: row.attainment.judged, 9),
    Column("达标", Kind.COUNT, lambda row: row.attainment.met, 9),
    Column("全网中断", Kind.LENGTH, lambda row: row.whole.lost, 14),
    Column("部分中断", Kind.LENGTH, lambda row: row.degraded, 14),
    *_RECORD,
)
_AGENCIES: Final[Sequence[Column[AgencyRow]]] = (
    Column("机构编号", Kind.TEXT, lambda row: row.id, 26),
    Column("机构", Kind.TEXT, lambda row: row.name.zh, 36),
    Column("机构英文名", Kind.TEXT, lambda row: row.name.en, 44),
    Column("州市", Kind.TEXT, lambda row: row.prefecture.zh, 22),
    Column("县区", Kind.TEXT, lambda row: row.county.zh, 18),
    Column("部门", Kind.TEXT, lambda row: row.department, 12),
    Column("结论", Kind.TEXT, lambda row: _verdict(row.met), 16),
    *_RECORD,
)


# Load ------------------------------------------------------------------------------------------------------------


def _load(report: MonthReport) -> Sheet:
    peak = PEAKS[report.load.peak]
    columns: list[Column[LinkLoad]] = [
        Column("线路编号", Kind.TEXT, lambda row: row.link, 26),
        Column("线路", Kind.TEXT, lambda row: row.name.zh, 44),
        Column("州市", Kind.TEXT, lambda row: row.prefecture.zh, 24),
        Column("运营商", Kind.TEXT, lambda row: row.carrier or _both("自有"), 12),
        Column("带宽 (Mbit/s)", Kind.COUNT, lambda row: row.speed_mbps),
        Column("方向", Kind.TEXT, lambda row: f"{WAYS[row.way].zh} {WAYS[row.way].en}"),
        Column("平均 (Mbit/s)", Kind.RATE, lambda row: row.mean, 14),
        Column("平均 (%)", Kind.LOAD, lambda row: row.mean_percent),
        Column(peak.rate, Kind.RATE, lambda row: row.peak, 20),
        Column(peak.percent, Kind.LOAD, lambda row: row.peak_percent, 18),
        Column("有测量值的时间", Kind.SHARE, lambda row: row.measured, 16),
        Column("建议", Kind.TEXT, lambda row: _both("扩容") if row.is_above(report.widen_above) else None),
    ]
    notes = [text for note in report.load.notes for text in (note.zh, note.en)]
    return Sheet(_title("链路负载"), [Table(columns, report.load.rows)], notes)


# Outages ---------------------------------------------------------------------------------------------------------


def _recovery(recovered: bool) -> str:
    return _both("已恢复") if recovered else _both("未恢复")


def _longest(report: MonthReport) -> Table[EventRow]:
    columns: list[Column[EventRow]] = [
        Column("根源编号", Kind.TEXT, lambda row: row.root, 34),
        Column("根源", Kind.TEXT, lambda row: row.name.zh, 44),
        Column("州市", Kind.TEXT, lambda row: row.prefecture.zh, 24),
        Column("责任方", Kind.TEXT, lambda row: PARTIES[row.party].zh),
        Column("开始", Kind.MOMENT, lambda row: row.start, 20),
        Column("结束", Kind.MOMENT, lambda row: row.end, 20),
        Column("历时", Kind.LENGTH, lambda row: row.length, 14),
        Column("影响机构", Kind.COUNT, lambda row: row.agencies),
        Column("影响时长", Kind.LENGTH, lambda row: row.lost, 14),
        Column("状态", Kind.TEXT, lambda row: _recovery(row.recovered), 22),
    ]
    return Table(columns, report.longest, "最长的 10 次中断")


def _frequent(report: MonthReport) -> Table[FrequentRow]:
    columns: list[Column[FrequentRow]] = [
        Column("根源编号", Kind.TEXT, lambda row: row.root, 34),
        Column("根源", Kind.TEXT, lambda row: row.name.zh, 44),
        Column("州市", Kind.TEXT, lambda row: row.prefecture.zh, 24),
        Column("责任方", Kind.TEXT, lambda row: PARTIES[row.party].zh),
        Column("发生次数", Kind.COUNT, lambda row: row.events),
        Column("闪断", Kind.COUNT, lambda row: row.flashes),
        Column("影响时长", Kind.LENGTH, lambda row: row.lost, 14),
    ]
    return Table(columns, report.frequent, "反复中断的 10 个根源")


def _outages(report: MonthReport) -> Sheet:
    shown = report.outages[:MOST_ROWS]
    notes = (
        [f"仅列前 {MOST_ROWS} 条。Only the first {MOST_ROWS} rows are listed."]
        if len(report.outages) > MOST_ROWS
        else []
    )
    return Sheet(_title("中断明细"), [Table(_OUTAGES, shown)], notes)


_OUTAGES: Final[Sequence[Column[OutageRow]]] = (
    Column("机构编号", Kind.TEXT, lambda row: row.agency, 26),
    Column("机构", Kind.TEXT, lambda row: row.name.zh, 36),
    Column("州市", Kind.TEXT, lambda row: row.prefecture.zh, 22),
    Column("县区", Kind.TEXT, lambda row: row.county.zh, 18),
    Column("类别", Kind.TEXT, lambda row: _both("闪断") if row.outage.is_flash else _both("中断"), 14),
    Column("开始", Kind.MOMENT, lambda row: row.outage.start, 20),
    Column("结束", Kind.MOMENT, lambda row: row.outage.end, 20),
    Column("中断时长", Kind.LENGTH, lambda row: row.outage.lost, 14),
    Column("本级责任中断", Kind.LENGTH, lambda row: row.outage.down, 14),
    Column("上级影响中断", Kind.LENGTH, lambda row: row.outage.unreachable, 14),
    Column("根源", Kind.TEXT, lambda row: row.cause.zh, 44),
    Column("责任方", Kind.TEXT, lambda row: PARTIES[row.party].zh),
    Column("月前开始", Kind.TEXT, lambda row: _both("是" if row.outage.begun_before else "否"), 12),
    Column("状态", Kind.TEXT, lambda row: _recovery(row.outage.recovered), 22),
)
_INCIDENTS: Final[Sequence[Column[IncidentRow]]] = (
    Column("编号", Kind.TEXT, lambda row: row.number, 16),
    Column("事件", Kind.TEXT, lambda row: row.title.zh, 48),
    Column("英文名", Kind.TEXT, lambda row: row.title.en, 48),
    Column("故障等级", Kind.TEXT, lambda row: FAULT_CLASSES[row.fault_class].zh, 10),
    Column("州市", Kind.TEXT, lambda row: row.prefecture.zh, 24),
    Column("开始", Kind.MOMENT, lambda row: row.started_at, 20),
    Column("发现", Kind.MOMENT, lambda row: row.discovered_at, 20),
    Column("首次确认", Kind.MOMENT, lambda row: row.acknowledged_at, 20),
    Column("恢复", Kind.MOMENT, lambda row: row.recovered_at, 20),
    Column("关闭", Kind.MOMENT, lambda row: row.closed_at, 20),
    Column("影响机构", Kind.COUNT, lambda row: row.agencies),
    Column("遗留", Kind.TEXT, lambda row: _both("是" if row.carried_over else "否"), 12),
    Column("状态", Kind.TEXT, lambda row: f"{STANDINGS[row.standing].zh} {STANDINGS[row.standing].en}", 22),
)
_WORKS: Final[Sequence[Column[WorkRow]]] = (
    Column("编号", Kind.COUNT, lambda row: row.number, 9),
    Column("对象", Kind.TEXT, lambda row: row.target.zh, 36),
    Column("开始", Kind.MOMENT, lambda row: row.started_at, 20),
    Column("结束", Kind.MOMENT, lambda row: row.ended_at, 20),
    Column("原因", Kind.TEXT, lambda row: row.reason, 44),
    Column("登记人", Kind.TEXT, lambda row: row.author, 14),
    Column("批准人", Kind.TEXT, lambda row: row.approver, 14),
    Column("公告", Kind.MOMENT, lambda row: row.announced_at, 20),
    Column("事先公告", Kind.TEXT, lambda row: _both("是" if row.announced_in_advance else "否"), 12),
    Column("中断机构", Kind.COUNT, lambda row: row.agencies),
    Column("中断时长", Kind.LENGTH, lambda row: row.agency_time, 14),
)
_METHOD: Final[Sequence[Column[Name]]] = (
    Column("说明", Kind.TEXT, lambda row: row.zh, 100),
    Column("英文", Kind.TEXT, lambda row: row.en, 100),
)
