"""`POST /api/v1/alerts/ID/take-out`: one alert out of a storm or a common cause, to be an incident of its own."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect

from alerting.alerts.queries import alert as alert_of
from alerting.incidents.parting import NoSuchAlertError, take_out
from dashboard.api.acting import Body, act
from dashboard.api.shapes import alert_json
from dashboard.web.context import services, source
from dashboard.web.errors import answer
from dashboard.web.texts import gettext
from foundation.problems import OperatorError


def register(pages: Blueprint, csrf: CSRFProtect) -> None:
    """The address."""
    pages.add_url_rule(
        "/alerts/<int:number>/take-out",
        "alerts_take_out",
        lambda number: act(csrf, lambda body, who: _take_out(body, who, number)),
        methods=["POST"],
    )


def _take_out(_body: Body, who: str, number: int) -> ResponseReturnValue:
    """202 with the alert as it stands: judging follows within seconds."""
    house = services()
    if not who:
        return answer(422, gettext("请在 by 中写明由谁操作。"))
    try:
        with house.records.transaction() as session:
            messages = take_out(session, number, who, house.clock.now(), source=source())
            found = alert_of(session, number)
    except NoSuchAlertError as error:
        return answer(404, str(error))
    except OperatorError as error:
        return answer(409, str(error))
    house.bus.publish_all(messages)
    assert found is not None
    response = jsonify(alert_json(found))
    response.status_code = 202
    return response
