"""Windows as recorded: planning, ending, cancelling, listing."""

import pytest

from alerting.audit.queries import entries
from alerting.maintenance.planning import WindowRefusedError, cancel, end, plan
from alerting.maintenance.targets import TargetKind
from alerting.maintenance.windows import NewWindow, Standing, active, list_windows, window
from foundation.clock import DAY, HOUR, MINUTE, SteppedClock
from foundation.problems import OperatorError
from storage.records.database import Records
from tests.alerting.windows import linter_of
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


def put(records: Records, clock: SteppedClock, network: Network, **more: object) -> int:
    """Plan one now."""
    with records.transaction() as session:
        return plan(session, new(clock, **more), "张三", clock.now(), linter=linter_of(network))


def test_a_window_is_recorded_with_its_audit_entry(records: Records, clock: SteppedClock, network: Network) -> None:
    number = put(records, clock, network, announced_at=clock.now() - DAY)
    with records.reading() as session:
        (found,) = list_windows(session, clock.now())
        (entry,) = entries(session)
        assert window(session, number) == found
        assert window(session, 99) is None
    assert (found.author, found.approver, found.name) == ("张三", "李主任", f"maintenance:{number}")
    assert found.announced_in_advance
    assert (entry.action, entry.actor, entry.object) == ("maintenance.plan", "张三", f"maintenance:{number}")
    assert entry.after["target"] == "device:county-a"


def test_a_refused_window_leaves_nothing_and_tells_all_reasons_at_once(
    records: Records, clock: SteppedClock, network: Network
) -> None:
    asked = new(clock, reason="", approver="", target_id="x")
    with pytest.raises(WindowRefusedError) as refused, records.transaction() as session:
        plan(session, asked, "", clock.now(), linter=linter_of(network))
    assert str(refused.value).count("It needs") == 3
    assert 'There is no device "x".' in str(refused.value)
    with records.reading() as session:
        assert list_windows(session, 0) == []
        assert entries(session) == []


def test_what_must_be_confirmed_is_planned_only_by_who_confirms_just_that(
    records: Records, clock: SteppedClock, network: Network
) -> None:
    asked = new(clock, target_kind=TargetKind.DIVISION, target_id="530600")
    for confirmed in ((), ("overlaps",)):
        with pytest.raises(WindowRefusedError, match="none of their outages"), records.transaction() as session:
            plan(session, asked, "张三", clock.now(), linter=linter_of(network), confirmed=confirmed)
    with records.transaction() as session:
        plan(session, asked, "张三", clock.now(), linter=linter_of(network), confirmed=("large",))
    with records.reading() as session:
        assert entries(session)[0].after["confirmed"] == ["large"], "the trail knows what was confirmed"


def test_a_window_is_active_from_its_start_until_before_its_end(
    records: Records, clock: SteppedClock, network: Network
) -> None:
    asked = new(clock)
    put(records, clock, network)
    assert asked.ends_at is not None
    with records.reading() as session:
        assert active(session, asked.starts_at - 1) == []
        assert len(active(session, asked.starts_at)) == 1
        assert len(active(session, asked.ends_at - 1)) == 1
        assert active(session, asked.ends_at) == []


def test_an_open_ended_window_lasts_until_it_is_ended(records: Records, clock: SteppedClock, network: Network) -> None:
    number = put(records, clock, network, ends_at=None)
    later = clock.now() + 400 * DAY
    with records.transaction() as session:
        (found,) = active(session, later)
        assert found.is_open_ended
        end(session, number, "李四", later)
        assert active(session, later) == []
        (found,) = list_windows(session, later - 1)
    assert (found.until, found.ended_by, found.standing(later)) == (later, "李四", Standing.OVER)


def test_ending_early_ends_it_and_cancelling_ends_one_not_begun(
    records: Records, clock: SteppedClock, network: Network
) -> None:
    number = put(records, clock, network)
    other = put(records, clock, network, target_id="county-b")
    begun = clock.now() + HOUR + MINUTE
    with records.transaction() as session:
        with pytest.raises(OperatorError, match=r"began at 2026-11-24 15:30:00 UTC\+08:00: it can be ended"):
            cancel(session, number, "张三", begun)
        end(session, number, "张三", begun)
        assert [one.id for one in active(session, begun)] == [other]
        cancel(session, other, "张三", clock.now())
        standings = {one.id: one.standing(begun) for one in list_windows(session, 0)}
        actions = [entry.action for entry in entries(session)]
    assert standings == {number: Standing.OVER, other: Standing.CANCELLED}
    assert actions[:2] == ["maintenance.cancel", "maintenance.end"]


def test_ending_what_is_over_or_unknown_is_refused(records: Records, clock: SteppedClock, network: Network) -> None:
    number = put(records, clock, network)
    with records.transaction() as session:
        with pytest.raises(OperatorError, match=r"ended at 2026-11-24 16:30:00 UTC\+08:00 already"):
            end(session, number, "张三", clock.now() + DAY)
        with pytest.raises(OperatorError, match="There is no maintenance window 99"):
            end(session, 99, "张三", clock.now())
