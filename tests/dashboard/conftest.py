"""A house for the pages: the small network, real records and a real metric store, nothing running."""

import dataclasses
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from prometheus_client import CollectorRegistry

from alerting.oncall.duty import Centre, Person
from alerting.oncall.roster import Roster
from alerting.runbooks.library import RunbookLibrary
from alerting.runbooks.model import Runbook, Section, Step
from dashboard.accounts import passwords as passwords_of_accounts
from dashboard.accounts.passwords import generate, hashed
from dashboard.accounts.roles import Role
from dashboard.accounts.tables import Account
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
from storage.metrics.store import MetricStore
from storage.records.database import Records
from tests.dashboard.pages import token_in
from topology.cartogram import Cartogram
from topology.network import Network

WALL_TOKEN = "the-wall's-own-token"
API_TOKEN = "a-program's-token"
ACTING_TOKEN = "may-act"
ACTOR = {"Authorization": f"Bearer {ACTING_TOKEN}"}
"""What a program sends that may act."""


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
def records(sqlite_records: Records) -> Records:
    """Pages are about what they show: one kind of database is enough."""
    return sqlite_records


@pytest.fixture(scope="session")
def metrics(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MetricStore]:
    """One store for all tests: those that read from it write the very same rows."""
    store = open_metric_store(MetricSettings(), tmp_path_factory.mktemp("metrics"), SteppedClock(0))
    yield store
    store.close()


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once, not once an application."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def house(
    network: Network,
    cartogram: Cartogram,
    roster: Roster,
    runbooks: RunbookLibrary,
    records: Records,
    metrics: MetricStore,
    clock: SteppedClock,
    tmp_path: Path,
) -> Iterator[Services]:
    """Everything the pages need; the collector has just spoken."""
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


@pytest.fixture
def app(house: Services, compiled_templates: FileSystemBytecodeCache) -> Flask:
    """The application. Its error handlers answer, as in service."""
    app = create_app(house)
    app.jinja_env.bytecode_cache = compiled_templates
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody is logged in."""
    return app.test_client()


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Hashes are dear by design; tests need their logic, not their cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords_of_accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def hashed_passwords() -> dict[str, tuple[str, str]]:
    """A password and its hash for each role: made once, since a hash is meant to be dear."""
    made = {role: generate() for role in Role}
    return {role: (password, hashed(password)) for role, password in made.items()}


@pytest.fixture
def passwords(house: Services, hashed_passwords: dict[str, tuple[str, str]]) -> dict[str, str]:
    """One account for each role, named like it."""
    with house.records.transaction() as session:
        for role, (_, password_hash) in hashed_passwords.items():
            account = Account(name=role, role=role, password_hash=password_hash, created_at=house.clock.now())
            session.add(account)
    return {role: password for role, (password, _) in hashed_passwords.items()}


def log_in(app: Flask, name: str, password: str) -> FlaskClient:
    """A new browser, logged in through the form."""
    client = app.test_client()
    form = {"name": name, "password": password, "csrf_token": token_in(client.get("/login"))}
    assert client.post("/login", data=form).status_code == 302
    return client


def inside(app: Flask, house: Services, name: str) -> FlaskClient:
    """A browser with the session that a login would have begun; the login itself has tests of its own."""
    with house.records.reading() as session:
        account = session.query(Account).filter_by(name=name).one().id
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update({"_user_id": str(account), "_fresh": True, "seen": house.clock.now()})
    return client


@pytest.fixture
def operator(app: Flask, house: Services, passwords: dict[str, str]) -> FlaskClient:
    """An operator's browser."""
    return inside(app, house, "operator")


@pytest.fixture
def viewer(app: Flask, house: Services, passwords: dict[str, str]) -> FlaskClient:
    """A viewer's browser."""
    return inside(app, house, "viewer")


@pytest.fixture
def auditor(app: Flask, house: Services, passwords: dict[str, str]) -> FlaskClient:
    """An auditor's browser."""
    return inside(app, house, "auditor")


@pytest.fixture
def program(house: Services) -> Iterator[FlaskClient]:
    """The client of a program that may act; it has no session."""
    settings = house.settings.model_copy(update={"api_acting_token": Secret(value=ACTING_TOKEN)})
    app = create_app(dataclasses.replace(house, settings=settings, registry=CollectorRegistry()))
    with app.test_client() as client:
        yield client
