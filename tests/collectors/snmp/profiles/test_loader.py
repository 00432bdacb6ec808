"""Profile files of a directory: all of them right, or every problem told."""

from pathlib import Path

import pytest

from collectors.snmp.profiles.loader import SHIPPED, read_profiles
from collectors.snmp.profiles.profile import ProfileSet
from foundation.problems import ProblemError
from tests.collectors.snmp.profiles.families import HEAD, write


def problems(directory: Path) -> list[str]:
    """What is wrong with a directory, as the operator reads it."""
    with pytest.raises(ProblemError) as caught:
        read_profiles(directory, label="profiles")
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_profiles_are_right_and_cover_what_is_promised() -> None:
    profiles = read_profiles(SHIPPED, label="profiles")
    assert "standard" in profiles
    assert len(profiles) > 20


def test_the_shipped_profiles_lie_beside_the_code() -> None:
    # What is installed must bring them along.
    assert (SHIPPED / "standard.yaml").is_file()
    assert (SHIPPED / "loader.py").is_file()


def test_a_directory_that_is_missing_holds_no_profiles(tmp_path: Path) -> None:
    assert read_profiles(tmp_path / "none", label="profiles") == {}
    assert ProfileSet.load(tmp_path / "none").families == ProfileSet.load().families


def test_the_problems_of_all_files_are_said_at_once_with_their_lines(tmp_path: Path) -> None:
    write(tmp_path, "one", "sensors: [{kind: cpu}]")
    write(tmp_path, "two", "colour: red")
    (tmp_path / "three.yaml").write_text("a: [", encoding="utf-8")
    (tmp_path / "four.yml").write_text("", encoding="utf-8")
    said = problems(tmp_path)
    assert [problem.split(":")[0] for problem in said] == [
        "profiles/four.yml", "profiles/one.yaml", "profiles/three.yaml", "profiles/two.yaml",
    ]  # fmt: skip
    assert said[0].endswith("Call it four.yaml.")
    assert said[3] == 'profiles/two.yaml:6: unknown key "colour".'


def test_a_profile_is_called_as_its_file_is(tmp_path: Path) -> None:
    write(tmp_path, "one", "").rename(tmp_path / "other.yaml")
    assert problems(tmp_path) == [
        'profiles/other.yaml:2: the profile is called "one", and its file other.yaml. Give both one name.'
    ]


def test_two_profiles_may_not_claim_the_same_devices(tmp_path: Path) -> None:
    write(tmp_path, "one", "")
    write(tmp_path, "two", "")
    (said,) = problems(tmp_path)
    assert said.startswith(
        "profiles/two.yaml:5: the prefix 1.3.6.1.4.1.99999 is claimed here and at profiles/one.yaml:5."
    )


def test_only_the_standard_profile_is_for_every_device(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("profile: one\nvendor: A\ntitle: B\n", encoding="utf-8")
    write(tmp_path, "standard", "")
    assert problems(tmp_path) == [
        "profiles/one.yaml:1: it does not say which devices it is for. Add match.",
        "profiles/standard.yaml:5: it is for every device. Take match away.",
    ]


def test_the_head_that_the_tests_use_is_right(tmp_path: Path) -> None:
    assert HEAD.startswith("\nprofile")
    write(tmp_path, "one", "")
    assert list(read_profiles(tmp_path, label="profiles")) == ["one"]
