"""The linter: what is wrong, or only remarkable, about a window, in sentences that name the remedy. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from alerting.maintenance.coverage import Coverage
from alerting.maintenance.settings import MaintenanceSettings
from alerting.maintenance.targets import Objects, TargetKind, pieces_of, unknown_target
from alerting.maintenance.windows import NEVER, NewWindow, Window
from foundation.calendar import duration, zoned
from foundation.clock import MINUTE, Instant
from topology.model import Tier
from topology.network import Network

LATE: Final = 5 * MINUTE
"""How far in the past a window may begin: the time it takes to fill in the form."""

CONFIRMABLE: Final = ("large", "overlaps", "too-long")
"""The codes of what is planned only when it is confirmed."""

_SHOWN: Final = 3
"""Overlapping windows named before the rest is only counted."""


class Level(StrEnum):
    """What a finding asks of who plans the window."""

    REFUSE = "refuse"
    """It can't be planned so."""
    CONFIRM = "confirm"
    """It is planned only by somebody who says that it is meant so."""
    NOTE = "note"
    """Good to know."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found."""

    level: Level
    code: str
    """Stable, for programs: `no-reason`, `matches-nothing`, `overlaps` …"""
    text: str
    """Whole sentences in Chinese: what, and the remedy."""
    text_en: str


@dataclass(frozen=True, slots=True)
class Extent:
    """Whom a window concerns."""

    objects: Objects
    """What it is planned for."""
    behind: frozenset[str]
    """Devices that lie behind: planned work may cut them off."""
    agencies: frozenset[str]
    """Agencies whose access router is among either."""


def extent_of(coverage: Coverage, network: Network, window: NewWindow | Window) -> Extent:
    """Whom a window concerns, as the network stands."""
    objects = coverage.objects(window)
    behind = coverage.behind(objects)
    concerned = objects.devices | behind
    agencies = frozenset(agency for device in concerned if (agency := network.devices[device].agency) is not None)
    return Extent(objects, behind, agencies)


class Linter:
    """Looks at windows of one network. Made once, since it remembers what targets stand for."""

    def __init__(self, network: Network, settings: MaintenanceSettings, coverage: Coverage | None = None) -> None:
        self._network = network
        self._settings = settings
        self._coverage = coverage or Coverage(network)
        self._sizes = Counter(self._prefecture(device) for device in network.devices)

    def extent(self, window: NewWindow | Window) -> Extent:
        """Whom a window concerns."""
        return extent_of(self._coverage, self._network, window)

    def new(self, window: NewWindow, author: str, others: Iterable[Window], now: Instant) -> list[Finding]:
        """All about a window that is to be planned, what refuses it first."""
        target = self._target(window)
        found = [*_unsaid(window, author), *_times(window, now), *target]
        if not target:
            found += self._size(window)
            found += self._overlaps(window, others, now)
        found += self._length(window, now)
        found += _announcement(window)
        return sorted(found, key=lambda one: list(Level).index(one.level))

    def recorded(self, window: Window, others: Iterable[Window], now: Instant) -> list[Finding]:
        """All about a window that is planned or lasts; the network may have changed since it was planned."""
        found = [*self._target(window)]
        if not found:
            found += self._size(window)
            found += self._overlaps(window, (other for other in others if other.id != window.id), now)
        found += self._length(window, now)
        found += _announcement(window)
        return sorted(found, key=lambda one: list(Level).index(one.level))

    def _target(self, window: NewWindow | Window) -> list[Finding]:
        try:
            pieces = pieces_of(window.target_kind, window.target_id)
        except ValueError as error:
            return [_unknown(window.target_id, str(error))]
        found = [one for piece in pieces for one in self._piece(*piece)]
        if not found and len(self._coverage.objects(window).devices) == len(self._network.devices):
            found = [_whole_province()]
        return found

    def _piece(self, kind: TargetKind, target: str) -> list[Finding]:
        why = unknown_target(kind, target, self._network)
        if why:
            return [_unknown(target, why)]
        objects = self._coverage.of(kind, target)
        if not objects:
            return [
                Finding(
                    Level.REFUSE, "matches-nothing",
                    f"“{target}”现在不包含任何设备或线路,登记了也不起作用:请换一个对象,或先补全拓扑。",
                    f'"{target}" stands for no device and no link at present, so the window would do nothing: choose '
                    "another target, or complete the topology first.",
                )
            ]  # fmt: skip
        division = self._network.divisions.get(target) if kind is TargetKind.DIVISION else None
        whole = division is not None and division.tier is Tier.PROVINCE
        return [_whole_province()] if whole else []

    def _size(self, window: NewWindow | Window) -> list[Finding]:
        extent = self.extent(window)
        concerned = Counter(self._prefecture(device) for device in extent.objects.devices | extent.behind)
        found = []
        for prefecture, count in sorted(concerned.items()):
            size = self._sizes[prefecture]
            if prefecture and count > size * self._settings.large_share:
                name = self._network.divisions[prefecture]
                found.append(
                    Finding(
                        Level.CONFIRM, "large",
                        f"涉及{name.name} {size} 台设备中的 {count} 台、{len(extent.agencies)} 家单位:期间这些中断都"
                        "不告警。请缩小对象;确需如此,请确认后登记。",
                        f"It concerns {count} of the {size} devices of {name.name_en}, and {len(extent.agencies)} "
                        "agencies: none of their outages would raise an alarm. Choose a smaller target, or confirm "
                        "that it is meant so.",
                    )
                )  # fmt: skip
        return found

    def _overlaps(self, window: NewWindow | Window, others: Iterable[Window], now: Instant) -> list[Finding]:
        mine, until = self._coverage.objects(window), _until(window)
        same = [
            other
            for other in others
            if other.until > max(window.starts_at, now)
            and other.starts_at < until
            and mine & self._coverage.objects(other)
        ]
        if not same:
            return []
        names = [f"{one.id}({span(one)})" for one in same[:_SHOWN]]
        names_en = [f"{one.id} ({span(one)})" for one in same[:_SHOWN]]
        more = len(same) - _SHOWN
        tail, tail_en = (f" 等 {len(same)} 个", f" and {more} more") if more > 0 else ("", "")
        return [
            Finding(
                Level.CONFIRM, "overlaps",
                f"与检修窗口 {'、'.join(names)}{tail}在同一时间涉及同一对象:请确认不是重复登记,不需要的请取消。",
                f"At the same time, window {', '.join(names_en)}{tail_en} concerns the same objects: make sure that it "
                "is not planned twice, and cancel what is not needed.",
            )
        ]  # fmt: skip

    def _length(self, window: NewWindow | Window, now: Instant) -> list[Finding]:
        longest, calm = self._settings.longest, duration(self._settings.calm)
        if window.ends_at is None:
            if now - window.starts_at > longest:
                return [
                    Finding(
                        Level.CONFIRM, "too-long",
                        f"没有结束时间,已持续 {duration(now - window.starts_at)}:请核实工作是否完成,完成的请结束。",
                        f"It has no end and has lasted for {duration(now - window.starts_at)}: find out whether the "
                        "work is done, and end it if so.",
                    )
                ]  # fmt: skip
            return [
                Finding(
                    Level.NOTE, "open-ended",
                    f"没有结束时间:完工后请结束;所涉对象全部正常且无告警满 {calm} 后平台自动结束。",
                    "It has no end: end it when the work is done. The platform ends it once all that it covers has "
                    f"been up without an alarm for {calm}.",
                )
            ]  # fmt: skip
        length = window.ends_at - window.starts_at
        if length <= longest:
            return []
        return [
            Finding(
                Level.CONFIRM, "too-long",
                f"持续 {duration(length)},超过 {duration(longest)}:请按实际施工时间分段登记;确需如此,请确认后登记。",
                f"It lasts {duration(length)}, longer than {duration(longest)}: plan one window for each stretch of "
                "work, or confirm that it is meant so.",
            )
        ]  # fmt: skip

    def _prefecture(self, device: str) -> str:
        found = self._network.devices[device]
        return self._network.prefecture_of(found.county or found.division) or ""


def refusals(found: Collection[Finding]) -> list[Finding]:
    """Those that refuse the window."""
    return [one for one in found if one.level is Level.REFUSE]


def doubts(found: Collection[Finding]) -> list[Finding]:
    """Those that must be confirmed."""
    return [one for one in found if one.level is Level.CONFIRM]


def span(window: NewWindow | Window) -> str:
    """`2026-11-24 14:30:00 – 2026-11-24 16:30:00 UTC+08:00`; an open end is left out."""
    start = zoned(window.starts_at)
    if _until(window) == NEVER:
        return f"{start} –"
    return f"{start.rpartition(' ')[0]} – {zoned(_until(window))}"


def _until(window: NewWindow | Window) -> Instant:
    if isinstance(window, Window):
        return window.until
    return NEVER if window.ends_at is None else window.ends_at


def _unknown(target: str, why: str) -> Finding:
    zh = f"没有找到检修对象“{target}”,请核对类型和编号。{_hint(why)}"
    return Finding(Level.REFUSE, "unknown-target", zh, why)


def _whole_province() -> Finding:
    return Finding(
        Level.REFUSE, "whole-province",
        "不能对全省登记检修,否则全省的中断都不会告警:请按州市、县区、设备或线路分别登记。",
        "It would silence the whole province: plan one window for each division, device or link concerned.",
    )  # fmt: skip


def _unsaid(window: NewWindow, author: str) -> list[Finding]:
    return [
        Finding(
            Level.REFUSE, f"no-{key}", f"没有填写{word}:请补上,审计与月报都要用到。",
            f"It needs {word_en}: the audit trail and the monthly report show it.",
        )
        for text, key, word, word_en in (
            (author, "author", "登记人", "an author"),
            (window.reason, "reason", "原因", "a reason"),
            (window.approver, "approver", "批准人", "an approver"),
        )
        if not text.strip()
    ]  # fmt: skip


def _times(window: NewWindow, now: Instant) -> list[Finding]:
    found = []
    start = zoned(window.starts_at)
    if window.ends_at is not None and window.ends_at <= window.starts_at:
        end = zoned(window.ends_at)
        found.append(
            Finding(
                Level.REFUSE, "ends-before-start", f"结束时间 {end} 不晚于开始时间 {start}:请改正,或不填结束时间。",
                f"It ends at {end}, not after its start at {start}: correct them, or leave the end out.",
            )
        )  # fmt: skip
    if window.starts_at < now - LATE:
        found.append(
            Finding(
                Level.REFUSE, "in-the-past",
                f"开始时间 {start} 已经过去:已发生的中断仍按中断计。请从现在开始登记。",
                f"It can't begin in the past ({start}): what was an outage stays one. Let it begin now.",
            )
        )  # fmt: skip
    if window.announced_at is not None and window.announced_at > now + LATE:
        announced = zoned(window.announced_at)
        found.append(
            Finding(
                Level.REFUSE, "announced-later",
                f"公告时间 {announced} 还没有到:请填写实际公告的时间,没有公告的不填。",
                f"It can't have been announced at {announced}, which is yet to come: give the true time, or none.",
            )
        )  # fmt: skip
    return found


def _announcement(window: NewWindow | Window) -> list[Finding]:
    at = window.announced_at
    if at is None:
        return [
            Finding(
                Level.NOTE, "not-announced",
                "没有公告时间:月报将其列为未事先公告的检修。已公告的,请补填公告时间。",
                "It has no time of announcement: the monthly report lists it as work that was not announced in "
                "advance. Give the time if it was announced.",
            )
        ]  # fmt: skip
    if at >= window.starts_at:
        return [
            Finding(
                Level.NOTE, "announced-late",
                f"公告时间 {zoned(at)} 不早于开始时间:月报将其列为未事先公告的检修。请提前公告。",
                f"It was announced at {zoned(at)}, not before its start: the monthly report lists it as work that was "
                "not announced in advance. Announce the next one earlier.",
            )
        ]  # fmt: skip
    return []


def _hint(why: str) -> str:
    _, question, rest = why.partition("Did you mean ")
    return f"是否指 {rest}" if question else ""
