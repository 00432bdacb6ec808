"""The metrics that a threshold rule can watch, and the units in which operators write their limits."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal


class Layer(StrEnum):
    """Which part of an observation carries a metric."""

    INTERFACE = "interface"
    """A field of `InterfaceReading`."""
    HEALTH = "health"
    """The `kind` of a `HealthReading`."""
    DEVICE = "device"
    """A field of the observation itself."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric; `units` maps each accepted unit to its factor into the observation's own unit, the first one."""

    name: str
    layer: Layer
    units: Mapping[str, float]
    title: str
    title_en: str

    @property
    def unit(self) -> str:
        """The unit in which observations carry it."""
        return next(iter(self.units))


_PERCENT: Final = {"%": 1.0}
_RATE: Final = {"/s": 1.0, "/min": 1 / 60}
_BITS: Final = {"bps": 1.0, "kbps": 1e3, "Mbps": 1e6, "Gbps": 1e9}
_DECIBELS: Final = {"dBm": 1.0, "dB": 1.0}

MetricName = Literal[
    "in_util", "out_util", "in_bps", "out_bps", "in_errors", "out_errors", "in_discards", "out_discards",
    "cpu", "memory", "temperature", "disk", "utilisation", "humidity", "load", "charge", "optical_rx", "optical_tx",
    "rtt_ms",
]  # fmt: skip
"""All of them."""

METRICS: Final[Mapping[str, Metric]] = {
    metric.name: metric
    for metric in (
        Metric("in_util", Layer.INTERFACE, _PERCENT, "入向利用率", "inbound utilisation"),
        Metric("out_util", Layer.INTERFACE, _PERCENT, "出向利用率", "outbound utilisation"),
        Metric("in_bps", Layer.INTERFACE, _BITS, "入向流量", "inbound traffic"),
        Metric("out_bps", Layer.INTERFACE, _BITS, "出向流量", "outbound traffic"),
        Metric("in_errors", Layer.INTERFACE, _RATE, "入向错包", "inbound errors"),
        Metric("out_errors", Layer.INTERFACE, _RATE, "出向错包", "outbound errors"),
        Metric("in_discards", Layer.INTERFACE, _RATE, "入向丢包", "inbound discards"),
        Metric("out_discards", Layer.INTERFACE, _RATE, "出向丢包", "outbound discards"),
        Metric("cpu", Layer.HEALTH, _PERCENT, "CPU 利用率", "CPU utilisation"),
        Metric("memory", Layer.HEALTH, _PERCENT, "内存利用率", "memory utilisation"),
        Metric("temperature", Layer.HEALTH, {"°C": 1.0, "℃": 1.0}, "温度", "temperature"),
        Metric("disk", Layer.HEALTH, _PERCENT, "存储利用率", "storage utilisation"),
        Metric("utilisation", Layer.HEALTH, _PERCENT, "资源利用率", "resource utilisation"),
        Metric("humidity", Layer.HEALTH, _PERCENT, "湿度", "humidity"),
        Metric("load", Layer.HEALTH, _PERCENT, "UPS 负载", "UPS load"),
        Metric("charge", Layer.HEALTH, _PERCENT, "电池电量", "battery charge"),
        Metric("optical_rx", Layer.HEALTH, _DECIBELS, "接收光功率", "received optical power"),
        Metric("optical_tx", Layer.HEALTH, _DECIBELS, "发送光功率", "sent optical power"),
        Metric("rtt_ms", Layer.DEVICE, {"ms": 1.0, "s": 1000.0}, "响应时间", "response time"),
    )
}

_QUANTITY: Final = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*([^\s\d.]\S*)\s*")


def parse_quantity(text: str, metric: Metric) -> float:
    """`85 %`, `2 /s`, `500 ms` as a value in the metric's own unit.

    Raises ValueError, with the units that would do, when the number or the unit is not right for the metric.
    """
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text.strip()}" is no number with a unit: write for example "85 {metric.unit}"')
    factor = metric.units.get(match[2])
    if factor is None:
        accepted = " or ".join(f'"{unit}"' for unit in metric.units)
        raise ValueError(f'the unit "{match[2]}" does not fit {metric.name}, which is given in {accepted}')
    return float(match[1]) * factor
