"""The platform's own troubles: one alert each, opened once and cleared once, whatever else goes on."""

import pytest

from alerting.changes import Severity
from foundation.clock import MINUTE, SECOND, SteppedClock
from foundation.messages import PlatformCondition, PlatformTrouble, State
from storage.records.database import Records
from tests.alerting.bench import Bench
from topology.network import Network


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock) -> Bench:
    return Bench(network, records, clock)


def tell(bench: Bench, trouble: PlatformTrouble, part: str, *, holds: bool = True) -> None:
    text = ("数据盘已满", "The data disk is full") if holds else ("", "")
    bench.bus.publish(
        PlatformCondition(trouble, part, holds=holds, at=bench.clock.now(), text=text[0], text_en=text[1])
    )


def test_a_full_disk_is_told_to_the_provinces_centre_and_cleared_when_there_is_room(bench: Bench) -> None:
    tell(bench, PlatformTrouble.DISK_FULL, "disk")
    bench.run(60)
    (change,) = bench.responder.changes
    assert (change.rule, change.object_kind, change.object_id) == ("platform-critical", "platform", "disk")
    assert (change.division, change.device, change.severity) == ("530000", "", Severity.CRITICAL)
    assert change.summary == "平台自身：数据盘已满"
    assert change.summary_en == "The platform itself: The data disk is full"
    bench.told()
    tell(bench, PlatformTrouble.DISK_FULL, "disk", holds=False)
    bench.run(10)
    assert bench.told() == [("cleared", "platform-critical", "disk")]
    assert set(bench.states().values()) == {State.UP}


def test_a_short_absence_of_a_store_is_told_to_nobody(bench: Bench) -> None:
    tell(bench, PlatformTrouble.METRICS_WAITING, "metric store")
    bench.run(50)
    tell(bench, PlatformTrouble.METRICS_WAITING, "metric store", holds=False)
    bench.run(60)
    assert bench.told() == []
    tell(bench, PlatformTrouble.METRICS_WAITING, "metric store")
    bench.run(70)
    assert bench.told() == [("raised", "platform-major", "metric store")]


@pytest.mark.slow
def test_each_channel_is_a_trouble_of_its_own(bench: Bench) -> None:
    tell(bench, PlatformTrouble.CHANNEL_FAILING, "email")
    tell(bench, PlatformTrouble.CHANNEL_FAILING, "sms")
    bench.run(120)
    tell(bench, PlatformTrouble.CHANNEL_FAILING, "sms", holds=False)
    bench.run(10)
    assert set(bench.alerts()) == {("platform-major", "email")}


@pytest.mark.slow
def test_after_a_restart_it_goes_on_until_the_platform_says_that_it_is_over(bench: Bench) -> None:
    tell(bench, PlatformTrouble.DISK_FULL, "disk")
    bench.run(30)
    other = bench.again()
    tell(other, PlatformTrouble.DISK_FULL, "disk")
    other.run(60)
    assert other.told() == []
    third = other.again()
    tell(third, PlatformTrouble.DISK_FULL, "disk", holds=False)
    third.run(60)
    assert third.told() == [("cleared", "platform-critical", "disk")]


def test_it_is_told_while_nothing_else_is_judged_yet(network: Network, records: Records, clock: SteppedClock) -> None:
    bench = Bench(network, records, clock, settled=False)
    tell(bench, PlatformTrouble.COLLECTOR_DEAD, "collector")
    bench.tick(2)
    assert set(bench.alerts()) == {("platform-critical", "collector")}
    assert bench.clock.now() < clock.now() + SECOND + MINUTE
