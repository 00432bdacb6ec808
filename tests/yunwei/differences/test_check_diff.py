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
from yunwei.differences.chosen import Chosen, chosen
from yunwei.differences.effects import changes
from yunwei.differences.in_force import IN_FORCE, chosen_in_force, keep_files, read_files
from yunwei.main import app
from yunwei.settings import Settings, load_settings
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


@pytest.mark.slow
def test_what_agrees_is_status_0(before: Path, after: Path) -> None:
    result = check(after, str(before))
    assert (result.exit_code, result.output) == (0, "The configurations agree.\n")
    assert differences(after, str(before))["differs"] is False


@pytest.mark.slow
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


@pytest.mark.slow
def test_what_falls_silent_is_told_by_name(before: Path, after: Path) -> None:
    change(after / "agencies.csv", TAX, "")
    change(
        after / "rules" / "availability.yaml",
        "id: snmp-silent",
        "id: snmp-silent\n    scope: {exclude: [{device: 530628-R1}]}",
    )
    change(after / "rules" / "health.yaml", "inhibits: [memory-full-soon]", "inhibits: [memory-full-soon, disk-high]")
    found = differences(after, str(before))["silenced"]
    assert found["inhibited"] == [{"rule": "disk-high", "by": "memory-high"}]
    assert found["devices"] == ["530628-tax-R1"]
    assert found["agencies"] == ["530628-tax"]
    assert len(found["links"]) == 1
    assert found["rules"] == {"snmp-silent": ["530628-R1"]}, "what is gone itself is told once"
    told = check(after, str(before)).output
    assert "No longer judged by snmp-silent" in told
    assert "disk-high ← memory-high" in told


@pytest.mark.slow
def test_the_roster_is_compared_by_people_and_by_turns(before: Path, after: Path) -> None:
    roster = after / "roster.yaml"
    text = roster.read_text(encoding="utf-8")
    phone = text.split('phone: "')[1].split('"')[0]
    roster.write_text(text.replace(phone, "13999999999", 1), encoding="utf-8")
    found = differences(after, str(before))["parts"]
    (person,) = found["people"]["changed"].values()
    assert person == {"phone": {"before": phone, "after": "13999999999"}}
    assert found["centres"]["changed"] == {}


@pytest.mark.slow
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


@pytest.mark.slow
def test_without_another_directory_it_is_held_against_what_the_platform_was_started_with(after: Path) -> None:
    nothing = check(after)
    assert nothing.exit_code == 2
    assert "the platform has not started there yet" in nothing.output
    data = load_workspace(after).data
    keep_files(data, read_files(after), load_settings(after))
    assert check(after).exit_code == 0
    change(after / "agencies.csv", TAX, "")
    assert differences(after)["parts"]["devices"]["removed"] == ["530628-tax-R1"]
    keep_files(data, read_files(after), load_settings(after))
    assert check(after).exit_code == 0
    assert sorted(path.name for path in data.glob("in-force*")) == [IN_FORCE]
    kept = {path.name for path in (data / IN_FORCE).rglob("*")}
    assert "yunwei.yaml" not in kept, "settings may hold secrets"


@pytest.mark.slow
def test_changed_settings_are_told_with_their_units(before: Path, after: Path) -> None:
    change(after / "yunwei.yaml", "judging: {", "maintenance: {calm: 90 min}\njudging: {hold: 12 s, ")
    assert differences(after, str(before))["parts"]["settings"]["changed"] == {
        "judging": {"hold": {"before": "8 s", "after": "12 s"}},
        "maintenance": {"calm": {"before": "1 h", "after": "90 min"}},
    }
    assert differences(after, str(before))["effects"] == []
    assert "hold: 8 s → 12 s" in check(after, str(before)).output


@pytest.mark.slow
def test_a_channel_that_is_switched_off_names_whom_nothing_reaches_any_more(before: Path, after: Path) -> None:
    line = next(one for one in (after / "yunwei.yaml").read_text(encoding="utf-8").splitlines() if "  sms:" in one)
    change(after / "yunwei.yaml", f"{line}\n", "")
    for directory in (before, after):
        change(directory / "roster.yaml", ", email: province@yunwei.example", "")
    found = differences(after, str(before))
    assert found["parts"]["settings"]["changed"] == {"notify": {"sms": {"before": "on", "after": "—"}}}
    assert found["silenced"]["people"] == ["李敏"]
    (effect,) = found["effects"]
    assert effect["silences"] is True
    assert effect["text"] == "The channel is switched off: nobody gets text messages any more."
    told = check(after, str(before)).output
    assert "李敏" in told
    assert "短信渠道已关闭" in told
    (again,) = differences(before, str(after))["effects"]
    assert again["text"] == "The channel is switched on: people get text messages."
    assert differences(before, str(after))["silenced"]["people"] == []


@pytest.mark.slow
def test_an_escalation_that_loses_a_step_and_a_leader_who_is_not_called_are_told(before: Path, after: Path) -> None:
    limits = 'limits: {acknowledge: 5 min, response: 10 min, restore: 2 h, escalate_after: ["5 min"]}'
    change(
        after / "yunwei.yaml",
        "notify:",
        f"acting: {{fault_classes: {{first: {{criteria: {{core_devices: 2}}, {limits}}}}}}}\n\nnotify:",
    )
    told = [one["text"] for one in differences(after, str(before))["effects"]]
    assert told[:2] == [
        "An unacknowledged incident of class 1 climbs 1 steps instead of 3 (5 min, 10 min, 15 min → 5 min).",
        "The leader on duty is not called at once any more for class 1.",
    ]
    assert "What belongs to class 1 changes: core_devices 1 → 2." in told[2:]


def test_what_is_kept_of_the_settings_holds_no_secret_but_shows_that_one_changed(before: Path, after: Path) -> None:
    def chosen_with(secret: str) -> Chosen:
        sms = {
            "url": f"http://sms.example/send?key={secret}",
            "token": {"value": secret},
            "headers": {"Authorization": f"Bearer {secret}"},
        }
        return chosen(Settings.model_validate({"notify": {"sms": sms}}))

    one, other = chosen_with("hunter2"), chosen_with("hunter3")
    assert "hunter" not in json.dumps(one)
    assert sorted(changes(one, other)) == ["notify.sms.headers", "notify.sms.token", "notify.sms.url"]
    assert one["notify.sms.url"].startswith("sms.example ")
    keep_files(before / "data", read_files(before), load_settings(before))
    assert chosen_in_force(before / "data") == chosen(load_settings(before))


@pytest.mark.slow
def test_settings_that_an_older_version_did_not_keep_are_said_not_to_be_compared(after: Path) -> None:
    data = load_workspace(after).data
    keep_files(data, read_files(after), load_settings(after))
    (data / IN_FORCE / "settings.json").unlink()
    result = check(after)
    assert result.exit_code == 0
    assert "settings were not compared" in result.output
    assert differences(after)["effects"] is None


@pytest.mark.slow
def test_a_bad_configuration_can_not_be_compared_and_every_problem_is_told(before: Path, after: Path) -> None:
    change(after / "topology.yaml", "role: core, division: 530000", "role: cor, division: 530000")
    change(after / "yunwei.yaml", "collector:", "colector:")
    result = check(after, str(before))
    assert result.exit_code == 2
    assert f"In {after}:" in result.output
    assert 'Did you mean "collector"?' in result.output
    assert "topology.yaml:" in result.output


def test_a_copy_that_can_not_be_written_is_told_and_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "data").write_text("a file")
    keep_files(tmp_path / "data", {"topology.yaml": b""}, Settings())
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


def test_what_is_wrong_in_the_other_directory_is_told_as_its_own(before: Path, after: Path) -> None:
    change(before / "topology.yaml", "role: core, division: 530000", "role: cor, division: 530000")
    result = check(after, str(before))
    assert result.exit_code == 2
    assert f"In {before}:" in result.output
    assert str(after) not in result.output
