"""`yunwei poll`, `record` and `discover` as one types them, against a simulated province and against nobody."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

import collectors.once
from simulator.recordings import read_recording
from tests.collectors.processes import free_port
from tests.simulator.running import Running, running

PROMISE = json.loads((Path(collectors.once.__file__).parent / "poll.schema.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def province() -> Iterator[Running]:
    """The small network's agents."""
    with running() as found:
        yield found


def yunwei(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the real command in a process of its own, its output piped."""
    return subprocess.run(
        [sys.executable, "-m", "yunwei", *words], capture_output=True, text=True, timeout=120, check=False
    )


def asked(province: Running) -> int:
    """How many requests its agents have got."""
    return int(province.command(status=True)["requests"])


def at(province: Running) -> list[str]:
    return ["--port", str(province.settings.port)]


def test_poll_prints_the_json_that_is_promised(province: Running) -> None:
    result = yunwei("poll", "127.6.27.1", *at(province), "--json")
    assert (result.returncode, result.stderr) == (0, "")
    document = json.loads(result.stdout)
    Draft202012Validator(PROMISE).validate(document)
    assert document["identity"]["name"] == "county-a"
    assert document["timings"]["poll_requests"] <= 5


def test_poll_prints_a_table_without_colour_codes_when_it_is_piped(province: Running) -> None:
    result = yunwei("poll", "127.6.27.1", *at(province))
    assert result.returncode == 0
    assert "county-a" in result.stdout
    assert "\x1b[" not in result.stdout


@pytest.mark.parametrize("command", [("poll",), ("record", "-o", "never.snmprec")])
def test_nobody_there_is_one_sentence_and_status_1(command: tuple[str, ...], tmp_path: Path) -> None:
    words = [
        *command[:1],
        "127.0.0.1",
        *(str(tmp_path / word) if word.endswith("rec") else word for word in command[1:]),
    ]
    result = yunwei(*words, "--port", str(free_port()), "--timeout", "0.1")
    assert (result.returncode, result.stdout) == (1, "")
    assert len(result.stderr.strip().splitlines()) == 1
    assert "127.0.0.1" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_record_writes_a_file_that_the_simulator_reads_and_says_so(province: Running, tmp_path: Path) -> None:
    target = tmp_path / "county.snmprec"
    result = yunwei("record", "127.6.27.1", *at(province), "-o", str(target), "--rate", "1000")
    assert result.returncode == 0, result.stderr
    recording = read_recording(target)
    assert f"{len(recording.oids):,} objects" in result.stdout
    assert result.stderr == ""


def test_record_that_is_interrupted_goes_on_where_it_stopped(province: Running, tmp_path: Path) -> None:
    target, whole = tmp_path / "county.snmprec", tmp_path / "whole.snmprec"
    words = [sys.executable, "-m", "yunwei", "record", "127.6.27.1", *at(province), "-o", str(target)]
    slow = subprocess.Popen([*words, "--rate", "4", "--repetitions", "5"], stderr=subprocess.PIPE, text=True)
    part = target.with_name(target.name + ".part")
    for _ in range(400):
        if part.exists():
            break
        time.sleep(0.05)
    time.sleep(0.5)
    slow.send_signal(signal.SIGINT)
    _, said = slow.communicate(timeout=20)
    assert slow.returncode == 1
    assert "Stopped." in said
    assert "the same command goes on from there" in said
    assert yunwei(*words[3:], "--rate", "1000").returncode == 0
    yunwei("record", "127.6.27.1", *at(province), "-o", str(whole), "--rate", "1000")
    assert read_recording(target).oids == read_recording(whole).oids
    assert not part.exists()


def test_discover_prints_a_fragment_on_standard_output_alone(province: Running) -> None:
    result = yunwei("discover", "127.6.27.0/29", *at(province), "--timeout", "0.3", "--rate", "500", "--yaml")
    assert result.returncode == 0
    (device,) = yaml.safe_load(result.stdout)["devices"]
    assert (device["id"], device["address"]) == ("county-a", "127.6.27.1")
    assert "6 addresses asked, 1 devices" in result.stderr


def test_discover_that_is_interrupted_prints_what_it_found(province: Running) -> None:
    words = ["discover", "127.6.27.1", "127.77.0.0/20", *at(province), "--rate", "20", "--json"]
    before = asked(province)
    slow = subprocess.Popen([sys.executable, "-m", "yunwei", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    count = before
    # It has asked the one agent all that it wants to know when no more requests come.
    for _ in range(60):
        time.sleep(1)
        last, count = count, asked(province)
        if count == last > before:
            break
    slow.send_signal(signal.SIGINT)
    output, said = slow.communicate(timeout=20)
    assert slow.returncode == 130
    assert [device["name"] for device in json.loads(output)["devices"]] == ["county-a"]
    assert b"Stopped after" in said


def test_discover_finds_nobody_and_says_what_to_check() -> None:
    result = yunwei("discover", "127.77.0.0/30", "--port", str(free_port()), "--timeout", "0.1")
    assert (result.returncode, result.stdout) == (0, "")
    assert "No agent answered at any of 2 addresses. Check the community" in result.stderr


def test_discover_refuses_what_would_take_days() -> None:
    result = yunwei("discover", "10.0.0.0/8")
    assert result.returncode == 1
    assert "16,777,216 addresses" in result.stderr
