"""Sessions: the login page, its refusals, idle exit, roles, forged requests."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from alerting.audit.queries import entries
from dashboard.services import Services
from foundation.clock import MINUTE, SteppedClock
from tests.dashboard.conftest import log_in
from tests.dashboard.pages import token_in


def test_every_console_page_sends_strangers_to_the_login_and_back(client: FlaskClient) -> None:
    response = client.get("/devices?q=a1")
    assert response.status_code == 302
    assert response.location == "/login?next=/devices?q%3Da1"


def test_a_right_password_leads_to_the_page_that_was_asked_for(app: Flask, passwords: dict[str, str]) -> None:
    client = app.test_client()
    page = client.get("/login?next=/devices")
    form = {"name": "viewer", "password": passwords["viewer"], "next": "/devices", "csrf_token": token_in(page)}
    response = client.post("/login", data=form)
    assert response.location == "/devices"
    cookie = next(header for header in response.headers.getlist("Set-Cookie") if header.startswith("yunwei="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.slow
def test_a_login_never_leads_to_another_host(app: Flask, passwords: dict[str, str]) -> None:
    for target in ("https://evil.example", "//evil.example", "/\\evil.example", "/\tx", "javascript:alert(1)"):
        client = app.test_client()
        form = {"name": "viewer", "password": passwords["viewer"], "next": target}
        form["csrf_token"] = token_in(client.get("/login"))
        assert client.post("/login", data=form).location == "/"


def test_a_wrong_password_is_answered_401_with_one_sentence_for_name_and_password(
    client: FlaskClient, passwords: dict[str, str]
) -> None:
    answers = []
    for name in ("viewer", "nobody"):
        form = {"name": name, "password": "wrong", "csrf_token": token_in(client.get("/login"))}
        response = client.post("/login", data=form)
        assert response.status_code == 401
        answers.append("用户名或密码不正确" in response.text)
    assert answers == [True, True]


@pytest.mark.slow
def test_the_fifth_wrong_password_locks_and_the_audit_trail_tells_of_it(
    client: FlaskClient, house: Services, passwords: dict[str, str]
) -> None:
    for _ in range(5):
        form = {"name": "viewer", "password": "wrong", "csrf_token": token_in(client.get("/login"))}
        response = client.post("/login", data=form)
    assert "锁定" in response.text
    with house.records.reading() as session:
        actions = [entry.action for entry in entries(session)]
    assert actions == ["login-locked", *["login-refused"] * 4]


@pytest.mark.slow
def test_attempts_from_one_address_are_limited(client: FlaskClient) -> None:
    token = token_in(client.get("/login"))
    statuses = [
        client.post("/login", data={"name": f"n{i}", "password": "x", "csrf_token": token}).status_code
        for i in range(11)
    ]
    assert statuses[-1] == 429
    assert statuses[:10] == [401] * 10


def test_a_form_without_its_token_is_refused(client: FlaskClient, passwords: dict[str, str]) -> None:
    response = client.post("/login", data={"name": "viewer", "password": passwords["viewer"]})
    assert response.status_code == 400
    assert client.get("/").status_code == 302


def test_a_silent_session_ends_and_one_in_use_does_not(viewer: FlaskClient, clock: SteppedClock) -> None:
    for _ in range(4):
        clock.advance(29 * MINUTE)
        assert viewer.get("/reports").status_code == 200
    clock.advance(31 * MINUTE)
    assert viewer.get("/reports").status_code == 302


def test_a_page_that_refreshes_itself_keeps_no_session_alive(viewer: FlaskClient, clock: SteppedClock) -> None:
    for _ in range(3):
        clock.advance(11 * MINUTE)
        response = viewer.get("/overview/live", headers={"X-Yunwei-Quiet": "1", "HX-Request": "true"})
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/login"


def test_logging_out_ends_the_session(viewer: FlaskClient) -> None:
    token = token_in(viewer.get("/"))
    assert viewer.post("/logout", data={"csrf_token": token}).status_code == 302
    assert viewer.get("/").status_code == 302


def test_the_audit_trail_is_for_auditors_and_administrators(
    app: Flask, viewer: FlaskClient, operator: FlaskClient, auditor: FlaskClient, passwords: dict[str, str]
) -> None:
    assert viewer.get("/audit").status_code == 403
    assert operator.get("/audit").status_code == 403
    assert auditor.get("/audit?verify=1").status_code == 200
    assert "完整" in auditor.get("/audit?verify=1").text
    assert log_in(app, "admin", passwords["admin"]).get("/audit").status_code == 200


def test_a_person_can_change_their_password(app: Flask, viewer: FlaskClient, passwords: dict[str, str]) -> None:
    token = token_in(viewer.get("/password"))
    form = {"current": passwords["viewer"], "new": "Brand-new-2026", "again": "Brand-new-2027", "csrf_token": token}
    assert "不一致" in viewer.post("/password", data=form).text
    form["again"] = "Brand-new-2026"
    assert viewer.post("/password", data=form).status_code == 302
    log_in(app, "viewer", "Brand-new-2026")
