"""`yunwei check --diff`: what a changed configuration adds, removes, changes and silences."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from alerting.alerts.tables import AlertRow
from alerting.changes import AlertChange, ChangeKind, ObjectKind, Severity
from alerting.incidents.queries import open_incidents
from alerting.incidents.responder import IncidentResponder
from alerting.incidents.settings import ActingSettings
from alerting.maintenance.targets import TargetKind
from foundation.clock import DAY, SystemClock
from tests.alerting.windows import planned
from tests.system.small import Ports, change, write_configuration
from yunwei.differences.in_force import IN_FORCE, keep_files, read_files
from yunwei.main import app
from yunwei.settings import load_settings
from yunwei.workspace import Workspace, load_workspace, open_records

runner = CliRunner()

TAX = (
    "530628-tax,彝良县税务局,Yiliang County Tax Service,county,530628,530628,税务,530628-tax-R1,10.6.28.12,,"
    "GigabitEthernet0/0/1,530628-R1,GigabitEthernet0/0/12,100,电信\n"
)


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The small province's configuration."""
    write_configuration(tmp_path / "before", Ports())
    return tmp_path / "before"


@pytest.fixture
def after(before: Path) -> Path:
    """A copy of it, to be changed."""
    shutil.copytree(before, before.parent / "after")
    return before.parent / "after"


def check(after: Path, *words: str) -> Result:
    return runner.invoke(app, ["check", "--diff", *words, "--config", str(after)])


def differences(after: Path, *words: str) -> Any:
    return json.loads(check(after, *words, "--json").output)


def test_what_agrees_is_status_0(before: Path, after: Path) -> None:
    result = check(after, str(before))
    assert (result.exit_code, result.output) == (0, "The configurations agree.\n")
    assert differences(after, str(before))["differs"] is False


def test_what_is_added_removed_and_changed_is_told_part_by_part(before: Path, after: Path) -> None:
    change(before / "agencies.csv", TAX, "")
    change(after / "topology.yaml", "speed_mbps: 10000, carrier: 电信", "speed_mbps: 40000, carrier: 电信")
    for directory, rule in ((before, "old-silent"), (after, "new-silent")):
        text = (
            f"rules:\n  - {{id: {rule}, kind: snmp-silent, for: 60 s, severity: warning, "
            'summary: "{device} 无应答", summary_en: "{device} is silent"}\n'
        )
        (directory / "rules" / "own.yaml").write_text(text, encoding="utf-8")
    result = check(after, str(before))
    assert result.exit_code == 1
    assert "speed_mbps: 10000 → 40000" in result.output
    found = differences(after, str(before))
    assert found["parts"]["devices"]["added"] == ["530628-tax-R1"]
    assert found["parts"]["agencies"]["added"] == ["530628-tax"]
    (link,) = found["parts"]["links"]["changed"].values()
    assert link == {"speed_mbps": {"before": "10000", "after": "40000"}}
    assert found["parts"]["rules"]["added"] == ["new-silent"]
    assert found["parts"]["rules"]["removed"] == ["old-silent"]


def test_what_falls_silent_is_told_by_name(before: Path, after: Path) -> None:
    change(after / "agencies.csv", TAX, "")
    change(
        after / "rules" / "availability.yaml",
        "id: snmp-silent",
        "id: snmp-silent\n    scope: {exclude: [{device: 530628-R1}]}",
    )
    found = differences(after, str(before))["silenced"]
    assert found["devices"] == ["530628-tax-R1"]
    assert found["agencies"] == ["530628-tax"]
    assert len(found["links"]) == 1
    assert found["rules"] == {"snmp-silent": ["530628-R1"]}, "what is gone itself is told once"
    assert "No longer judged by snmp-silent" in check(after, str(before)).output


def test_the_roster_is_compared_by_people_and_by_turns(before: Path, after: Path) -> None:
    roster = after / "roster.yaml"
    text = roster.read_text(encoding="utf-8")
    phone = text.split('phone: "')[1].split('"')[0]
    roster.write_text(text.replace(phone, "13999999999", 1), encoding="utf-8")
    found = differences(after, str(before))["parts"]
    (person,) = found["people"]["changed"].values()
    assert person == {"phone": {"before": phone, "after": "13999999999"}}
    assert found["centres"]["changed"] == {}


def test_open_incidents_and_windows_that_lose_their_ground_are_named(before: Path, after: Path) -> None:
    workspace = load_workspace(after)
    number = _open_incident(workspace, "530628-tax-R1")
    change(after / "agencies.csv", TAX, "")
    found = differences(after, str(before))
    assert [(one["number"], one["why"]) for one in found["incidents"]] == [(number, "device")]
    assert [(one["id"], one["code"]) for one in found["windows"]] == [(1, "unknown-target")]
    text = check(after, str(before)).output
    assert f"Open incident {number}" in text
    assert "Maintenance window 1" in text


def test_without_another_directory_it_is_held_against_what_the_platform_was_started_with(after: Path) -> None:
    nothing = check(after)
    assert nothing.exit_code == 2
    assert "the platform has not started there yet" in nothing.output
    data = load_workspace(after).data
    keep_files(data, read_files(after))
    assert check(after).exit_code == 0
    change(after / "agencies.csv", TAX, "")
    assert differences(after)["parts"]["devices"]["removed"] == ["530628-tax-R1"]
    keep_files(data, read_files(after))
    assert check(after).exit_code == 0
    assert sorted(path.name for path in data.glob("in-force*")) == [IN_FORCE]
    kept = {path.name for path in (data / IN_FORCE).rglob("*")}
    assert "yunwei.yaml" not in kept, "settings may hold secrets"


def test_a_bad_configuration_can_not_be_compared_and_every_problem_is_told(before: Path, after: Path) -> None:
    change(after / "topology.yaml", "role: core, division: 530000", "role: cor, division: 530000")
    change(after / "yunwei.yaml", "collector:", "colector:")
    result = check(after, str(before))
    assert result.exit_code == 2
    assert 'Did you mean "collector"?' in result.output
    assert "topology.yaml:" in result.output


def test_a_copy_that_can_not_be_written_is_told_and_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "data").write_text("a file")
    keep_files(tmp_path / "data", {"topology.yaml": b""})
    assert "will not know it" in caplog.text


def _open_incident(workspace: Workspace, device: str) -> str:
    """An open incident on a device, and a window on it to come; the incident's number."""
    network, now = workspace.network, SystemClock().now()
    records = open_records(workspace.directory, load_settings(workspace.directory))
    planned(records, network, now, TargetKind.DEVICE, device, now + DAY, now + DAY + 1000)
    responder = IncidentResponder(network, workspace.runbooks, workspace.roster, ActingSettings())
    change_of_alert = AlertChange(
        ChangeKind.RAISED, 1, "device-down", ObjectKind.DEVICE, device, device, network.devices[device].division,
        Severity.MAJOR, now, now, f"{device} 无应答", f"{device} does not answer", {"rule": "device-down"},
        cut_off=network.cut_off([device]),
    )  # fmt: skip
    with records.transaction() as session:
        session.add(
            AlertRow(
                rule="device-down", object_kind="device", object_id=device, device=device,
                division=network.devices[device].division, severity="major", state="firing", started_at=now,
                raised_at=now, last_seen=now, cleared_at=None, count=1, value=None, threshold=None, summary="",
                summary_en="", labels="{}", suppressed_by="", lost="[]",
            )
        )  # fmt: skip
        responder.respond(session, [change_of_alert], now)
        (found,) = open_incidents(session)
    records.close()
    return found.number
