"""What people do with an incident, and what is refused with which sentence."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from alerting.audit.queries import entries
from alerting.incidents import actions, queries
from foundation.messages import IncidentChange
from foundation.problems import OperatorError
from tests.alerting.incidents.scene import Scene


def act(scene: Scene, action: Callable[[Session], list[IncidentChange]]) -> list[IncidentChange]:
    """One action in one transaction."""
    with scene.records.transaction() as session:
        return action(session)


def refused(scene: Scene, action: Callable[[Session], list[IncidentChange]]) -> str:
    """The sentence with which an action is refused."""
    with pytest.raises(OperatorError) as refusal:
        act(scene, action)
    return str(refusal.value)


def test_an_acknowledgement_is_published_and_says_from_where_it_came(scene: Scene) -> None:
    incident, now = scene.raised(1), scene.clock.now()
    changes = act(scene, lambda session: actions.acknowledge(session, incident, "张三", now, source="10.0.0.9"))
    assert changes == [IncidentChange(incident, now)]
    with scene.records.reading() as session:
        entry = entries(session, 1)[0]
    assert (entry.actor, entry.action, entry.source) == ("张三", "incident.acknowledged", "10.0.0.9")
    assert (entry.before, entry.after["state"]) == ({"state": "open"}, "acknowledged")


def test_a_second_acknowledgement_is_refused(scene: Scene) -> None:
    incident, now = scene.raised(1), scene.clock.now()
    scene.acknowledge(incident)
    sentence = refused(scene, lambda session: actions.acknowledge(session, incident, "李四", now, source=""))
    assert sentence == "事件 YN1124-0001 已经有人确认,不需要再次确认;要换人处理,请改派。"
    scene.cleared(1)
    sentence = refused(scene, lambda session: actions.acknowledge(session, incident, "李四", now, source=""))
    assert "已由张三确认" in sentence


def test_a_recovered_incident_that_nobody_took_can_still_be_acknowledged(scene: Scene) -> None:
    incident = scene.raised(1)
    scene.cleared(1)
    scene.acknowledge(incident)
    found = scene.incident(incident)
    assert (found.state, found.acknowledged_by) == ("recovered", "张三")


def test_assigning_names_a_person_without_acknowledging_for_them(scene: Scene) -> None:
    incident, now = scene.raised(1), scene.clock.now()
    act(scene, lambda session: actions.assign(session, incident, " 李四 ", "张三", now, source=""))
    found = scene.incident(incident)
    assert (found.assigned_to, found.state, found.acknowledged_at) == ("李四", "open", None)
    assert refused(scene, lambda session: actions.assign(session, incident, " ", "张三", now, source=""))


def test_steps_are_ticked_one_by_one_and_ticks_can_be_taken_back(scene: Scene) -> None:
    incident, now = scene.raised(1), scene.clock.now()
    act(scene, lambda session: actions.tick_step(session, incident, 2, True, "张三", now, source=""))
    again = act(scene, lambda session: actions.tick_step(session, incident, 2, True, "李四", now, source=""))
    assert again == []
    with scene.records.reading() as session:
        assert [(step.number, step.done_by) for step in queries.steps(session, incident)] == [(1, None), (2, "张三")]
    act(scene, lambda session: actions.tick_step(session, incident, 2, False, "张三", now, source=""))
    with scene.records.reading() as session:
        assert {step.done_at for step in queries.steps(session, incident)} == {None}
    assert scene.kinds(incident).count("step") == 2


def test_a_step_that_does_not_exist_is_refused(scene: Scene) -> None:
    incident, now = scene.raised(1), scene.clock.now()
    assert "没有第 9 步" in refused(
        scene, lambda session: actions.tick_step(session, incident, 9, True, "张三", now, source="")
    )


def test_ticked_steps_stay_when_a_graver_alert_brings_another_runbook(scene: Scene) -> None:
    incident, now = scene.raised(1, rule="cpu-high"), scene.clock.now()
    act(scene, lambda session: actions.tick_step(session, incident, 1, True, "张三", now, source=""))
    scene.raised(2)
    with scene.records.reading() as session:
        steps = [(step.number, step.text, step.done_by) for step in queries.steps(session, incident)]
    assert steps == [(1, "查进程", "张三"), (2, "看电源", None), (3, "看链路", None)]


def test_closing_needs_an_acknowledgement_a_reason_and_no_firing_alert(scene: Scene) -> None:
    incident, now = scene.raised(1), scene.clock.now()
    close = actions.close
    assert "先确认" in refused(scene, lambda session: close(session, incident, "好了", "张三", now, source=""))
    scene.acknowledge(incident)
    assert "还有 1 条告警" in refused(scene, lambda session: close(session, incident, "好了", "张三", now, source=""))
    scene.suppressed(1, by="maintenance")
    assert "关闭原因" in refused(scene, lambda session: close(session, incident, "  ", "张三", now, source=""))
    scene.close(incident, "计划停用")
    found = scene.incident(incident)
    assert (found.state, found.closed_by, found.close_reason) == ("closed", "张三", "计划停用")


def test_a_closed_incident_takes_notes_and_nothing_else(scene: Scene) -> None:
    incident, now = scene.raised(1), scene.clock.now()
    scene.cleared(1)
    scene.close(incident)
    act(scene, lambda session: actions.add_note(session, incident, "原因:停电", "张三", now, source=""))
    with scene.records.reading() as session:
        assert queries.timeline(session, incident)[-1].text == "原因:停电"
    assert "已经关闭" in refused(
        scene, lambda session: actions.assign(session, incident, "李四", "张三", now, source="")
    )


def test_a_note_of_endless_length_is_refused(scene: Scene) -> None:
    incident, now = scene.raised(1), scene.clock.now()
    assert "太长" in refused(
        scene, lambda session: actions.add_note(session, incident, "长" * 2001, "张三", now, source="")
    )


def test_an_incident_that_does_not_exist_is_refused(scene: Scene) -> None:
    now = scene.clock.now()
    assert "没有编号为 99 的事件" in refused(
        scene, lambda session: actions.acknowledge(session, 99, "张三", now, source="")
    )


def test_the_gravest_open_incident_comes_first(scene: Scene) -> None:
    taken, minor, grave = scene.raised(1, "a1"), scene.raised(2, "a2"), scene.raised(3, "core-1")
    scene.acknowledge(taken)
    with scene.records.reading() as session:
        assert [view.id for view in queries.open_incidents(session)] == [grave, minor, taken]


def test_incidents_between_two_instants_are_those_that_lasted_into_them(scene: Scene) -> None:
    first = scene.raised(1, "a1")
    scene.clock.advance(60_000)
    scene.cleared(1, "a1")
    middle = scene.clock.advance(60_000)
    second = scene.raised(2, "a2")
    with scene.records.reading() as session:
        ids = [view.id for view in queries.incidents_between(session, middle, middle + 1)]
        assert ids == [second]
        ids = [view.id for view in queries.incidents_between(session, middle - 70_000, middle - 30_000)]
        assert ids == [first]
