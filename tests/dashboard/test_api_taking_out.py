"""One alert is taken out of a storm by the API: in whose name, and what is refused."""

import pytest
from flask.testing import FlaskClient

from alerting.alerts.queries import open_alerts
from alerting.audit.queries import entries
from dashboard.services import Services
from foundation.clock import SteppedClock
from tests.dashboard.conftest import ACTOR, API_TOKEN
from tests.dashboard.happenings import storm

pytestmark = pytest.mark.slow


def test_a_program_takes_an_alert_out_in_a_persons_name(
    program: FlaskClient, house: Services, clock: SteppedClock
) -> None:
    storm(house, "530627", ["a1"], clock.now())
    with house.records.reading() as session:
        by_rule = {alert.rule: alert.id for alert in open_alerts(session)}
    address = f"/api/v1/alerts/{by_rule['fan-failed']}/take-out"
    for _ in range(2):
        made = program.post(address, json={"by": "张三"}, headers=ACTOR)
        assert made.status_code == 202
        assert made.get_json()["suppressed_by"] == "storm:alert-storm/530627"
    with house.records.reading() as session:
        (entry,) = [one for one in entries(session) if one.action == "incident.taken-out"]
    assert entry.actor == "张三"
    told = program.post(f"/api/v1/alerts/{by_rule['alert-storm']}/take-out", json={"by": "张三"}, headers=ACTOR)
    assert (told.status_code, "已经单独告知" in told.get_json()["error"]["message"]) == (409, True)
    assert program.post("/api/v1/alerts/4711/take-out", json={"by": "张三"}, headers=ACTOR).status_code == 404
    assert program.post(address, headers=ACTOR).status_code == 422
    reader = {"Authorization": f"Bearer {API_TOKEN}"}
    assert program.post(address, json={"by": "张三"}, headers=reader).status_code == 401
