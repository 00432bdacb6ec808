"""Alerts in the records: one open row an object and rule, guaranteed by the database itself."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from alerting.alerts.effects import AlertEffect, AlertKey, AlertTouch
from alerting.alerts.queries import alert, alerts_of_device, open_alerts, recent_alerts, unacknowledged_alerts
from alerting.alerts.states import AlertState
from alerting.alerts.tables import AlertRow
from alerting.alerts.writer import acknowledge_alerts, write_effects, write_late_clears, write_touches
from alerting.changes import ChangeKind, ObjectKind, Severity
from storage.records.database import Records
from topology.network import CutOff, Network

KEY = AlertKey(ObjectKind.DEVICE, "county-a", "device-down")


def effect(kind: ChangeKind, at: int = 100, **more: object) -> AlertEffect:
    values: dict[str, object] = {
        "kind": kind, "key": KEY, "device": "county-a", "division": "530627", "severity": Severity.MAJOR,
        "started_at": 90, "at": at, "summary": "失联", "summary_en": "down", "labels": {"rule": "device-down"}, **more,
    }  # fmt: skip
    return AlertEffect(**values)  # type: ignore[arg-type]


def test_raising_makes_one_open_row_and_tells_its_id(records: Records) -> None:
    with records.transaction() as session:
        (change,) = write_effects(session, [effect(ChangeKind.RAISED)])
    with records.reading() as session:
        (view,) = open_alerts(session)
        assert alert(session, change.alert) == view
    assert (view.state, view.started_at, view.raised_at, view.count) == (AlertState.FIRING, 90, 100, 1)
    assert view.labels == {"rule": "device-down"}
    assert not view.is_outage


def test_raising_twice_is_one_row_counted_twice(records: Records) -> None:
    with records.transaction() as session:
        first, second = write_effects(session, [effect(ChangeKind.RAISED), effect(ChangeKind.RAISED, 200)])
    assert first.alert == second.alert
    with records.reading() as session:
        (view,) = open_alerts(session)
    assert (view.count, view.last_seen, view.raised_at) == (2, 200, 100)


def test_the_database_refuses_a_second_open_row(records: Records) -> None:
    with records.transaction() as session:
        write_effects(session, [effect(ChangeKind.RAISED)])
    with records.transaction() as session:
        row = session.get(AlertRow, 1)
        assert row is not None
        values = {one.name: getattr(row, one.name) for one in AlertRow.__table__.columns if one.name != "id"}
        session.add(AlertRow(**values))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def test_after_clearing_a_new_occurrence_is_a_new_row(records: Records) -> None:
    with records.transaction() as session:
        changes = write_effects(
            session,
            [effect(ChangeKind.RAISED), effect(ChangeKind.CLEARED, 200), effect(ChangeKind.RAISED, 300)],
        )
    assert changes[0].alert == changes[1].alert != changes[2].alert
    with records.reading() as session:
        assert [view.cleared_at for view in recent_alerts(session, 10)] == [None, 200]


def test_an_alert_that_was_only_suppressed_was_never_raised_until_it_is_released(records: Records) -> None:
    with records.transaction() as session:
        write_effects(session, [effect(ChangeKind.SUPPRESSED, suppressed_by="maintenance:1")])
    with records.reading() as session:
        (view,) = open_alerts(session)
    assert (view.state, view.suppressed_by, view.raised_at) == (AlertState.SUPPRESSED, "maintenance:1", None)
    with records.transaction() as session:
        write_effects(session, [effect(ChangeKind.RAISED, 500, started_at=400)])
    with records.reading() as session:
        (view,) = open_alerts(session)
    assert (view.state, view.suppressed_by, view.raised_at, view.started_at) == (AlertState.FIRING, "", 500, 400)


def test_an_update_keeps_state_and_start_and_remembers_who_is_cut_off(records: Records) -> None:
    cut_off = CutOff(frozenset({"a1", "a2"}), frozenset(), frozenset(), frozenset())
    with records.transaction() as session:
        write_effects(session, [effect(ChangeKind.RAISED), effect(ChangeKind.UPDATED, 200, cut_off=cut_off)])
    with records.reading() as session:
        (view,) = open_alerts(session)
    assert (view.state, view.started_at, view.is_outage) == (AlertState.FIRING, 90, True)
    assert view.lost == {"a1", "a2"}


def test_an_effect_on_an_alert_that_is_not_open_is_told_to_nobody(records: Records) -> None:
    with records.transaction() as session:
        assert write_effects(session, [effect(ChangeKind.CLEARED), effect(ChangeKind.UPDATED)]) == []


def test_touches_move_last_seen_of_open_rows_only(records: Records) -> None:
    with records.transaction() as session:
        write_effects(
            session, [effect(ChangeKind.RAISED), effect(ChangeKind.CLEARED, 150), effect(ChangeKind.RAISED, 160)]
        )
        write_touches(session, [AlertTouch(KEY, 500, 3)])
    with records.reading() as session:
        new, old = recent_alerts(session, 10)
    if new.cleared_at is not None:
        new, old = old, new
    assert (new.last_seen, new.count) == (500, 4)
    assert (old.last_seen, old.count) == (100, 1)


def test_a_devices_alerts_are_the_latest_first(records: Records, network: Network) -> None:
    other = AlertKey(ObjectKind.DEVICE, "county-a", "cpu-high")
    with records.transaction() as session:
        write_effects(session, [effect(ChangeKind.RAISED), effect(ChangeKind.RAISED, key=other, started_at=95)])
    with records.reading() as session:
        assert [view.rule for view in alerts_of_device(session, "county-a", 5)] == ["cpu-high", "device-down"]
        assert len(alerts_of_device(session, "county-a", 1)) == 1
        assert alerts_of_device(session, "a1", 5) == []


def state_of(session: Session, of: int) -> AlertState:
    found = alert(session, of)
    assert found is not None
    return found.state


def test_an_alert_that_is_over_waits_for_its_acknowledgement(records: Records) -> None:
    with records.transaction() as session:
        raised, _ = write_effects(session, [effect(ChangeKind.RAISED), effect(ChangeKind.CLEARED, 200)])
        assert [view.id for view in unacknowledged_alerts(session)] == [raised.alert]
        acknowledge_alerts(session, [raised.alert])
        assert unacknowledged_alerts(session) == []
        assert state_of(session, raised.alert) is AlertState.CLOSED


def test_an_alert_that_is_raised_anew_closes_its_earlier_occurrence(records: Records) -> None:
    with records.transaction() as session:
        first, _, second = write_effects(
            session, [effect(ChangeKind.RAISED), effect(ChangeKind.CLEARED, 200), effect(ChangeKind.RAISED, 300)]
        )
        assert state_of(session, first.alert) is AlertState.CLOSED
        assert state_of(session, second.alert) is AlertState.FIRING


def test_an_acknowledgement_does_not_end_what_still_fires(records: Records) -> None:
    with records.transaction() as session:
        (raised,) = write_effects(session, [effect(ChangeKind.RAISED)])
        acknowledge_alerts(session, [raised.alert])
        assert state_of(session, raised.alert) is AlertState.FIRING


def test_a_late_clear_is_noted_at_the_row_that_ended_last(records: Records) -> None:
    key = effect(ChangeKind.RAISED).key
    with records.transaction() as session:
        write_effects(
            session,
            [
                effect(ChangeKind.RAISED), effect(ChangeKind.CLEARED, 200),
                effect(ChangeKind.RAISED, 300), effect(ChangeKind.CLEARED, 400),
            ],
        )  # fmt: skip
        write_late_clears(session, {key: 450})
        assert [view.late_clear_at for view in recent_alerts(session, 10)] == [450, None]
        assert [view.cleared_at for view in recent_alerts(session, 10)] == [400, 200]


def test_a_late_clear_of_what_never_was_opens_nothing(records: Records) -> None:
    with records.transaction() as session:
        write_late_clears(session, {effect(ChangeKind.RAISED).key: 450})
        assert recent_alerts(session, 10) == []


def test_why_an_alert_is_suppressed_is_recorded_with_what_suppresses_it(records: Records) -> None:
    with records.transaction() as session:
        write_effects(session, [effect(ChangeKind.SUPPRESSED, suppressed_by="device:county-a")])
        row = session.scalars(select(AlertRow)).one()
        assert (row.suppressed_reason, row.suppressed_by) == ("parent", "device:county-a")
