"""A house for the pages: the small network, real records and a real metric store, nothing running."""

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry

from alerting.oncall.duty import Centre, Person
from alerting.oncall.roster import Roster
from alerting.runbooks.library import RunbookLibrary
from alerting.runbooks.model import Runbook, Section, Step
from dashboard.accounts.service import create_account
from dashboard.app import create_app
from dashboard.live.state import LiveState
from dashboard.services import Services
from dashboard.settings import DashboardSettings, WallSettings
from foundation.bus import Bus
from foundation.clock import SteppedClock
from foundation.messages import CollectorBeat
from foundation.settings import Secret
from storage.metrics.open import open_metric_store
from storage.metrics.settings import MetricSettings
from storage.records.database import Records
from tests.dashboard.pages import token_in
from topology.cartogram import Cartogram
from topology.network import Network

WALL_TOKEN = "the-wall's-own-token"
API_TOKEN = "a-program's-token"


@pytest.fixture
def cartogram(network: Network) -> Cartogram:
    """Six cells side by side."""
    cells = {agency: (20.0 + 17.3 * position, 20.0) for position, agency in enumerate(network.agencies)}
    return Cartogram(140.0, 40.0, 10.0, cells, "M0 0L9 9", "M1 1L5 5", "M0 0L140 0L140 40Z", {"530600": (60.0, 20.0)})


@pytest.fixture
def roster(network: Network) -> Roster:
    """Two people who serve every division."""
    people = {
        person.id: person for person in (Person("li", "李敏", "13800000001"), Person("wang", "王强", "13800000002"))
    }
    centre = Centre("530000", people, ("li", "wang"), ("wang",), "wang", date(2026, 11, 24), 24, time(8, 30))
    return Roster({"530000": centre}, dict.fromkeys(network.divisions, "530000"))


@pytest.fixture
def runbooks() -> RunbookLibrary:
    """One runbook of three steps, for devices that are down."""
    sections = (
        Section("symptom", "现象", "Symptom", "设备无应答。\n\n- 电源灯<灭>"),
        Section("confirm", "确认恢复", "How to confirm", "看大屏。"),
    )
    steps = (Step(1, "电话联系机构"), Step(2, "查电源\n\n```\nping 10.0.0.1\n```"), Step(3, "更换设备"))
    match = {"rule": ("device-down",)}
    return RunbookLibrary([Runbook("device-down", "设备失联", "Device down", match, sections, steps)])


@pytest.fixture
def house(
    network: Network,
    cartogram: Cartogram,
    roster: Roster,
    runbooks: RunbookLibrary,
    records: Records,
    clock: SteppedClock,
    tmp_path: Path,
) -> Iterator[Services]:
    """Everything the pages need; the collector has just spoken."""
    metrics = open_metric_store(MetricSettings(), tmp_path / "data", clock)
    live = LiveState(network, clock)
    live.load(records)
    live.apply([CollectorBeat(clock.now(), len(network.devices), 100, 5.0, 1)])
    reports = tmp_path / "reports"
    reports.mkdir()
    yield Services(
        network=network,
        cartogram=cartogram,
        records=records,
        metrics=metrics,
        clock=clock,
        registry=CollectorRegistry(),
        bus=Bus(),
        runbooks=runbooks,
        roster=roster,
        settings=DashboardSettings(
            secret_key=Secret(value="a secret for tests"),
            api_token=Secret(value=API_TOKEN),
            wall=WallSettings(token=Secret(value=WALL_TOKEN), streams=2),
        ),
        live=live,
        health=lambda: {"status": "ok"},
        reports_directory=reports,
        build="build-1",
    )
    live.close()
    metrics.close()


@pytest.fixture
def app(house: Services) -> Flask:
    """The application. Its error handlers answer, as in service."""
    return create_app(house)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody is logged in."""
    return app.test_client()


@pytest.fixture
def passwords(house: Services) -> dict[str, str]:
    """One account for each role, named like it."""
    with house.records.transaction() as session:
        now = house.clock.now()
        return {role: create_account(session, role, role, now) for role in ("admin", "operator", "viewer", "auditor")}


def log_in(app: Flask, name: str, password: str) -> FlaskClient:
    """A new browser, logged in through the form."""
    client = app.test_client()
    form = {"name": name, "password": password, "csrf_token": token_in(client.get("/login"))}
    assert client.post("/login", data=form).status_code == 302
    return client


@pytest.fixture
def operator(app: Flask, passwords: dict[str, str]) -> FlaskClient:
    """An operator's browser."""
    return log_in(app, "operator", passwords["operator"])


@pytest.fixture
def viewer(app: Flask, passwords: dict[str, str]) -> FlaskClient:
    """A viewer's browser."""
    return log_in(app, "viewer", passwords["viewer"])


@pytest.fixture
def auditor(app: Flask, passwords: dict[str, str]) -> FlaskClient:
    """An auditor's browser."""
    return log_in(app, "auditor", passwords["auditor"])
