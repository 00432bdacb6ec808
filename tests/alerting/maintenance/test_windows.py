"""Planning windows: what is refused and why, what is listed, and which devices are covered."""

import pytest

from alerting.audit.queries import entries
from alerting.maintenance.coverage import covering, devices_of
from alerting.maintenance.windows import NewWindow, TargetKind, active, end, list_windows, plan
from foundation.clock import DAY, HOUR, MINUTE, SteppedClock
from foundation.problems import OperatorError
from storage.records.database import Records
from topology.network import Network


def new(clock: SteppedClock, **more: object) -> NewWindow:
    values: dict[str, object] = {
        "target_kind": TargetKind.DEVICE,
        "target_id": "county-a",
        "starts_at": clock.now() + HOUR,
        "ends_at": clock.now() + 2 * HOUR,
        "reason": "更换主控板",
        "approver": "李主任",
        **more,
    }
    return NewWindow(**values)  # type: ignore[arg-type]


def test_a_window_is_recorded_with_its_audit_entry(records: Records, clock: SteppedClock, network: Network) -> None:
    with records.transaction() as session:
        number = plan(session, new(clock), "张三", clock.now(), network=network)
    with records.reading() as session:
        (window,) = list_windows(session, clock.now())
        (entry,) = entries(session)
    assert (window.id, window.author, window.approver, window.name) == (
        number,
        "张三",
        "李主任",
        f"maintenance:{number}",
    )
    assert (entry.action, entry.actor) == ("maintenance.plan", "张三")


@pytest.mark.parametrize(
    ("more", "actor", "sentence"),
    [
        ({}, " ", "It needs an author."),
        ({"reason": ""}, "张三", "It needs a reason."),
        ({"approver": ""}, "张三", "It needs an approver."),
        ({"ends_at": 0}, "张三", "not after its start at 2026-11-24 15:30:00."),
        ({"starts_at": 0}, "张三", "It can't begin in the past (1970-01-01 08:00:00): what was an outage stays one."),
        ({"target_id": "county-aa"}, "张三", 'There is no device "county-aa". Did you mean "county-a"?'),
        ({"target_kind": TargetKind.AGENCY}, "张三", 'There is no agency "county-a".'),
        (
            {"target_kind": TargetKind.DIVISION, "target_id": "530000"},
            "张三",
            "It would silence the whole province: plan one window for each division or device concerned.",
        ),
    ],
)
def test_a_window_is_refused_with_a_sentence(
    records: Records, clock: SteppedClock, network: Network, more: dict[str, object], actor: str, sentence: str
) -> None:
    with pytest.raises(OperatorError) as refused, records.transaction() as session:
        plan(session, new(clock, **more), actor, clock.now(), network=network)
    assert sentence in str(refused.value)
    with records.reading() as session:
        assert list_windows(session, 0) == []
        assert entries(session) == []


def test_all_reasons_are_told_at_once(records: Records, clock: SteppedClock, network: Network) -> None:
    with pytest.raises(OperatorError) as refused, records.transaction() as session:
        plan(session, new(clock, reason="", approver="", target_id="x"), "", clock.now(), network=network)
    assert str(refused.value).count("It needs") == 3
    assert "There is no device" in str(refused.value)


def test_a_window_may_begin_now_or_as_long_ago_as_a_form_takes(records: Records, clock: SteppedClock) -> None:
    with records.transaction() as session:
        plan(session, new(clock, starts_at=clock.now() - MINUTE), "张三", clock.now())
        assert len(active(session, clock.now())) == 1


def test_a_window_is_active_from_its_start_until_before_its_end(records: Records, clock: SteppedClock) -> None:
    window = new(clock)
    with records.transaction() as session:
        plan(session, window, "张三", clock.now())
        assert active(session, window.starts_at - 1) == []
        assert len(active(session, window.starts_at)) == 1
        assert len(active(session, window.ends_at - 1)) == 1
        assert active(session, window.ends_at) == []


def test_ending_early_ends_it_and_cancels_one_not_begun(records: Records, clock: SteppedClock) -> None:
    window = new(clock)
    with records.transaction() as session:
        number = plan(session, window, "张三", clock.now())
        end(session, number, "张三", window.starts_at + MINUTE)
        assert active(session, window.starts_at + MINUTE) == []
        other = plan(session, window, "张三", clock.now())
        end(session, other, "张三", clock.now())
        assert [one.id for one in active(session, window.starts_at)] == [number]


def test_ending_what_is_over_or_unknown_is_refused(records: Records, clock: SteppedClock) -> None:
    window = new(clock)
    with records.transaction() as session:
        number = plan(session, window, "张三", clock.now())
        with pytest.raises(OperatorError, match="ended at 2026-11-24 16:30:00 already"):
            end(session, number, "张三", window.ends_at + DAY)
        with pytest.raises(OperatorError, match="There is no maintenance window 99"):
            end(session, 99, "张三", clock.now())


def test_what_each_kind_of_target_covers(records: Records, clock: SteppedClock, network: Network) -> None:
    now = clock.now()
    with records.transaction() as session:
        for kind, target in (
            (TargetKind.DEVICE, "a1"),
            (TargetKind.AGENCY, "agency-b1"),
            (TargetKind.DIVISION, "530627"),
            (TargetKind.DIVISION, "530600"),
            (TargetKind.DEVICE, "gone"),
        ):
            plan(session, new(clock, target_kind=kind, target_id=target, starts_at=now), "张三", now)
        windows = list_windows(session, now)
    device, agency, county, prefecture, gone = (devices_of(window, network) for window in windows)
    assert device == {"a1"}
    assert agency == {"b1"}
    assert county == {"county-a", "a1", "a2", "a3"}
    assert prefecture == set(network.devices) - {"core-1", "core-2"}
    assert gone == frozenset()
    assert covering(windows, network, now + HOUR).keys() == prefecture
    assert covering(windows, network, now + 3 * HOUR) == {}
