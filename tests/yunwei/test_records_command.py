"""`yunwei records migrate` on a real server: an installation moves, and is told what to write where."""

from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alerting.audit.log import record
from foundation.problems import OperatorError
from scripts.new_migration import table_modules
from storage.records.copying import count_rows
from storage.records.database import Records
from tests.storage.records.postgres import PostgresServer
from yunwei.main import app
from yunwei.sample import write_sample
from yunwei.settings import load_settings
from yunwei.workspace import open_records

for module in table_modules(Path(__file__).parents[2]):
    import_module(module)

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation with one audit entry."""
    write_sample(tmp_path / "home")
    records = open_records(tmp_path / "home", load_settings(tmp_path / "home"))
    with records.transaction() as session:
        record(session, at=1, actor="tester", action="tried", object="x")
    records.close()
    return tmp_path / "home"


def test_an_installation_moves_to_postgresql_and_back(home: Path, tmp_path: Path, postgres: PostgresServer) -> None:
    url = postgres.make_database("moved")
    done = CliRunner().invoke(app, ["records", "migrate", "--to", url, "--config", str(home)])
    assert done.exit_code == 0, done.output
    assert f"  records: {url}" in done.output
    settings = home / "yunwei.yaml"
    settings.write_text(settings.read_text() + f"\nrecords: {url}\n")
    back = f"sqlite:///{tmp_path / 'back.sqlite'}"
    done = CliRunner().invoke(app, ["records", "migrate", "--to", back, "--config", str(home)])
    assert done.exit_code == 0, done.output
    records = Records(back)
    assert count_rows(records)["audit_entry"] == 1
    records.close()


def test_a_filled_database_is_refused(home: Path, tmp_path: Path, postgres: PostgresServer) -> None:
    url = postgres.make_database("filled")
    assert CliRunner().invoke(app, ["records", "migrate", "--to", url, "--config", str(home)]).exit_code == 0
    again = CliRunner().invoke(app, ["records", "migrate", "--to", url, "--config", str(home)])
    assert isinstance(again.exception, OperatorError)
    assert "not empty: there are rows in audit_entry" in str(again.exception)
