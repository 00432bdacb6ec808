"""The incident page and what people do on it."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from alerting.alerts.effects import AlertKey
from alerting.alerts.queries import open_alerts
from alerting.alerts.tables import AlertRow
from alerting.audit.queries import entries
from alerting.incidents import queries
from alerting.incidents.parting import apart
from alerting.incidents.tables import IncidentEntry
from dashboard.services import Services
from foundation.calendar import stamp
from foundation.clock import HOUR, MINUTE, SteppedClock
from foundation.messages import IncidentChange
from tests.dashboard.happenings import device_goes_down, device_recovers, storm
from tests.dashboard.pages import texts, token_in


def post(client: FlaskClient, house: Services, incident: int, action: str, **form: str) -> str:
    """Do it through the form of the page; returns the page afterwards."""
    page = client.get(f"/incidents/{incident}")
    form["csrf_token"] = token_in(page)
    response = client.post(f"/incidents/{incident}/{action}", data=form, headers={"HX-Request": "true"})
    assert response.status_code == 200
    house.live.refresh()
    return response.text


@pytest.mark.slow
def test_the_page_tells_impact_runbook_steps_and_timeline(
    viewer: FlaskClient, house: Services, clock: SteppedClock
) -> None:
    incident = device_goes_down(house, "county-a", clock.now())
    page = texts(viewer.get(f"/incidents/{incident}").text)
    for expected in (
        "三级",
        "镇雄县",
        "机构a1",
        "机构a3",
        "卫生专网",
        "失去冗余 · 县区 · 1",
        "设备失联",
        "电话联系机构",
        "ping 10.0.0.1",
        "未确认",
    ):
        assert expected in page


@pytest.mark.slow
def test_a_runbook_cannot_carry_markup_into_the_page(viewer: FlaskClient, house: Services, clock: SteppedClock) -> None:
    incident = device_goes_down(house, "a1", clock.now())
    assert "电源灯&lt;灭&gt;" in viewer.get(f"/incidents/{incident}").text


@pytest.mark.slow
def test_acknowledging_is_recorded_with_name_and_address_and_published(
    operator: FlaskClient, house: Services, clock: SteppedClock
) -> None:
    incident = device_goes_down(house, "a1", clock.now())
    heard = house.bus.subscribe("test", IncidentChange)
    page = post(operator, house, incident, "acknowledge")
    assert "处理中" in texts(page)
    with house.records.reading() as session:
        found = queries.incident(session, incident)
        (entry,) = [e for e in entries(session) if e.action == "incident.acknowledged"]
    assert found is not None
    assert (found.state, found.acknowledged_by) == ("acknowledged", "operator")
    assert (entry.actor, entry.source) == ("operator", "127.0.0.1")
    assert heard.take() == [IncidentChange(incident, clock.now())]


@pytest.mark.slow
def test_steps_are_ticked_one_by_one_and_taken_back(
    operator: FlaskClient, house: Services, clock: SteppedClock
) -> None:
    incident = device_goes_down(house, "a1", clock.now())
    page = post(operator, house, incident, "steps/2", done="1")
    assert "1 / 3" in texts(page)
    with house.records.reading() as session:
        steps = queries.steps(session, incident)
    assert [(step.number, step.done_by) for step in steps] == [(1, None), (2, "operator"), (3, None)]
    page = post(operator, house, incident, "steps/2", done="0")
    assert "0 / 3" in texts(page)


@pytest.mark.slow
def test_a_refusal_is_one_sentence_on_the_page(operator: FlaskClient, house: Services, clock: SteppedClock) -> None:
    incident = device_goes_down(house, "a1", clock.now())
    page = post(operator, house, incident, "close", reason="done")
    assert 'role="alert"' in page
    assert "还没有人确认" in page
    with house.records.reading() as session:
        found = queries.incident(session, incident)
    assert found is not None
    assert found.state == "open"


@pytest.mark.slow
def test_from_acknowledged_to_closed(operator: FlaskClient, house: Services, clock: SteppedClock) -> None:
    incident = device_goes_down(house, "a1", clock.now())
    post(operator, house, incident, "acknowledge")
    post(operator, house, incident, "assign", person="王强")
    post(operator, house, incident, "note", text="机构停电 <已联系>")
    device_recovers(house, "a1", clock.advance(10 * MINUTE))
    page = texts(operator.get(f"/incidents/{incident}").text)
    assert "已恢复" in page
    assert "机构停电 &lt;已联系&gt;" in page
    page = texts(post(operator, house, incident, "close", reason="来电"))
    assert "已关闭" in page
    assert "00:10:00" in page
    assert "王强" in page
    assert "没有未关闭的事件" in operator.get("/incidents").text
    assert "YN1124-0001" in operator.get("/incidents?scope=all").text


def test_a_viewer_sees_no_button_and_may_not_act(viewer: FlaskClient, house: Services, clock: SteppedClock) -> None:
    incident = device_goes_down(house, "a1", clock.now())
    page = viewer.get(f"/incidents/{incident}")
    assert f"/incidents/{incident}/acknowledge" not in page.text
    assert f"/incidents/{incident}/note" not in page.text
    for action in ("acknowledge", "assign", "note", "close", "steps/1"):
        response = viewer.post(f"/incidents/{incident}/{action}", data={"csrf_token": token_in(page)})
        assert response.status_code == 403


def test_an_action_without_the_forms_token_is_refused(
    operator: FlaskClient, house: Services, clock: SteppedClock
) -> None:
    incident = device_goes_down(house, "a1", clock.now())
    assert operator.post(f"/incidents/{incident}/acknowledge").status_code == 400
    with house.records.reading() as session:
        found = queries.incident(session, incident)
    assert found is not None
    assert found.state == "open"


def test_without_script_an_action_leads_back_to_the_page(
    operator: FlaskClient, house: Services, clock: SteppedClock
) -> None:
    incident = device_goes_down(house, "a1", clock.now())
    form = {"csrf_token": token_in(operator.get(f"/incidents/{incident}"))}
    response = operator.post(f"/incidents/{incident}/acknowledge", data=form)
    assert response.location == f"/incidents/{incident}"


@pytest.mark.slow
def test_an_incident_that_is_not_there_is_404(operator: FlaskClient) -> None:
    assert operator.get("/incidents/999").status_code == 404


@pytest.mark.slow
def test_a_storms_page_lists_what_it_holds_and_what_of_that_is_over(
    operator: FlaskClient, house: Services, clock: SteppedClock
) -> None:
    incident = storm(house, "530627", ["a1", "a2", "a3"], clock.now())
    with house.records.transaction() as session:
        session.execute(update(AlertRow).where(AlertRow.device == "a2").values(cleared_at=clock.now(), state="closed"))
    page = texts(operator.get(f"/incidents/{incident}").text)
    assert "告警风暴:汇总 3 条" in page
    assert "未消除 2 条" in page
    assert page.index("a3 风扇异常") < page.index("a1 风扇异常") < page.index("a2 风扇异常")
    assert "已汇总在镇雄县的告警风暴中" in texts(operator.get("/alerts").text)
    assert "风暴汇总" in texts(operator.get("/alerts").text)


@pytest.mark.slow
def test_who_lost_redundancy_is_counted_on_page_list_and_api(
    operator: FlaskClient, house: Services, clock: SteppedClock
) -> None:
    incident = device_goes_down(house, "agg-2", clock.now())
    with house.records.reading() as session:
        found = queries.incident(session, incident)
    assert found is not None
    weak = found.degraded_agencies
    assert weak > 0
    assert f"{weak} 家失去冗余" in texts(operator.get(f"/incidents/{incident}").text)
    assert f"{weak} 家失去冗余" in texts(operator.get("/incidents").text)


@pytest.mark.slow
def test_a_page_tells_how_often_it_came_and_went_once_that_is_flapping(
    operator: FlaskClient, house: Services, clock: SteppedClock
) -> None:
    incident = device_goes_down(house, "a1", clock.now())
    assert "反复次数" not in operator.get(f"/incidents/{incident}").text
    with house.records.transaction() as session:
        session.execute(update(AlertRow).values(flaps=7, flapping_since=clock.now() - HOUR))
        session.add(
            IncidentEntry(
                incident=incident, at=clock.now(), kind="flapping", actor="system", source="", text="x", text_en="x"
            )
        )
    since = stamp(clock.now() - HOUR)
    assert f"自 {since} 起 7 次" in texts(operator.get(f"/incidents/{incident}").text)


@pytest.mark.slow
def test_one_alert_is_taken_out_of_a_storm_by_its_button(
    operator: FlaskClient, viewer: FlaskClient, house: Services, clock: SteppedClock
) -> None:
    incident = storm(house, "530627", ["a1", "a2"], clock.now())
    assert "单独立案" not in viewer.get(f"/incidents/{incident}").text
    with house.records.reading() as session:
        first = next(alert for alert in open_alerts(session) if alert.device == "a1")
    page = post(operator, house, incident, f"alerts/{first.id}/take-out")
    assert page.count("take-out") == 2, "one form is left, and its address stands in it twice"
    found = texts(page)
    assert "operator 已移出" in found
    assert "operator 将告警移出汇总,单独立案:a1 风扇异常" in found
    with house.records.reading() as session:
        (entry,) = [one for one in entries(session) if one.action == "incident.taken-out"]
        assert apart(session) == {AlertKey(first.object_kind, first.object_id, first.rule)}
    assert (entry.actor, entry.source) == ("operator", "127.0.0.1")


@pytest.mark.slow
def test_an_alert_that_is_told_already_is_refused_on_the_page(
    operator: FlaskClient, house: Services, clock: SteppedClock
) -> None:
    incident = storm(house, "530627", ["a1"], clock.now())
    with house.records.reading() as session:
        own = next(alert for alert in open_alerts(session) if alert.rule == "alert-storm")
    assert "没有被汇总" in texts(post(operator, house, incident, f"alerts/{own.id}/take-out"))
