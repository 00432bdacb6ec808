"""What a device's sensors measure: the closed vocabulary of `HealthReading.kind`, in words."""

from collections.abc import Mapping
from typing import Final, Literal

HealthKind = Literal[
    "cpu", "memory", "disk", "utilisation", "sessions", "temperature", "humidity", "fan",
    "fan_speed", "power", "power_draw", "voltage", "current", "module", "optical_rx", "optical_tx",
    "optical_bias", "output", "load", "battery", "charge", "runtime", "alarm", "contact",
]  # fmt: skip
"""All of them."""

HEALTH_WORDS: Final[Mapping[HealthKind, tuple[str, str]]] = {
    "cpu": ("CPU 利用率", "CPU utilisation"),
    "memory": ("内存利用率", "memory utilisation"),
    "disk": ("存储利用率", "storage utilisation"),
    "utilisation": ("资源利用率", "resource utilisation"),
    "sessions": ("会话数", "sessions"),
    "temperature": ("温度", "temperature"),
    "humidity": ("湿度", "humidity"),
    "fan": ("风扇", "fan"),
    "fan_speed": ("风扇转速", "fan speed"),
    "power": ("电源", "power supply"),
    "power_draw": ("功率", "power draw"),
    "voltage": ("电压", "voltage"),
    "current": ("电流", "current"),
    "module": ("板卡", "module"),
    "optical_rx": ("接收光功率", "received optical power"),
    "optical_tx": ("发送光功率", "sent optical power"),
    "optical_bias": ("光模块偏置电流", "optical bias current"),
    "output": ("UPS 供电来源", "UPS output source"),
    "load": ("UPS 负载", "UPS load"),
    "battery": ("电池", "battery"),
    "charge": ("电池电量", "battery charge"),
    "runtime": ("电池剩余时间", "battery run time"),
    "alarm": ("设备告警", "device alarm"),
    "contact": ("干接点", "dry contact"),
}
"""Each kind, in Chinese and in English."""


def kind_words(kind: str) -> tuple[str, str]:
    """What a kind is called in both languages; one that is not known is called by its name."""
    return _BY_NAME.get(kind, (kind, kind))


_BY_NAME: Final[Mapping[str, tuple[str, str]]] = {str(kind): words for kind, words in HEALTH_WORDS.items()} | {
    "event": ("事件", "event")
}
