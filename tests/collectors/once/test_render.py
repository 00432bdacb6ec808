"""The table of a look, for people."""

import asyncio
from dataclasses import replace

import pytest
from rich.console import Console

from collectors.once import HostPoll, Shortfall, render
from collectors.once.render import bits, value_of
from foundation.messages import HealthReading, HealthStatus, LimitSource
from tests.collectors.once.making import host, look


@pytest.fixture(scope="module")
def whole() -> HostPoll:
    """A look at a host that has some of everything."""
    return asyncio.run(look(host()))


def text_of(poll: HostPoll) -> str:
    console = Console(width=160, record=True, file=open("/dev/null", "w", encoding="utf-8"))  # noqa: SIM115
    console.print(render(poll))
    return console.export_text()


@pytest.mark.slow
def test_everything_is_shown_and_no_text_of_an_agent_can_break_it(whole: HostPoll) -> None:
    text = text_of(whole)
    for word in ("[b]lan1", "昆明", "38.5 °C", "AR6140-S", "GE0/0/7 (to r1)", "10.0.0.9", "established", "requests"):
        assert word in text


def test_the_worst_reading_stands_first_with_its_limit_and_where_that_came_from(whole: HostPoll) -> None:
    readings = (
        HealthReading("fine", "cpu", 5.0, "%"),
        HealthReading("hot", "temperature", 91.0, "°C", HealthStatus.CRITICAL, 85.0, LimitSource.DEVICE),
        HealthReading("psu", "power", 3.0, "", HealthStatus.WARNING, None, LimitSource.PROFILE, "degraded"),
    )
    lines = [
        line for line in text_of(replace(whole, health=readings)).splitlines() if "critical" in line or "fine" in line
    ]
    assert "hot" in lines[0]
    assert "85 °C" in lines[0]
    assert "device" in lines[0]
    assert "fine" in lines[1]


def test_a_look_that_is_not_complete_says_why(whole: HostPoll) -> None:
    assert "stopped answering" in text_of(replace(whole, shortfall=Shortfall.SILENT))
    assert "interfaces moved" in text_of(replace(whole, shortfall=Shortfall.MOVED))


@pytest.mark.parametrize(
    ("reading", "text"),
    [
        (HealthReading("x", "cpu", 12.34, "%"), "12.3 %"),
        (HealthReading("x", "fan", 1.0, "", word="normal"), "normal"),
        (HealthReading("x", "sessions", 1234.0, ""), "1234"),
        (HealthReading("x", "fan", None, ""), ""),
        (HealthReading("x", "temperature", None, "°C", word="nonoperational"), "nonoperational"),
    ],
)
def test_a_value_is_a_number_with_its_unit_or_a_word(reading: HealthReading, text: str) -> None:
    assert value_of(reading) == text


def test_rates_are_short() -> None:
    assert [bits(rate) for rate in (0, 999, 2_780_000, 10_000_000_000, 4e12)] == [
        "0 b/s", "999 b/s", "2.78 Mb/s", "10 Gb/s", "4 Tb/s",
    ]  # fmt: skip
