"""Families as tests write them: a few lines of YAML, through the same loading as any other."""

from pathlib import Path

from hypothesis import strategies as st

from collectors.snmp.gufo import Value
from collectors.snmp.profiles.profile import Profile, ProfileSet
from collectors.snmp.profiles.schema import ProfileFile
from foundation.documents import parse_document, validate
from foundation.problems import ProblemError

HEAD = """
profile: {name}
vendor: Test
title: Test devices
match: {{objects: [1.3.6.1.4.1.99999]}}
"""

VALUES: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**64),
    st.floats(),
    st.booleans(),
    st.binary(max_size=40),
    st.text(max_size=40),
    st.sampled_from([b"", b"\xff\xfe", "1e400", "९", b"12.5 C", b"-", b"4" * 5000, b"1e-9", 2**64, -(2**31)]),
)
"""Whatever an agent may send."""


def file_of(text: str, name: str = "test") -> ProfileFile:
    """A profile file with this text below its head."""
    return validate(parse_document(HEAD.format(name=name) + text, name=f"{name}.yaml"), ProfileFile)


def family(text: str, standard: str = "sensors: []") -> Profile:
    """A family with these rules, and nothing of the standard MIBs but what is given."""
    base = "profile: standard\nvendor: ''\ntitle: Standard\n" + standard
    files = [file_of(text), validate(parse_document(base, name="standard.yaml"), ProfileFile)]
    return ProfileSet(files)["test"]


def mistakes(text: str) -> list[str]:
    """What is wrong with a profile, as the operator reads it."""
    try:
        file_of(text)
    except ProblemError as error:
        return [str(problem) for problem in error.problems]
    return []


def write(directory: Path, name: str, text: str) -> Path:
    """A profile file of the operator's own."""
    directory.mkdir(exist_ok=True)
    path = directory / f"{name}.yaml"
    path.write_text(HEAD.format(name=name) + text, encoding="utf-8")
    return path
