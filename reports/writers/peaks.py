"""What the columns of a line's peak are headed by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reports.load import Peak


@dataclass(frozen=True, slots=True)
class PeakWords:
    """Keys of `reports.words.ENGLISH`."""

    word: str
    rate: str
    percent: str


PEAKS: Final[Mapping[Peak, PeakWords]] = {
    Peak.P95: PeakWords("95 百分位", "95 百分位 (Mbit/s)", "95 百分位 (%)"),
    Peak.HIGHEST: PeakWords("最高值", "最高值 (Mbit/s)", "最高值 (%)"),
}
