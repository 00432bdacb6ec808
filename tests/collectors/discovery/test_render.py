"""What a sweep prints can be put into the topology's files as it is."""

import csv
import io
import json
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from collectors.discovery import Classified, classify
from collectors.discovery.render import csv_of, data_of, far_port, lines_of, table_of, yaml_of
from foundation.calendar import parse
from foundation.problems import ProblemError
from tests.collectors.discovery.making import found, hears
from tests.networks import small_network
from topology.files.rows import AgencyRow, DeviceRow, LinkRow
from topology.loader import load_network

NOW = parse("2026-11-24 14:30:00")
NETWORK = small_network()


def devices() -> list[Classified]:
    """A new county router with a known aggregation router above it and a new access router below it."""
    new = found(
        "10.6.29.1", "county-c", hears("GE0/0/1", "agg-1", "down9"), hears("GE0/0/2", "office-R1", "00:11:22:33:44:55",
        "GE0/0/1"), hears("GE0/0/3", "stranger", "7"),
    )  # fmt: skip
    agg = found("10.6.0.1", "agg-1", hears("down9", "county-c", "GE0/0/1"), hears("up1", "core-1", "down1"),
                hears("down1", "county-a", "up1"), interfaces=("down9", "up1", "down1"))  # fmt: skip
    access = found("10.6.29.11", "office-R1", hears("GE0/0/1", "county-c", "GE0/0/2"))
    refusing = found("10.6.29.99", refusal="the agent does not know the user", credentials="")
    return classify([new, agg, access, refusing], NETWORK)


def test_new_routers_are_rows_that_the_topology_takes() -> None:
    document = yaml.safe_load(yaml_of(devices(), NOW, NETWORK))
    (row,) = document["devices"]
    device = DeviceRow.model_validate(row)
    assert (device.id, device.role, device.division, device.address) == ("county-c", "county", "530628", "10.6.29.1")
    (line,) = document["links"]
    link = LinkRow.model_validate(line)
    assert (link.lower, link.upper, link.speed_mbps) == (["county-c", "GE0/0/1"], ["agg-1", "down9"], 1000)


@pytest.mark.parametrize(
    "name", ["0x1F", "1e3", "no", "2026-11-24", 'a "b"', "镇雄: 一", "12:30:45", "[x]", "~", "#1", "-"]
)
def test_no_name_of_an_agent_is_read_by_yaml_as_something_else(name: str) -> None:
    device = found("10.6.29.1", name, *(hears(f"p{n}", f"s{n}", "x") for n in range(3)))
    (row,) = yaml.safe_load(yaml_of(classify([device]), NOW))["devices"]
    assert DeviceRow.model_validate(row)
    assert row.get("name", row["id"]) == name


def test_access_routers_are_rows_of_agencies_csv_with_their_uplink() -> None:
    text = csv_of(devices(), NETWORK)
    (row,) = csv.DictReader(io.StringIO(text))
    assert list(row) == list(AgencyRow.model_fields)
    assert {key: row[key] for key in ("id", "router", "address", "interface", "upper", "upper_interface")} == {
        "id": "office", "router": "office-R1", "address": "10.6.29.11", "interface": "GE0/0/1", "upper": "county-c",
        "upper_interface": "GE0/0/2",
    }  # fmt: skip


def test_a_line_that_both_ends_tell_is_told_once_and_one_in_the_topology_not_at_all() -> None:
    lines = {(line.lower, line.upper) for line in lines_of(devices(), NETWORK)}
    assert lines == {("county-c", "agg-1"), ("office-R1", "county-c")}
    assert len(lines_of(devices(), NETWORK)) == 2


def test_the_far_port_is_what_the_far_end_calls_its_own() -> None:
    far = found("10.1.1.1", "r", interfaces=("Gi0/1",))
    assert far_port(hears("x", "r", "00:11:22:33:44:55", "Gi0/1"), far) == "Gi0/1"
    assert far_port(hears("x", "r", "Gi0/1", "to the core"), far) == "Gi0/1"
    assert far_port(hears("x", "r", "Gi0/7", "to the core"), None) == "Gi0/7"
    assert far_port(hears("x", "r", "00:11:22:33:44:55", "Gi0/1"), None) == "Gi0/1"
    assert far_port(hears("x", "r", "17", "Gi0/1"), None) == "Gi0/1"


def test_everything_is_plain_data_for_json() -> None:
    document = json.loads(json.dumps(data_of(devices(), NOW, 10, 20)))
    assert (document["schema"], document["asked"], document["addresses"]) == (1, 10, 20)
    assert [device["known"] for device in document["devices"]] == [True, False, False, False]
    assert document["devices"][3]["refusal"] == "the agent does not know the user"


def test_a_table_shows_what_is_new_and_no_text_of_an_agent_breaks_it() -> None:
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(table_of([*devices(), *classify([found("10.1.1.1", "[b]x[/]")])]))
    text = console.export_text()
    for word in ("county-c", "new", "known", "does not know the user", "[b]x[/]"):
        assert word in text


def test_the_fragment_of_a_stranger_network_is_checked_like_any_other(tmp_path: Path) -> None:
    router = found("10.6.29.1", "county-c", *(hears(f"p{n}", f"s{n}", "x") for n in range(3)))
    fragment = yaml_of(classify([router]), NOW)
    (tmp_path / "topology.yaml").write_text(f"version: 1\ndivisions: []\nlinks: []\n{fragment}", encoding="utf-8")
    (tmp_path / "agencies.csv").write_text(csv_of([]), encoding="utf-8")
    with pytest.raises(ProblemError, match="000000"):
        load_network(tmp_path / "topology.yaml", tmp_path / "agencies.csv")
