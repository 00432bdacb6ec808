"""What settings are made of: strict models, lengths of time, days and secrets by reference."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from foundation.clock import DAY, HOUR, MINUTE, SECOND
from foundation.problems import OperatorError
from foundation.settings import Day, Duration, Secret, StrictModel


class Timing(StrictModel):
    """A model with a length of time."""

    every: Duration = 10 * SECOND


class Leave(StrictModel):
    """A model with a date."""

    first: Day


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("500 ms", 500),
        ("10 s", 10 * SECOND),
        ("10s", 10 * SECOND),
        (" 5 min ", 5 * MINUTE),
        ("1.5 h", 90 * MINUTE),
        ("30 d", 30 * DAY),
        ("0 s", 0),
        ("0.1 s", 100),
    ],
)
def test_a_length_of_time_is_read_with_its_unit(text: str, milliseconds: int) -> None:
    assert Timing.model_validate({"every": text}).every == milliseconds


@given(st.integers(0, 3_000), st.sampled_from([("ms", 1), ("s", SECOND), ("min", MINUTE), ("h", HOUR), ("d", DAY)]))
def test_every_whole_number_of_a_unit_is_exact(number: int, unit: tuple[str, int]) -> None:
    assert Timing.model_validate({"every": f"{number} {unit[0]}"}).every == number * unit[1]


@pytest.mark.parametrize("value", [10, 10.5, "10", "s", "5 m", "-5 s", "10 sec", "1e9 s", "", "十秒", "9" * 400 + " d"])
def test_what_is_no_length_of_time_is_refused_with_a_sentence(value: object) -> None:
    with pytest.raises(ValidationError, match="a length of time"):
        Timing.model_validate({"every": value})


@pytest.mark.parametrize("value", [True, None, [], {}])
def test_a_length_of_time_of_another_type_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        Timing.model_validate({"every": value})


def test_defaults_are_milliseconds() -> None:
    assert Timing().every == 10_000


def test_a_date_is_read_from_text() -> None:
    assert Leave.model_validate({"first": "2026-11-24"}).first == date(2026, 11, 24)
    with pytest.raises(ValidationError, match="a date is written like"):
        Leave.model_validate({"first": "24.11.2026"})
    with pytest.raises(ValidationError):
        Leave.model_validate({"first": 20261124})


def test_unknown_keys_and_converted_types_are_refused_and_nothing_changes_after_loading() -> None:
    class Port(StrictModel):
        port: int

    with pytest.raises(ValidationError):
        Port.model_validate({"port": "161"})
    with pytest.raises(ValidationError):
        Port.model_validate({"port": 161, "prot": 162})
    port = Port(port=161)
    with pytest.raises(ValidationError):
        port.port = 162  # type: ignore[misc]


def test_a_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUNWEI_TEST_SECRET", "open sesame")
    assert Secret(env="YUNWEI_TEST_SECRET").resolve() == "open sesame"


def test_a_missing_or_empty_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YUNWEI_TEST_SECRET", raising=False)
    with pytest.raises(OperatorError, match="YUNWEI_TEST_SECRET is not set"):
        Secret(env="YUNWEI_TEST_SECRET").resolve()
    monkeypatch.setenv("YUNWEI_TEST_SECRET", "")
    with pytest.raises(OperatorError, match="YUNWEI_TEST_SECRET is empty"):
        Secret(env="YUNWEI_TEST_SECRET").resolve()


def test_a_secret_file_gives_its_text_without_the_line_end(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("秘密\n", encoding="utf-8")
    path.chmod(0o600)
    assert Secret(file=str(path)).resolve() == "秘密"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o620, 0o604, 0o601])
def test_a_secret_file_open_to_others_is_refused_with_the_cure(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secret"
    path.write_text("secret", encoding="utf-8")
    path.chmod(mode)
    with pytest.raises(OperatorError, match="chmod 600"):
        Secret(file=str(path)).resolve()


def test_a_secret_file_that_is_missing_empty_or_binary_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    with pytest.raises(OperatorError, match="No such file"):
        Secret(file=str(path)).resolve()
    path.write_bytes(b"\xff\xfe\x00")
    path.chmod(0o600)
    with pytest.raises(OperatorError, match="not UTF-8"):
        Secret(file=str(path)).resolve()
    path.write_bytes(b" \n")
    with pytest.raises(OperatorError, match="is empty"):
        Secret(file=str(path)).resolve()


def test_a_secret_in_the_open_is_its_value() -> None:
    assert Secret(value="public").resolve() == "public"


@pytest.mark.parametrize("given", [{}, {"env": "A", "value": "hunter2"}, {"env": "A", "file": "b", "value": "hunter2"}])
def test_a_secret_has_exactly_one_source(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="exactly one of env, file, value") as caught:
        Secret.model_validate(given)
    assert "hunter2" not in str(caught.value)


def test_a_secret_never_shows_in_its_text_or_in_errors() -> None:
    assert "hunter2" not in repr(Secret(value="hunter2"))
    assert "hunter2" not in str(Secret(value="hunter2"))
    with pytest.raises(ValidationError) as caught:
        Secret.model_validate({"value": ["hunter2"]})
    assert "hunter2" not in str(caught.value)
