"""`yunwei device`: what the records know of a device, told in a terminal and to programs."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from foundation.problems import OperatorError
from tests.yunwei.learned import as_declared, directory, learn
from yunwei.commands.device import find_device
from yunwei.commands.device_data import tuning_rows
from yunwei.main import app

runner = CliRunner()
TUNING = {
    "credentials": "site-b", "version": "3", "request_values": 25, "timeout_s": 0.3, "bytes_down_per_minute": 12_345,
    "lines": [{"link": "l1", "devices": 3, "allowed_per_minute": 150_000, "carried_per_minute": 9_000}],
}  # fmt: skip


@pytest.fixture
def known(tmp_path: Path) -> Path:
    """A directory in which everything was learned; one device is down."""
    network = directory(tmp_path)
    learn(tmp_path, as_declared(network), down=next(iter(network.devices)), tuning=TUNING)
    return tmp_path


def show(config: Path, *words: str) -> str:
    result = runner.invoke(app, ["device", *words, "--config", str(config)], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def first(config: Path) -> str:
    return next(iter(directory(config).devices))


@pytest.mark.slow
def test_a_device_is_shown_with_its_state_and_how_it_is_polled(known: Path) -> None:
    text = show(known, "show", first(known))
    for word in ("down", "site-b", "12,345 bytes a minute", "9,000 of 150,000 bytes a minute, 3 devices", "polled"):
        assert word in text


@pytest.mark.slow
def test_it_is_data_for_programs(known: Path) -> None:
    document = json.loads(show(known, "show", first(known), "--json"))
    assert (document["schema"], document["id"], document["state"]) == (1, first(known), "down")
    assert document["tuning"] == TUNING
    assert document["interfaces"][0]["oper"] == "up"
    assert {"identity", "neighbours", "modules", "routing", "inventory_at", "tuning_at"} <= set(document)


@pytest.mark.slow
def test_devices_are_found_by_name_and_address_too(known: Path) -> None:
    network = directory(known)
    device = next(iter(network.devices.values()))
    assert find_device(network, device.address) is device
    assert find_device(network, device.name).name == device.name


def test_a_name_that_is_none_is_told_with_the_nearest(known: Path) -> None:
    name = first(known)
    with pytest.raises(OperatorError, match=rf'There is no device "{name}x".*Did you mean "{name}"\?'):
        find_device(directory(known), name + "x")


@pytest.mark.slow
def test_all_devices_are_listed_with_their_states(known: Path) -> None:
    rows = json.loads(show(known, "list", "--json"))
    assert {row["id"] for row in rows} == set(directory(known).devices)
    assert sorted({row["state"] for row in rows}) == ["down", "up"]
    assert "interfaces" not in rows[0]
    assert first(known) in show(known, "list")


def test_where_nothing_was_recorded_it_is_said_and_nothing_is_made(tmp_path: Path) -> None:
    directory(tmp_path)
    with pytest.raises(OperatorError, match=r"Nothing has been recorded in .* yet\. Start the platform"):
        show(tmp_path, "show", first(tmp_path))
    assert not (tmp_path / "data").exists()


@pytest.mark.slow
def test_a_device_that_never_answered_is_shown_as_far_as_it_is_known(tmp_path: Path) -> None:
    network = directory(tmp_path)
    device, *others = network.devices
    facts = as_declared(network)
    learn(tmp_path, {name: facts[name] for name in others})
    text = show(tmp_path, "show", device)
    assert "unknown" in text
    assert "No inventory of it has been taken yet" in text
    assert json.loads(show(tmp_path, "show", device, "--json"))["identity"] is None


def test_a_tuning_of_another_version_is_told_as_far_as_it_can_be_read() -> None:
    kept = {"credentials": None, "timeout_s": [], "late_looks": 3, "lines": ["x", {}], "new": 1}
    assert tuning_rows(kept) == [("迟到 Late looks", "3")]
