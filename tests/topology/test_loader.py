"""Both files become one Network; every mistake is told with file, line and what may have been meant."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.problems import Place, ProblemError
from tests.topology.mistakes import IN_AGENCIES, IN_TOPOLOGY
from tests.topology.samples import AGENCIES, TOPOLOGY, line_of, load, refusals, replaced
from topology.files.findings import Findings
from topology.files.paths import find_loops
from topology.loader import load_network
from topology.model import Link, LinkRole, Role, Tier


def test_the_files_become_a_network(tmp_path: Path) -> None:
    network = load(tmp_path)
    assert list(network.divisions) == ["530000", "530600", "530627", "530628"]
    assert network.divisions["530628"].centre == "530600"
    assert network.divisions["530627"].centre == "530627"
    assert len(network.agencies) == 4
    assert len(network.devices) == 10
    router = network.devices["b-police-R1"]
    assert (router.role, router.tier, router.county, router.agency) == (Role.ACCESS, Tier.AGENCY, "530628", "b-police")
    assert network.agencies["b-police"].name_en == "Yiliang Police, County"
    assert network.links["b-police-R1:county-b"].role is LinkRole.PRIMARY
    assert network.links["spare"].role is LinkRole.BACKUP
    assert network.private_networks["health"].members == {"a-health", "city-health"}
    assert network.private_networks["mixed"].members == {"a-health", "a-police"}


def test_what_a_row_leaves_out_comes_from_the_defaults(tmp_path: Path) -> None:
    topology = replaced(TOPOLOGY, "version: 1\n", "version: 1\ndefaults: {credentials: province}\n")
    network = load(tmp_path, topology)
    assert network.devices["agg-1"].credentials == "province"
    assert network.devices["a-health-R1"].credentials == "province"
    assert network.devices["agg-1"].name == "agg-1"
    special = network.devices["agg-2"]
    assert (special.credentials, special.snmp_port, special.name) == ("special", 1161, "二号")


def test_optional_columns_set_credentials_and_port_of_one_router(tmp_path: Path) -> None:
    lines = AGENCIES.splitlines()
    extra = [lines[0] + ",snmp_port,credentials", lines[1] + ",1161,special", *(line + ",," for line in lines[2:])]
    network = load(tmp_path, agencies="\n".join(extra))
    assert (network.devices["a-health-R1"].snmp_port, network.devices["a-health-R1"].credentials) == (1161, "special")
    assert (network.devices["a-police-R1"].snmp_port, network.devices["a-police-R1"].credentials) == (None, "default")


def test_a_second_line_between_the_same_two_gets_an_id_of_its_own(tmp_path: Path) -> None:
    twin = "  - {lower: [agg-1, up9], upper: [core-1, down9], role: backup, speed_mbps: 1000}\n"
    network = load(tmp_path, replaced(TOPOLOGY, "private_networks:\n", twin + "private_networks:\n"))
    assert {"agg-1:core-1", "agg-1:core-1:2"} <= network.links.keys()


def test_one_address_may_serve_two_devices_on_different_ports(tmp_path: Path) -> None:
    topology = replaced(TOPOLOGY, "address: 10.6.0.1}", "address: 10.6.0.2}")
    assert load(tmp_path, topology).devices["agg-1"].address == "10.6.0.2"


# These leave names undeclared that other rows use: those are mistakes in their own right.
WITH_CONSEQUENCES = {"an unknown section", "a duplicate division", "two provinces", "a duplicate device"}


@pytest.mark.parametrize("mistake", IN_TOPOLOGY)
def test_a_mistake_in_the_topology_is_told_with_its_line_alone(tmp_path: Path, mistake: str) -> None:
    old, new, mark, expected = IN_TOPOLOGY[mistake]
    topology = replaced(TOPOLOGY, old, new)
    problems = refusals(tmp_path, topology)
    line = line_of(topology, mark)
    mine = [problem for problem in problems if problem.startswith(f"topology.yaml:{line}: ")]
    assert any(expected in problem for problem in mine), problems
    if mistake not in WITH_CONSEQUENCES:
        assert problems == mine, "a consequence was told as a problem of its own"


@pytest.mark.parametrize("mistake", IN_AGENCIES)
def test_a_mistake_in_the_agencies_is_told_with_its_line_alone(tmp_path: Path, mistake: str) -> None:
    old, new, mark, expected = IN_AGENCIES[mistake]
    agencies = replaced(AGENCIES, old, new)
    line = line_of(agencies, mark)
    problems = refusals(tmp_path, agencies=agencies)
    mine = [problem for problem in problems if problem.startswith(f"agencies.csv:{line}: ")]
    assert any(expected in problem for problem in mine), problems
    if mistake != "a duplicate agency":
        assert problems == mine, "a consequence was told as a problem of its own"


def test_all_mistakes_of_both_files_are_told_at_once(tmp_path: Path) -> None:
    topology, agencies = TOPOLOGY, AGENCIES
    for mistake in ("an unknown key", "an unknown centre", "a bad address", "a wrong link role", "an unknown member"):
        old, new, _, _ = IN_TOPOLOGY[mistake]
        topology = replaced(topology, old, new)
    for mistake in ("a duplicate router", "a county elsewhere", "a wrong tier"):
        old, new, _, _ = IN_AGENCIES[mistake]
        agencies = replaced(agencies, old, new)
    text = "\n".join(refusals(tmp_path, topology, agencies))
    for expected in ("adress", "530609", "10.6.28.256", "bakcup", "a-heath", "a-health-R1", "does not lie in", "tier"):
        assert expected in text


def test_primary_links_that_run_in_a_circle_are_refused(tmp_path: Path) -> None:
    topology = replaced(TOPOLOGY, "upper: [county-a, side], role: backup", "upper: [county-a, side], role: primary")
    topology = replaced(
        topology, "lower: [county-a, up1], upper: [agg-1, down1]", "lower: [county-a, up1], upper: [county-b, down1]"
    )
    problems = refusals(tmp_path, topology)
    assert len(problems) == 1
    assert "primary links run in a circle" in problems[0]
    assert "county-a → county-b → county-a" in problems[0] or "county-b → county-a → county-b" in problems[0]


def test_a_router_that_nothing_ties_to_the_core_is_refused_once_for_all_behind_it(tmp_path: Path) -> None:
    uplink = "  - {lower: [county-a, up1], upper: [agg-1, down1], role: primary, speed_mbps: 1000, carrier: 联通}\n"
    spare = "  - {id: spare, lower: [county-b, up2], upper: [county-a, side], role: backup, speed_mbps: 100}\n"
    topology = replaced(replaced(TOPOLOGY, uplink, ""), spare, "")
    line = line_of(topology, "id: county-a")
    (problem,) = refusals(tmp_path, topology)
    assert problem.startswith(f'topology.yaml:{line}: no chain of links ties "county-a" to a core router, and 2 other')
    assert problem.endswith("Declare its uplink among the links.")


def test_a_broken_link_excuses_its_own_devices_and_no_others(tmp_path: Path) -> None:
    uplink = "  - {lower: [county-a, up1], upper: [agg-1, down1], role: primary, speed_mbps: 1000, carrier: 联通}\n"
    spare = "  - {id: spare, lower: [county-b, up2], upper: [county-a, side], role: backup, speed_mbps: 100}\n"
    topology = replaced(replaced(TOPOLOGY, uplink, ""), spare, "")
    topology = replaced(topology, "upper: [agg-2, down1], role: primary", "upper: [agg-2, down1], role: primery")
    problems = refusals(tmp_path, topology)
    assert len(problems) == 2
    assert any("primery" in problem for problem in problems)
    assert any('ties "county-a" to a core' in problem for problem in problems)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] != pair[1]), max_size=9))
def test_circles_are_found_exactly_where_there_are_some(pairs: list[tuple[int, int]]) -> None:
    """The oracle takes away devices without uplinks until none is left, or none has none."""
    links = {
        str(number): Link(str(number), f"d{upper}", "", f"d{lower}", "", LinkRole.PRIMARY, 1)
        for number, (lower, upper) in enumerate(pairs)
    }
    findings = Findings()
    find_loops(links, dict.fromkeys(links, Place("topology.yaml", 1)), findings)
    left = set(pairs)
    while free := {upper for _, upper in left} - {lower for lower, _ in left}:
        left = {(lower, upper) for lower, upper in left if upper not in free}
    assert bool(findings.problems) == bool(left)
    for problem in findings.problems:
        circle = problem.message.removeprefix("primary links run in a circle: ").rstrip(".").split(" → ")
        assert circle[0] == circle[-1]
        assert {(int(lower[1:]), int(upper[1:])) for lower, upper in pairwise(circle)} <= set(pairs)


def test_a_backup_alone_ties_a_router_in(tmp_path: Path) -> None:
    uplink = "  - {lower: [county-b, up1], upper: [agg-2, down1], role: primary, speed_mbps: 1000, carrier: 广电}\n"
    assert load(tmp_path, replaced(TOPOLOGY, uplink, "")).parents("county-b") == ("county-a",)


def test_a_network_without_core_is_refused(tmp_path: Path) -> None:
    topology = "version: 1\ndivisions: []\ndevices: []\nlinks: []\n"
    text = "\n".join(refusals(tmp_path, topology, AGENCIES.splitlines()[0]))
    assert "topology.yaml:2: no division is declared." in text
    assert "topology.yaml:3: no core router is declared" in text
    assert "agencies.csv:1: no agency is declared." in text


def test_a_centre_that_is_itself_served_elsewhere_is_refused(tmp_path: Path) -> None:
    topology = replaced(TOPOLOGY, "seat: [103.7, 27.3]", "seat: [103.7, 27.3], centre: 530000")
    problems = refusals(tmp_path, topology)
    assert len(problems) == 1
    assert 'Write "centre: 530000" here.' in problems[0]


def test_a_missing_column_is_told_once_and_not_for_every_row(tmp_path: Path) -> None:
    agencies = "\n".join(line.rpartition(",")[0] for line in AGENCIES.splitlines())
    assert refusals(tmp_path, agencies=agencies) == ['agencies.csv:1: the column "carrier" is missing. Add it.']


def test_a_byte_order_mark_and_windows_line_ends_are_tolerated(tmp_path: Path) -> None:
    agencies = b"\xef\xbb\xbf" + AGENCIES.replace("\n", "\r\n").encode()
    topology = b"\xef\xbb\xbf" + TOPOLOGY.replace("\n", "\r\n").encode()
    assert len(load(tmp_path, topology, agencies).agencies) == 4


def test_blank_lines_are_passed_over_and_do_not_shift_the_line_numbers(tmp_path: Path) -> None:
    agencies = AGENCIES.replace("a-police,镇雄", "\n,,,,\na-health,镇雄")
    assert any(problem.startswith("agencies.csv:5: ") for problem in refusals(tmp_path, agencies=agencies))


@pytest.mark.parametrize(("encoding", "guess"), [("gbk", "It looks like GBK."), ("utf-16", "It looks like UTF-16.")])
def test_a_sheet_in_another_encoding_is_named_with_its_line(tmp_path: Path, encoding: str, guess: str) -> None:
    problems = refusals(tmp_path, agencies=AGENCIES.encode(encoding))
    assert len(problems) == 1
    assert guess in problems[0]
    assert problems[0].startswith("agencies.csv:2: " if encoding == "gbk" else "agencies.csv:1: ")


def test_missing_files_are_both_named(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as caught:
        load_network(tmp_path / "topology.yaml", tmp_path / "agencies.csv")
    assert [problem.place.file for problem in caught.value.problems] == ["topology.yaml", "agencies.csv"]


def test_an_empty_sheet_says_how_to_begin(tmp_path: Path) -> None:
    assert refusals(tmp_path, agencies="\n\n")[0].startswith("agencies.csv:1: the file is empty. Begin it with a row")


def test_rows_of_any_kind_are_refused_not_stumbled_over(tmp_path: Path) -> None:
    """Rows that are no mappings, or whose ids are no texts."""
    for junk in (
        "null",
        "[]",
        "3",
        "text",
        "{}",
        "{id: [1]}",
        "{lower: [[1], 2], upper: [3, 4]}",
        "{lower: 1, upper: {a: b}}",
    ):
        for section in ("divisions", "devices", "links", "private_networks"):
            topology = replaced(TOPOLOGY, f"\n{section}:\n", f"\n{section}:\n  - {junk}\n")
            assert refusals(tmp_path, topology)
