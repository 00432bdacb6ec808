"""net-snmp's own tools read the simulated agents, and recordings, without a complaint."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulator.running import Running, running

pytestmark = pytest.mark.slow

Done = subprocess.CompletedProcess[str]

RECORDED = b"1.3.6.1.2.1.1.1.0|4|recorded switch\n1.3.6.1.2.1.1.3.0|67|1\n1.3.6.1.2.1.2.2.1.2.9|4|up1\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    recording: Path = tmp_path_factory.mktemp("recordings") / "b1.snmprec"
    recording.write_bytes(RECORDED)
    # The tools tell on standard error when they make this directory of theirs: they find it made, and their own.
    own = tmp_path_factory.mktemp("net-snmp")
    (own / "cert_indexes").mkdir()
    with pytest.MonkeyPatch.context() as patch, running(recordings={"b1": recording}) as found:
        patch.setenv("SNMP_PERSISTENT_DIR", str(own))
        yield found


def start(place: Running, tool: str, device: str, *arguments: str, options: tuple[str, ...] = ()) -> Done:
    address = f"{place.address(device)}:{place.settings.port}"
    return subprocess.run(
        [tool, *options, address, *arguments], capture_output=True, text=True, timeout=30, check=False
    )


def run(
    place: Running, tool: str, device: str, *arguments: str, version: str = "2c", options: tuple[str, ...] = ()
) -> str:
    """What a tool prints, which must succeed without a word of complaint."""
    common = (f"-v{version}", "-c", "public", "-m", "", "-On", "-r", "1", "-t", "3")
    done = start(place, tool, device, *arguments, options=(*common, *options))
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_snmpget_reads_values_and_tells_what_is_missing(place: Running) -> None:
    names = [".1.3.6.1.2.1.1.5.0", ".1.3.6.1.2.1.1.5.9", ".1.3.6.1.2.1.1.77.0", ".1.3.6.1.2.1.1.3.0"]
    lines = run(place, "snmpget", "county-a", *names).splitlines()
    assert lines[0] == '.1.3.6.1.2.1.1.5.0 = STRING: "county-a"'
    assert lines[1].endswith("No Such Instance currently exists at this OID")
    assert lines[2].endswith("No Such Object available on this agent at this OID")
    assert re.fullmatch(r"\.1\.3\.6\.1\.2\.1\.1\.3\.0 = Timeticks: \(\d+\) .*", lines[3])


def names(walk: str) -> list[str]:
    """The names that a walk met."""
    pairs = [line.split(" = ", 1) for line in walk.splitlines() if line.startswith(".1.") and " = " in line]
    return [name for name, value in pairs if not value.startswith("No more variables")]


def test_walks_by_getnext_and_by_getbulk_of_any_size_meet_the_same_objects(place: Running) -> None:
    by_next = names(run(place, "snmpwalk", "county-a", ".1"))
    assert len(by_next) > 300
    for size in ("1", "7", "500"):
        assert names(run(place, "snmpbulkwalk", "county-a", ".1", options=(f"-Cr{size}",))) == by_next


def test_version_1_walks_everything_but_64_bit_counters(place: Running) -> None:
    by_v2 = run(place, "snmpwalk", "county-a", ".1")
    wide = {line.split(" = ")[0] for line in by_v2.splitlines() if " = Counter64:" in line}
    by_v1 = names(run(place, "snmpwalk", "county-a", ".1", version="1"))
    assert wide
    assert by_v1 == [name for name in names(by_v2) if name not in wide]


def test_snmpbulkget_mixes_single_and_repeated_names(place: Running) -> None:
    walked = run(
        place, "snmpbulkget", "a1", ".1.3.6.1.2.1.1.3", ".1.3.6.1.2.1.2.2.1.2", ".1.3.6.1.2.1.2.2.1.8",
        options=("-Cn1", "-Cr3"),
    )  # fmt: skip
    lines = walked.splitlines()
    assert lines[0].startswith(".1.3.6.1.2.1.1.3.0 = Timeticks")
    columns = [line.split(" = ")[0].split(".")[10] for line in lines[1:]]
    assert columns == ["2", "8"] * 3


IF_TABLE = """YUNWEI-TEST-MIB DEFINITIONS ::= BEGIN
IMPORTS OBJECT-TYPE FROM SNMPv2-SMI;
interfaces OBJECT IDENTIFIER ::= { iso org(3) dod(6) internet(1) mgmt(2) mib-2(1) 2 }
ifTable OBJECT-TYPE SYNTAX SEQUENCE OF IfEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "x"
  ::= { interfaces 2 }
ifEntry OBJECT-TYPE SYNTAX IfEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "x" INDEX { ifIndex }
  ::= { ifTable 1 }
IfEntry ::= SEQUENCE { ifIndex INTEGER, ifDescr OCTET STRING, ifOperStatus INTEGER }
ifIndex OBJECT-TYPE SYNTAX INTEGER MAX-ACCESS read-only STATUS current DESCRIPTION "x" ::= { ifEntry 1 }
ifDescr OBJECT-TYPE SYNTAX OCTET STRING MAX-ACCESS read-only STATUS current DESCRIPTION "x" ::= { ifEntry 2 }
ifOperStatus OBJECT-TYPE SYNTAX INTEGER { up(1), down(2) } MAX-ACCESS read-only STATUS current DESCRIPTION "x"
  ::= { ifEntry 8 }
END
"""
"""The columns of ifTable that the test looks at: Debian ships no IF-MIB."""


def test_snmptable_draws_the_interfaces(place: Running, tmp_path: Path) -> None:
    (tmp_path / "YUNWEI-TEST-MIB.txt").write_text(IF_TABLE, encoding="ascii")
    where = ("-M", f"+{tmp_path}", "-m", "YUNWEI-TEST-MIB", "-v2c", "-c", "public", "-Cf", ";")
    done = start(place, "snmptable", "county-a", "YUNWEI-TEST-MIB::ifTable", options=where)
    assert done.returncode == 0, done.stderr
    rows = [row.split(";") for row in done.stdout.splitlines() if ";" in row]
    assert rows[0] == ["ifIndex", "ifDescr", "ifOperStatus"]
    assert {(row[1].strip('"'), row[2]) for row in rows[1:]} == {
        (name, "up") for name in ("LoopBack0", "up1", "side1", "to-a1", "to-a2", "to-a3")
    }


def test_a_wrong_community_gets_no_answer(place: Running) -> None:
    quick = ("-v2c", "-c", "secret", "-r", "0", "-t", "0.3")
    done = start(place, "snmpget", "a1", ".1.3.6.1.2.1.1.5.0", options=quick)
    assert done.returncode == 1
    assert "Timeout: No Response" in done.stderr


def test_snmpset_is_told_that_nothing_can_be_written(place: Running) -> None:
    done = start(place, "snmpset", "a1", ".1.3.6.1.2.1.1.5.0", "s", "x", options=("-v2c", "-c", "public"))
    assert done.returncode == 2
    assert "notWritable" in done.stderr


def test_a_recording_walks_as_it_was_recorded(place: Running) -> None:
    lines = run(place, "snmpbulkwalk", "b1", ".1").splitlines()
    assert lines[0] == '.1.3.6.1.2.1.1.1.0 = STRING: "recorded switch"'
    assert lines[2] == '.1.3.6.1.2.1.2.2.1.2.9 = STRING: "up1"'
