"""Headers, tokens and addresses."""

import logging

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from dashboard.web.security import safe_target, token_is
from foundation.settings import Secret
from tests.dashboard.conftest import API_TOKEN, WALL_TOKEN


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    for path in ("/login", "/nothing", "/healthz", "/api/v1/summary", "/static/css/console.css"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"


def test_pages_are_not_kept_by_caches_and_assets_are_asked_for_again(client: FlaskClient) -> None:
    assert client.get("/login").headers["Cache-Control"] == "no-store"
    asset = client.get("/static/css/console.css")
    assert asset.headers["Cache-Control"] == "no-cache"
    again = client.get("/static/css/console.css", headers={"If-None-Match": asset.headers["ETag"]})
    assert again.status_code == 304


def test_tokens_are_not_written_into_the_log(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client.get(f"/wall?token={WALL_TOKEN}")
    client.get("/api/v1/summary", headers={"Authorization": f"Bearer {API_TOKEN}"})
    assert "GET /wall was answered with 200." in caplog.text
    assert WALL_TOKEN not in caplog.text
    assert API_TOKEN not in caplog.text


def test_the_wall_hands_its_address_to_nobody(client: FlaskClient) -> None:
    assert client.get(f"/wall?token={WALL_TOKEN}").headers["Referrer-Policy"] == "no-referrer"


def test_no_secret_means_that_no_token_is_right() -> None:
    assert not token_is("anything", None)
    assert not token_is("", Secret(value=""))
    assert not token_is(None, Secret(value="x"))
    assert token_is("密钥", Secret(value="密钥"))


@given(st.text())
def test_a_target_is_a_path_on_this_server_or_the_other_one(target: str) -> None:
    found = safe_target(target, "/fallback")
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
    assert found in (target, "/fallback")


def test_targets_with_a_query_are_kept() -> None:
    assert safe_target("/devices?q=a&state=down", "/") == "/devices?q=a&state=down"
