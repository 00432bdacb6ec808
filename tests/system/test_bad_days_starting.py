"""Starts that can't be: each is refused with whole sentences and exit status 1, never with a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.small import SmallProvince, change, taken
from tests.system.stack import eventually

pytestmark = pytest.mark.slow

IS_ROOT = os.geteuid() == 0
POWERLESS = ("setpriv", "--bounding-set=-all") if IS_ROOT else ()
"""Starts a process for which files that are closed are closed, even to root."""
NO_PING = ("setpriv", "--bounding-set=-all", "--regid=3000000000", "--clear-groups") if IS_ROOT else ()
"""The same, in a group that lies in no net.ipv4.ping_group_range."""


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)


def line_of(path: Path, text: str) -> int:
    """The number of the first line that holds a text."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def break_every_file(directory: Path) -> list[str]:
    """One mistake in each file; what must be said of each."""
    rules = line_of(directory / "rules" / "interfaces.yaml", "rules:")
    metric = line_of(directory / "rules" / "health.yaml", "metric: cpu")
    change(directory / "rules" / "interfaces.yaml", "rules:", "rules: [}")
    append(directory / "agencies.csv", "530628-police,x,x,county,530628,530699,公安,x-R1,10.6.28.12\n")
    change(directory / "roster.yaml", "operators: [county-1]", "operators: [county-2]")
    change(directory / "rules" / "health.yaml", "metric: cpu", "metric: cpuu")
    change(directory / "runbooks" / "cpu-high.md", "title:", "titel:")
    change(directory / "yunwei.yaml", "collector:", "colector:")
    return [
        f"rules/interfaces.yaml:{rules}: this is no valid YAML",
        "agencies.csv:10: ",
        f"rules/health.yaml:{metric}: metric.0: Input should be",
        'Did you mean "cpu"?',
        'yunwei.yaml:4: unknown key "colector". Did you mean "collector"?',
    ]


def test_broken_files_are_refused_all_at_once_with_their_lines(province: SmallProvince) -> None:
    expected = break_every_file(province.directory)
    said = province.fails("run")
    for words in expected:
        assert words in said
    # What hangs on a broken file is told as soon as that one is mended.
    change(province.directory / "rules" / "interfaces.yaml", "rules: [}", "rules:")
    change(province.directory / "rules" / "health.yaml", "metric: cpuu", "metric: cpu")
    change(province.directory / "agencies.csv", "530628-police,x,x,county,530628,530699,公安,x-R1,10.6.28.12\n", "")
    said = province.fails("run")
    assert "roster.yaml:" in said
    assert "county-2" in said
    assert 'cpu-high.md:3: unknown key "titel". Did you mean "title"?' in said
    assert not (province.directory / "data").exists(), "nothing is written before everything is right"


def test_a_settings_file_that_is_none_or_closed_is_named(province: SmallProvince) -> None:
    settings = province.directory / "yunwei.yaml"
    settings.chmod(0)
    os.chown(settings, 65534 if IS_ROOT else os.getuid(), -1)
    assert "yunwei.yaml: the file can't be read: Permission denied." in province.fails("run", before=POWERLESS)
    settings.unlink()
    append(settings, "data: here\n# \udcff\n")
    assert "yunwei.yaml:2: the text is not UTF-8. Save the file as UTF-8." in province.fails("run")
    settings.unlink()
    settings.mkdir()
    assert "yunwei.yaml: the file can't be read: Is a directory." in province.fails("run")


def test_a_web_port_in_use_is_named_before_anything_is_polled(province: SmallProvince) -> None:
    with taken(province.ports.http):
        said = province.fails("run")
    assert f"127.0.0.1:{province.ports.http}" in said
    assert "dashboard.port" in said
    assert province.timeline("530627-R1") == []


def test_ports_of_the_simulator_and_the_inbox_in_use_are_named(province: SmallProvince) -> None:
    # Those of the province outside are in use already: by our own simulator and inbox.
    said = province.fails("simulate")
    assert f"port {province.ports.snmp} for the simulated SNMP agents can't be opened" in said
    assert "choose another port" in said
    said = province.fails("inbox")
    assert f"TCP port {province.ports.smtp} for the inbox's mail server can't be opened" in said


def test_a_data_directory_that_may_not_be_written_is_named(province: SmallProvince) -> None:
    data = province.directory / "data"
    data.mkdir()
    os.chown(data, 65534 if IS_ROOT else os.getuid(), -1)
    data.chmod(0o500)
    said = province.fails("run", before=POWERLESS)
    assert str(data) in said
    assert "platform's user" in said
    change(province.directory / "yunwei.yaml", "credentials:", "data: data/inside\ncredentials:")
    said = province.fails("run", before=POWERLESS)
    assert f"The data directory {data / 'inside'} can't be made: Permission denied." in said
    data.chmod(0o700)


def test_a_second_platform_on_the_same_data_is_refused_and_harms_nothing(province: SmallProvince) -> None:
    with province.platform() as first:
        province.console.wait_until_polled()
        said = province.fails("run")
        assert f"A platform with the data directory {province.directory / 'data'} runs already. Stop it first" in said
        assert first.stop() == 0


def test_too_few_open_files_are_one_sentence(province: SmallProvince) -> None:
    said = province.fails("run", before=("prlimit", "--nofile=64:64"))
    assert said.count("\n") == 1
    assert "needs 270 open files, but this process may open only 64" in said
    assert "LimitNOFILE=270" in said


def test_without_permission_for_icmp_polling_goes_on(province: SmallProvince) -> None:
    change(province.directory / "yunwei.yaml", "pinger: udp_echo", "pinger: icmp")
    with province.platform(before=NO_PING) as platform:
        assert province.console.wait_until_polled()["answering"] == 14
        assert platform.text().count("may not send ICMP echo requests") == (1 if not _may_ping() else 0)
        # A silent agent can't be told from a dead device now: it is taken for dead, and an incident is opened.
        province.fault("agent-silent", "530628-tax-R1")
        eventually(lambda: province.console.incidents("open"), 20, "the silent device has its incident")
        assert platform.stop() == 0
        assert "Traceback" not in platform.text()


def _may_ping() -> bool:
    """Whether a process started so may ping: as an ordinary user the machine's own settings decide."""
    asks = "import sys; from collectors.reachability.icmp import permitted; sys.exit(permitted() is None)"
    return subprocess.run([*NO_PING, sys.executable, "-c", asks], check=False).returncode == 0
