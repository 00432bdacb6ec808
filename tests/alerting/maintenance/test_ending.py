"""Windows without an end: over once all that they cover has been up, without an alarm, for an hour."""

from collections.abc import Callable

import pytest

from alerting.audit.queries import entries
from alerting.maintenance.ending import Endings
from alerting.maintenance.notice import texts_of
from alerting.maintenance.planning import end
from alerting.maintenance.settings import MaintenanceSettings
from alerting.maintenance.tables import WindowRow
from alerting.maintenance.targets import Objects, TargetKind
from alerting.maintenance.windows import list_windows
from alerting.notify.queries import recent_messages
from foundation.clock import HOUR, MINUTE, SECOND, SteppedClock
from foundation.problems import OperatorError
from storage.records.database import Records
from tests.alerting.bench import Bench, hot
from tests.alerting.incidents.scene import roster
from tests.alerting.windows import planned
from topology.network import Network

pytestmark = pytest.mark.slow


@pytest.fixture
def bench(network: Network, sqlite_records: Records, clock: SteppedClock) -> Bench:
    """On SQLite: hours of judging do the same on each database."""
    return Bench(network, sqlite_records, clock)


def open_ended(bench: Bench, kind: TargetKind = TargetKind.DEVICE, target: str = "a1") -> int:
    """A window that begins now and has no end."""
    now = bench.clock.now()
    return planned(bench.records, bench.network, now, kind, target, now, None)


def endings(bench: Bench) -> Endings:
    return Endings(bench.network, roster(bench.network), MaintenanceSettings(), "云南政务网")


def ended(bench: Bench) -> list[int]:
    """What the job ends now."""
    return endings(bench).run(bench.records, bench.clock.now())


def run(bench: Bench, minutes: int) -> None:
    """Minutes in which everything is looked at often enough."""
    bench.run(minutes * 60, every=15)


def test_after_an_hour_of_calm_it_ends_with_an_audit_entry_and_a_message(bench: Bench) -> None:
    number = open_ended(bench)
    run(bench, 5)
    bench.dead = {"a1"}
    run(bench, 10)
    bench.dead = set()
    bench.sweep()
    back = bench.clock.now()
    run(bench, 58)
    assert ended(bench) == []
    run(bench, 3)
    now = bench.clock.now()
    assert ended(bench) == [number]
    with bench.records.reading() as session:
        (window,) = list_windows(session, 0)
        entry = entries(session)[0]
        messages = recent_messages(session, 10)
    assert (window.ended_at, window.ended_by) == (now, "system")
    assert (entry.action, entry.actor, entry.source) == ("maintenance.end", "system", "rule")
    assert abs(entry.after["calm_since"] - back) <= 15 * SECOND
    assert {(message.channel, message.kind) for message in messages} == {("sms", "notice"), ("email", "notice")}
    sms = next(message.body for message in messages if message.channel == "sms")
    assert sms.startswith("【云南政务网】检修1号已自动结束:a1正常满01:0")
    assert len(sms) <= 70
    assert ended(bench) == [], "once"


def test_what_is_still_down_keeps_it_and_when_ended_by_hand_is_alarmed(bench: Bench) -> None:
    number = open_ended(bench)
    bench.dead = {"a1"}
    run(bench, 90)
    assert ended(bench) == []
    over = bench.clock.now()
    with bench.records.transaction() as session:
        end(session, number, "张三", over)
    bench.told()
    bench.run(10)
    (raised,) = bench.responder.changes
    assert (raised.kind.value, raised.started_at) == ("raised", over)


def test_any_alarm_on_what_it_covers_is_no_calm(bench: Bench) -> None:
    number = open_ended(bench)
    for _ in range(40):
        bench.see(bench.look("a1", health=hot("t1", "temperature", 95.0)))
        bench.clock.advance(15 * SECOND)
    run(bench, 90)
    open_alerts = [alert for alert in bench.alerts().values() if alert.device == "a1"]
    assert len(open_alerts) == 1
    assert ended(bench) == [], "the alert is held by the window, and open"
    for _ in range(20):
        bench.see(bench.look("a1", health=hot("t1", "temperature", 35.0)))
        bench.clock.advance(15 * SECOND)
    run(bench, 50)
    assert ended(bench) == []
    run(bench, 15)
    assert ended(bench) == [number]


def test_a_line_is_calm_when_both_its_ends_are_up_and_nobody_says_that_it_is_down(bench: Bench) -> None:
    number = open_ended(bench, TargetKind.LINK, "a1:county-a")
    bench.cut = {"a1:county-a"}
    run(bench, 70)
    assert ended(bench) == []
    bench.cut = set()
    run(bench, 55)
    assert ended(bench) == []
    run(bench, 10)
    assert ended(bench) == [number]


def test_other_troubles_of_the_network_do_not_keep_it(bench: Bench) -> None:
    number = open_ended(bench, TargetKind.DIVISION, "530627")
    bench.dead = {"b1"}
    run(bench, 62)
    assert ended(bench) == [number]


def test_the_time_in_which_the_platform_was_off_is_no_calm(bench: Bench) -> None:
    number = open_ended(bench)
    run(bench, 30)
    bench.clock.advance(2 * HOUR)
    again = bench.again(settled=True)
    assert ended(again) == []
    run(again, 50)
    assert ended(again) == []
    run(again, 15)
    assert ended(again) == [number]


def test_one_that_has_not_begun_or_has_an_end_is_left_alone(bench: Bench) -> None:
    now = bench.clock.now()
    planned(bench.records, bench.network, now, TargetKind.DEVICE, "a1", now + 3 * HOUR, None)
    planned(bench.records, bench.network, now, TargetKind.DEVICE, "a2", now, now + 3 * HOUR)
    run(bench, 70)
    assert ended(bench) == []


def test_one_whose_target_has_left_the_network_ends_and_says_so(bench: Bench) -> None:
    number = open_ended(bench)
    with bench.records.transaction() as session:
        session.get_one(WindowRow, number).target_id = "gone"
    run(bench, 58)
    assert ended(bench) == []
    run(bench, 3)
    assert ended(bench) == [number]
    with bench.records.reading() as session:
        entry = entries(session)[0]
        (window,) = list_windows(session, 0)
    assert (entry.action, entry.after["target_gone"]) == ("maintenance.end", True)
    told = texts_of(bench.network, window, Objects(), None, bench.clock.now(), "云南政务网")
    assert "检修1号已自动结束" in told.sms
    assert "对象已不在拓扑中" in told.sms
    assert "检修对象已不在拓扑中,平台自动结束" in told.text


def test_one_that_can_not_be_ended_leaves_the_others_no_less_ended(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = open_ended(bench), open_ended(bench, target="a2")
    run(bench, 65)
    original: Callable[..., bool] = Endings.end_if_calm

    def fails_for_the_first(self: Endings, session: object, number: int, now: int) -> bool:
        if number == first:
            raise OperatorError("The records are locked.")
        return original(self, session, number, now)

    monkeypatch.setattr(Endings, "end_if_calm", fails_for_the_first)
    assert ended(bench) == [second]
    monkeypatch.setattr(Endings, "end_if_calm", original)
    assert ended(bench) == [first]


def test_one_that_somebody_ends_meanwhile_is_not_ended_twice(bench: Bench) -> None:
    number = open_ended(bench)
    run(bench, 65)
    now = bench.clock.now()
    with bench.records.transaction() as session:
        end(session, number, "张三", now - MINUTE)
        assert endings(bench).end_if_calm(session, number, now) is False
        assert list_windows(session, 0)[0].ended_by == "张三"
