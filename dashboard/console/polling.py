"""How a device is polled, in words: the self-tuning that the collector keeps, each value with its name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.web.formats import grouped, moment
from dashboard.web.texts import gettext


@dataclass(frozen=True, slots=True)
class Tuned:
    """One value with its name."""

    name: str
    value: str
    note: str = ""
    """What it means, for who rests on it."""


@dataclass(frozen=True, slots=True)
class LineShare:
    """What polling puts on one line that it goes over, of what it may."""

    link: str
    devices: int
    carried: str
    allowed: str
    share: float
    """Of what is allowed, 0 to 1."""


def polling_rows(tuning: Mapping[str, object]) -> list[Tuned]:
    """The values that are known, in the order in which people ask for them."""
    number = _Numbers(tuning)
    rows = [
        Tuned(gettext("凭据"), number.text("credentials"), gettext("只显示名称，口令从不显示")),
        Tuned(gettext("SNMP 版本"), number.text("version")),
        Tuned(
            gettext("每次请求"),
            number.unit("request_values", gettext("个值")),
            gettext("遇 tooBig 或丢包缩小，再慢慢恢复"),
        ),
        Tuned(gettext("超时"), number.unit("timeout_s", "s"), gettext("按该设备自己的往返时间")),
        Tuned(gettext("平均往返"), number.unit("round_trip_ms", "ms")),
        Tuned(gettext("每轮请求"), number.unit("requests_per_look", gettext("次"))),
        Tuned(gettext("每轮报文"), number.unit("packets_per_look", gettext("个"))),
        Tuned(gettext("每轮取值"), number.unit("values_per_look", gettext("个值"))),
        Tuned(
            gettext("下行开销"),
            number.unit("bytes_down_per_minute", gettext("字节/分钟")),
            gettext("含报文头，不含盘点"),
        ),
        Tuned(gettext("上行开销"), number.unit("bytes_up_per_minute", gettext("字节/分钟"))),
        Tuned(gettext("一次盘点"), number.unit("inventory_bytes", gettext("字节"))),
        Tuned(gettext("上次盘点"), number.moment("inventory_at")),
        Tuned(gettext("迟到的轮询"), number.unit("late_looks", gettext("次"))),
        Tuned(gettext("最近一次晚"), number.unit("latest_start_s", "s")),
        Tuned(gettext("超时次数"), number.unit("timeouts", gettext("次"))),
        Tuned(gettext("重启次数"), number.unit("restarts", gettext("次"))),
        Tuned(gettext("因线路预算推迟"), number.unit("put_off", gettext("次"))),
        Tuned(gettext("因限速等待"), number.unit("paced", gettext("次"))),
    ]
    return [row for row in rows if row.value]


def line_shares(tuning: Mapping[str, object]) -> list[LineShare]:
    """The lines that polling goes over, the device's own first."""
    lines = tuning.get("lines")
    found = []
    for line in lines if isinstance(lines, Sequence) and not isinstance(lines, str) else ():
        if isinstance(line, Mapping):
            number = _Numbers(line)
            carried, allowed = number.number("carried_per_minute"), number.number("allowed_per_minute")
            share = min(1.0, carried / allowed) if carried is not None and allowed else 0.0
            found.append(
                LineShare(
                    number.text("link"), int(number.number("devices") or 0),
                    grouped(round(carried or 0)), grouped(round(allowed or 0)), share,
                )
            )  # fmt: skip
    return found


class _Numbers:
    """Reads a kept document, which may be of another version: what is not as expected is left out."""

    def __init__(self, document: Mapping[str, object]) -> None:
        self._document = document

    def text(self, name: str) -> str:
        value = self._document.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> float | None:
        value = self._document.get(name)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def unit(self, name: str, unit: str) -> str:
        value = self.number(name)
        return "" if value is None else f"{grouped(value)} {unit}"

    def moment(self, name: str) -> str:
        value = self.number(name)
        return "" if value is None else moment(int(value))
