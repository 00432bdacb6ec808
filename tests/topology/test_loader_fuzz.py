# ruff: noqa: E501 (a table of hostile texts)
"""Whatever bytes stand in the files, loading gives a Network or a ProblemError: never a traceback, never a hang."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.problems import ProblemError
from tests.topology.samples import AGENCIES, TOPOLOGY, load
from topology.network import Network

_HOSTILE = (
    "\x00", "\ufeff", "\u2028", '"', "'", ",", "\n", "\r", "\t", ":", "- ", "{", "}", "[", "]", "&a ", "*a", "!!int ", "!!binary ",
    "null", "~", "true", "1e999", ".nan", "2026-11-24", "0x1f", "-1", "010", "<<: ", "? ", "|", ">", "%YAML 9.9", "---", "...", "#",
    "530000", "530627", "core-1", "county-a", "a-health", "10.6.27.1", "镇雄县", "é" * 300, "9" * 5000, "\ud7ff", "\x85",
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, text: str) -> bytes:
    """The text with some stretches removed, doubled, exchanged or overwritten, as bytes."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from((0, 1, 2, 5, 20, 200))))
        filling = draw(st.sampled_from(_HOSTILE) | st.just("") | st.just(text[start:end] * 2) | st.text(max_size=4))
        text = text[:start] + filling + text[end:]
    content = bytearray(text.encode("utf-8", "replace"))
    for _ in range(draw(st.sampled_from((0, 0, 0, 1, 3)))):
        if content:
            content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    return bytes(content)


def outcome(topology: str | bytes, agencies: str | bytes) -> Network | ProblemError:
    """What loading comes to; any other exception fails the test."""
    with tempfile.TemporaryDirectory() as directory:
        try:
            return load(Path(directory), topology, agencies)
        except ProblemError as error:
            return error


def check(result: Network | ProblemError) -> None:
    """A refusal names its places; a network is whole."""
    if isinstance(result, ProblemError):
        assert result.problems
        assert all(problem.message and problem.place.file for problem in result.problems)
    else:
        assert result.reachable() == set(result.devices)
        assert {agency.device for agency in result.agencies.values()} <= result.devices.keys()
        assert all(agency.county in result.divisions for agency in result.agencies.values())


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(mutated(TOPOLOGY))
def test_a_damaged_topology_is_refused_in_words_or_loads(topology: bytes) -> None:
    check(outcome(topology, AGENCIES))


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(mutated(AGENCIES))
def test_a_damaged_sheet_is_refused_in_words_or_loads(agencies: bytes) -> None:
    check(outcome(TOPOLOGY, agencies))


@pytest.mark.slow
@settings(max_examples=1_500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated(TOPOLOGY), mutated(AGENCIES))
def test_both_files_damaged_a_thousand_times_never_break_the_loader(topology: bytes, agencies: bytes) -> None:
    check(outcome(topology, AGENCIES))
    check(outcome(TOPOLOGY, agencies))
    check(outcome(topology, agencies))


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_are_refused_in_words(topology: bytes, agencies: bytes) -> None:
    assert isinstance(outcome(topology, agencies), ProblemError)
