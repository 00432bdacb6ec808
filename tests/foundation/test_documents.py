"""YAML documents: every mistake has its line, and no text, however hostile, does more than be refused."""

from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from foundation.documents import Document, parse_document, read_document, validate
from foundation.plain_yaml import plain_scalar
from foundation.problems import ProblemError
from foundation.settings import Secret, StrictModel


def refusal(text: str, *, first_line: int = 1) -> list[str]:
    """What is said about a text that must be refused."""
    with pytest.raises(ProblemError) as caught:
        parse_document(text, name="f", first_line=first_line)
    return [str(problem) for problem in caught.value.problems]


def wrong(text: str, model: type[StrictModel]) -> list[str]:
    """What is said about a document that does not fit its model."""
    with pytest.raises(ProblemError) as caught:
        validate(parse_document(text, name="f"), model)
    return [str(problem) for problem in caught.value.problems]


class Link(StrictModel):
    """One nested model."""

    to: str
    speed: int = 1000
    kind: Literal["primary", "backup"] = "primary"


class Device(StrictModel):
    """A model with a list of models and a key that is a Python keyword."""

    name: str
    enabled: bool = True
    links: list[Link] = Field(default_factory=list)
    begin: str = Field(default="", alias="from")


class Settings(StrictModel):
    """The root of a document."""

    devices: dict[str, Device] = Field(default_factory=dict)
    first: Device | None = None
    password: Secret | None = None
    listed: list[list[Link]] = Field(default_factory=list)
    either: Annotated[Link | int, Field()] = 1


# What is taken ---------------------------------------------------------------------------------------------------


def test_data_and_lines_of_nested_values() -> None:
    document = parse_document("a:\n  - b: 1\n    c: x\n  - 2\nd:\n\n  e: null\n", name="f")
    assert document.data == {"a": [{"b": 1, "c": "x"}, 2], "d": {"e": None}}
    for route, line in {("a",): 1, ("a", 0): 2, ("a", 0, "c"): 3, ("a", 1): 4, ("d",): 5, ("d", "e"): 7}.items():
        assert document.place(route).line == line
    assert document.place(("d", "missing", 3)).line == 5
    assert str(document.place(())) == "f:1"


def test_front_matter_counts_lines_from_where_it_begins() -> None:
    document = parse_document("id: x\ntitle: y\n", name="r.md", first_line=2)
    assert str(document.place(("title",))) == "r.md:3"
    assert refusal("id: x\nid: y\n", first_line=2) == ['f:3: the key "id" stands here and on line 2. Keep one of them.']
    assert refusal("id: 'x\n", first_line=2)[0].startswith("f:3: this is no valid YAML")


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "~"])
def test_an_empty_document_is_no_data(text: str) -> None:
    assert parse_document(text, name="f").data is None
    assert validate(parse_document(text, name="f"), Settings) == Settings()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("off", "off"), ("no", "no"), ("on", "on"), ("Yes", "Yes"), ("17:30", "17:30"), ("2026-11-24", "2026-11-24"),
        ("2026-11-24 14:30:00", "2026-11-24 14:30:00"), ("0530", "0530"), ("1_000", "1_000"), (".inf", ".inf"),
        (".nan", ".nan"), ("1e999", "1e999"), ("0o17", "0o17"), ("=", "="), ("530600", 530600), ("-3", -3),
        ("0x1F", 31),
        ("+7", 7), ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0), ("true", True), ("False", False), ("~", None),
        ("null", None), ("nullable", "nullable"), ("10.0.0.1", "10.0.0.1"), ("9" * 5000, "9" * 5000), ("'1'", "1"),
        ('"true"', "true"), ("昭通", "昭通"), ("", None), ("1.", 1.0), ("-x", "-x"), ("'<<'", "<<"),
    ],
)  # fmt: skip
def test_plain_scalars_mean_what_people_expect(text: str, value: object) -> None:
    """`off` is a word, 17:30 a time, 2026-11-24 a text that a model reads as a date, 0530 a code."""
    found = parse_document(f"a: {text}\n", name="f").data["a"]
    assert found == value
    assert type(found) is type(value)


def test_keys_may_be_text_or_whole_numbers() -> None:
    assert parse_document("530600: a\n'1': b\n0530: c\n", name="f").data == {530600: "a", "1": "b", "0530": "c"}


def test_a_byte_order_mark_and_windows_line_ends_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes("\ufeffa: 1\r\nb: |\r\n  x\r\n  y\r\nc: 2\r\n".encode())
    document = read_document(path)
    assert document.data == {"a": 1, "b": "x\ny\n", "c": 2}
    assert document.place(("c",)).line == 5


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x85\u2028\u2029"), max_size=20).filter(
    lambda text: not isinstance(plain_scalar(text), float)
)
"""What the writer, which knows YAML 1.1, leaves bare although 1.2 reads it otherwise is left out: line breaks that it
does not escape, and texts such as 0E0, which are numbers by now."""
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.slow
@given(PLAIN, st.booleans())
def test_whatever_a_yaml_writer_wrote_is_read_back(data: Any, flow: bool) -> None:
    text = yaml.safe_dump(data, default_flow_style=flow, allow_unicode=True)
    document = parse_document(text, name="f")
    assert document.data == data


# What is refused -------------------------------------------------------------------------------------------------


def test_a_repeated_key_is_refused_with_both_lines() -> None:
    assert refusal("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n") == [
        'f:4: the key "c" stands here and on line 3. Keep one of them.',
        'f:5: the key "a" stands here and on line 1. Keep one of them.',
    ]


def test_merge_keys_aliases_and_tags_are_refused_each_with_its_line() -> None:
    assert refusal("a: &x {b: 1}\nc:\n  <<: *x\nd: *x\ne: !!python/object/apply:os.system ['id']\nf: !!set {x}\n") == [
        'f:3: the merge key "<<" is not taken. Write the keys out.',
        'f:3: the alias "*x" is not taken. Write the value out.',
        'f:4: the alias "*x" is not taken. Write the value out.',
        'f:5: the tag "tag:yaml.org,2002:python/object/apply:os.system" is not taken. Write the plain value.',
        'f:6: the tag "tag:yaml.org,2002:set" is not taken. Write the plain value.',
    ]


@pytest.mark.parametrize("text", ["a: &x [*x]\n", "&x {a: *x}\n", "&x [*x, *x]", "? &x [*x]\n: 1\n"])
def test_a_value_that_holds_itself_is_refused(text: str) -> None:
    assert any("alias" in line for line in refusal(text))


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    levels = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    levels += [f"{b}: &{b} [{', '.join(['*' + a] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    found = refusal("\n".join(levels))
    assert len(found) == 8 * 9


@pytest.mark.parametrize(
    "text",
    ["[" * 200_000, "[" * 200_000 + "]" * 200_000, "- " * 100_000 + "x", "{a: " * 50_000, "? " * 50_000],
    ids=["open lists", "closed lists", "nested items", "mappings", "complex keys"],
)
def test_deep_nesting_is_refused_and_crashes_nothing(text: str) -> None:
    assert any("nested more than 60 deep" in line or "no valid YAML" in line for line in refusal(text))


def test_sixty_levels_are_taken() -> None:
    data = parse_document("[" * 60 + "]" * 60, name="f").data
    for _ in range(59):
        (data,) = data
    assert data == []


@pytest.mark.parametrize("key", ["yes: 1\n", "[a, b]: 1\n", "{a: 1}: 1\n", "? - x\n: 1\n"])
def test_lists_and_mappings_are_no_keys_but_words_are(key: str) -> None:
    if key.startswith("yes"):
        assert parse_document(key, name="f").data == {"yes": 1}
    else:
        assert "f:1: a key must be plain text." in refusal(key)


@pytest.mark.parametrize("key", ["true", "~", "1.5", "null"])
def test_a_key_that_is_no_text_is_to_be_quoted(key: str) -> None:
    assert refusal(f"{key}: 1\n") == [f'f:1: the key "{key}" is not plain text. Put it in quotes.']


def test_a_second_document_is_refused() -> None:
    assert refusal("a: 1\n---\nb: 1\n") == ['f:2: a second document begins here. Keep one, and remove the line "---".']


@pytest.mark.parametrize(
    "text", ["a: 'x\n", "a: b: c\n", "a: [1\nb: 2\n", "\ta: 1\n", "%YAML 9.9\n---\na: 1\n", "a: @x\n"]
)
def test_broken_yaml_is_refused_with_a_line(text: str) -> None:
    (found,) = refusal(text)
    assert found.startswith("f:")
    assert "this is no valid YAML" in found


def test_problems_before_a_syntax_error_are_told_too() -> None:
    found = refusal("a: 1\na: 2\nb: 'x\n")
    assert len(found) == 2
    assert "stands here and on line 1" in found[0]


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f"])
def test_a_control_character_is_named_with_its_line(character: str) -> None:
    assert refusal(f"a: 1\nb: x{character}y\n") == [
        f"f:2: the character U+{ord(character):04X} is not allowed in YAML. Remove it."
    ]


def test_half_a_character_is_refused() -> None:
    assert "lone surrogate" in refusal("a: \ud800\n")[0]


@given(st.text(max_size=200) | st.text(alphabet="ab:-[]{}&*!?|>'\"# \n\t,<", max_size=80))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    try:
        document = parse_document(text, name="f")
    except ProblemError as error:
        assert error.problems  # noqa: PT017
    else:
        assert isinstance(document, Document)


# Files -----------------------------------------------------------------------------------------------------------


def test_a_missing_file_a_directory_and_a_foreign_encoding_are_refused_with_sentences(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match=r"settings: the file does not exist. Create it"):
        read_document(tmp_path / "none.yaml", name="settings")
    with pytest.raises(ProblemError, match="the file can't be read: Is a directory"):
        read_document(tmp_path)
    path = tmp_path / "gbk.yaml"
    path.write_bytes(b"a: 1\nb: " + "昭通".encode("gbk"))
    with pytest.raises(ProblemError, match=r":2: the text is not UTF-8. Save the file as UTF-8."):
        read_document(path)


# Models ----------------------------------------------------------------------------------------------------------


def test_a_right_document_becomes_its_model() -> None:
    text = "devices:\n  r1: {name: r1, from: x, links: [{to: r2}]}\n"
    found = validate(parse_document(text, name="f"), Settings)
    assert found.devices["r1"].links[0].to == "r2"
    assert found.devices["r1"].begin == "x"


def test_every_wrong_key_is_told_on_its_own_line_with_the_nearest_known_one() -> None:
    text = "devices:\n  name:\n    nmae: r1\n    frm: x\n    links:\n"
    text += "      - to: a\n        sped: 3\n      - speed: 1\nfirts: 1\n"
    assert wrong(text, Settings) == [
        'f:2: the key "devices.name.name" is missing. Add it.',
        'f:7: unknown key "sped". Did you mean "speed"?',
        'f:8: the key "devices.name.links.1.to" is missing. Add it.',
        'f:3: unknown key "nmae". Did you mean "name"?',
        'f:4: unknown key "frm". Did you mean "from"?',
        'f:9: unknown key "firts". Did you mean "first"?',
    ]


def test_a_wrong_value_is_shown_with_what_was_expected() -> None:
    text = "first:\n  name: 123\n  enabled: yes\n  links:\n    - {to: a, speed: fast, kind: bakup}\n"
    assert wrong(text, Settings) == [
        "f:2: first.name: Input should be a valid string (it is 123). Put it in quotes.",
        "f:3: first.enabled: Input should be a valid boolean (it is 'yes'). Write true or false.",
        "f:5: first.links.0.speed: Input should be a valid integer (it is 'fast').",
        "f:5: first.links.0.kind: Input should be 'primary' or 'backup' (it is 'bakup'). Did you mean \"backup\"?",
    ]


def test_suggestions_follow_lists_and_unions() -> None:
    text = "listed: [[{to: a, sped: 2}]]\neither: {to: a, sped: 2}\n"
    assert 'f:1: unknown key "sped". Did you mean "speed"?' in wrong(text, Settings)
    assert 'f:2: unknown key "sped". Did you mean "speed"?' in wrong(text, Settings)


@pytest.mark.parametrize(
    "text",
    ["password: hunter2\n", "password: 12345678\n", "password: {value: 12345678}\n", "password: {value: [hunter2]}\n",
     "password: {valu: hunter2}\n", "password: {env: A, value: hunter2}\n"],
)  # fmt: skip
def test_a_secret_written_wrongly_is_not_repeated_in_the_problem(text: str) -> None:
    found = wrong(text, Settings)
    assert found
    assert not any("hunter2" in line or "12345678" in line for line in found)


def test_a_secret_without_its_source_is_told_the_cure() -> None:
    assert wrong("password: hunter2\n", Settings) == [
        'f:1: password: a secret is given by reference. Write "env: NAME", "file: PATH" or "value: TEXT" below it.'
    ]


def test_a_part_of_a_document_keeps_its_lines() -> None:
    document = parse_document("x: 1\ndevice:\n  name: r1\n  nam: x\n", name="f")
    with pytest.raises(ProblemError) as caught:
        validate(document, Device, route=("device",))
    assert str(caught.value) == 'f:4: unknown key "nam". Did you mean "name"?'


@pytest.mark.parametrize("text", ["- 1\n", "just text\n", "3\n"])
def test_a_document_of_another_shape_is_refused(text: str) -> None:
    (found,) = wrong(text, Settings)
    assert found.startswith("f:1: Input should be a valid dictionary")
