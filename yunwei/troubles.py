"""The platform's own troubles: found by looking at itself every few seconds, told on the bus when they begin and end.

Judging makes alerts of them, so that they open one incident each and people of the province's centre are called. What
can't be recorded at the moment, as when the database itself is away, is told as soon as it can be.
"""

import asyncio
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from foundation.bus import Bus
from foundation.clock import Clock, Instant
from foundation.messages import PlatformCondition, PlatformTrouble
from storage.metrics.writer_figures import WriterState
from yunwei.health import STALE

EVERY: Final = 5.0
"""Seconds between two looks."""

NEARLY_FULL: Final = 0.90
"""The used share of the data's disk from which it is nearly full, if there is also less than SMALL left."""
SMALL: Final = 5 * 2**30
FULL: Final = 0.99
MARGIN: Final = 0.02
"""A trouble of the disk is over once this much more is free: what is written and deleted must not open it anew."""

CHANNELS: Final[Mapping[str, tuple[str, str]]] = {"email": ("电子邮件", "e-mail"), "sms": ("短信", "text messages")}

BACKUPS: Final[Mapping[str, tuple[str, str]]] = {
    "backup": ("备份未能完成，每小时重试", "The backup could not be made, and is tried again every hour"),
    "backup test": (
        "备份恢复自检未通过，下次备份后重试",
        "A backup could not be restored as a test, which is tried again after the next backup",
    ),
}

Key = tuple[PlatformTrouble, str]


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk that holds the data directory, in bytes."""

    size: int
    free: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How the platform stands: what is looked at."""

    disk: Disk | None
    """None when it can't be looked at."""
    metrics: WriterState
    recording: bool
    collector_silent: int
    """Milliseconds since the collector's last sign of life."""
    failing: Mapping[str, tuple[Instant, str]]
    """Channels by which messages don't leave: since when, and the latest reason."""
    backups: Mapping[str, str]
    """What fails of the backups, `backup` or `backup test`, and why."""


def troubles(now: Standing, lasting: Mapping[Key, PlatformCondition]) -> Iterator[tuple[Key, str, str]]:
    """What is wrong: which trouble of which part, in Chinese and in English. `lasting` was wrong at the last look."""
    metrics = now.metrics
    if now.disk is not None and now.disk.size > 0:
        used, free = 1 - now.disk.free / now.disk.size, now.disk.free / 2**20
        sentence = (f"已用 {used:.0%}，剩余 {free:,.0f} MB", f"{used:.0%} is used, {free:,.0f} MB are left")
    else:
        used, sentence = 0.0, ("", "")

    def over(trouble: PlatformTrouble, limit: float) -> bool:
        return used >= limit - (MARGIN if (trouble, "disk") in lasting else 0)

    if metrics.disk_full or over(PlatformTrouble.DISK_FULL, FULL):
        yield (
            (PlatformTrouble.DISK_FULL, "disk"),
            f"数据盘已满（{sentence[0] or '写入失败'}）：指标只能留在内存，请立即清理或扩容",
            f"The data disk is full ({sentence[1] or 'writes fail'}): metrics wait in memory; make room at once",
        )
    elif now.disk is not None and now.disk.free < SMALL and over(PlatformTrouble.DISK_NEARLY_FULL, NEARLY_FULL):
        yield (
            (PlatformTrouble.DISK_NEARLY_FULL, "disk"),
            f"数据盘将满：{sentence[0]}，请清理或扩容",
            f"The data disk is nearly full: {sentence[1]}; make room",
        )
    if metrics.word in ("waiting", "refused"):
        refused = metrics.word == "refused"
        yield (
            (PlatformTrouble.METRICS_WAITING, "metric store"),
            "指标库拒收数据，被拒的行另存，请查看日志" if refused else "指标库不可用，数据在盘上等待补写，请检查指标库",
            f"The metric store {'refuses rows' if refused else 'is away, rows wait on disk'}: {metrics.reason}",
        )
    if not now.recording:
        yield (
            (PlatformTrouble.RECORDS_AWAY, "records"),
            "记录库无法写入，期间的判断已补记，请检查数据库和磁盘",
            "The records could not be written; what was judged meanwhile was recorded later. Check database and disk",
        )
    if now.collector_silent > STALE:
        yield (
            (PlatformTrouble.COLLECTOR_DEAD, "collector"),
            "采集进程无响应，网络状态不再更新，请重启平台",
            "The collector gives no sign of life, so that nothing is observed any more: restart the platform",
        )
    for channel, (_, reason) in sorted(now.failing.items()):
        name, name_en = CHANNELS.get(channel, (channel, channel))
        yield (
            (PlatformTrouble.CHANNEL_FAILING, channel),
            f"{name}发送失败，通知在排队，请检查网关：{reason}",
            f"Messages can't be sent by {name_en} and wait: {reason}",
        )
    for part, reason in sorted(now.backups.items()):
        name, name_en = BACKUPS[part]
        yield (PlatformTrouble.BACKUP_FAILING, part), f"{name}：{reason}", f"{name_en}: {reason}"


class SelfWatch:
    """Looks at the platform, and publishes each condition at the start and whenever it begins or ends."""

    def __init__(self, bus: Bus, clock: Clock, look: Callable[[], Standing]) -> None:
        """`look` may touch the disk: it is called on a thread."""
        self._bus = bus
        self._clock = clock
        self._look = look
        self._lasting: dict[Key, PlatformCondition] = {}
        self._calm: set[Key] = set()

    @property
    def lasting(self) -> list[PlatformCondition]:
        """What is wrong now."""
        return list(self._lasting.values())

    async def run(self) -> None:
        """Look for ever."""
        while True:
            self.turn(await asyncio.to_thread(self._look))
            await asyncio.sleep(EVERY)

    def turn(self, standing: Standing) -> None:
        """One look."""
        now = self._clock.now()
        found = {key: (text, text_en) for key, text, text_en in troubles(standing, self._lasting)}
        for key in [key for key in self._lasting if key not in found]:
            del self._lasting[key]
        for (trouble, part), (text, text_en) in found.items():
            if (trouble, part) not in self._lasting:
                condition = PlatformCondition(trouble, part, holds=True, at=now, text=text, text_en=text_en)
                self._lasting[trouble, part] = condition
                self._bus.publish(condition)
        # What is well is told once: an alert from before a restart ends by it.
        calm = {key for key in _parts() if key not in found}
        for trouble, part in sorted(calm - self._calm):
            self._bus.publish(PlatformCondition(trouble, part, holds=False, at=now))
        self._calm = calm


def disk_of(directory: Path) -> Disk | None:
    """The disk of a directory; None when it can't be asked."""
    try:
        found = shutil.disk_usage(directory)
    except OSError:
        return None
    return Disk(found.total, found.free)


def _parts() -> Iterator[Key]:
    yield PlatformTrouble.DISK_FULL, "disk"
    yield PlatformTrouble.DISK_NEARLY_FULL, "disk"
    yield PlatformTrouble.METRICS_WAITING, "metric store"
    yield PlatformTrouble.RECORDS_AWAY, "records"
    yield PlatformTrouble.COLLECTOR_DEAD, "collector"
    for channel in CHANNELS:
        yield PlatformTrouble.CHANNEL_FAILING, channel
    for part in BACKUPS:
        yield PlatformTrouble.BACKUP_FAILING, part
