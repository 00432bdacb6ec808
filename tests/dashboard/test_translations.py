"""Chinese first, English complete: the catalogue has every text, and the compiled one is the written one."""

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

import dashboard

ROOM = Path(dashboard.__file__).parent
CATALOGUE = ROOM / "translations" / "en" / "LC_MESSAGES"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"encoding": "utf-8", "trim_blocks": "true", "lstrip_blocks": "true"}}


def written() -> Catalog:
    with (CATALOGUE / "messages.po").open("rb") as file:
        return read_po(file, locale="en")


def used() -> set[str]:
    return {str(found[2]) for found in extract_from_dir(str(ROOM), METHODS, OPTIONS)}


@pytest.mark.slow
def test_every_text_of_the_interface_has_an_english_one() -> None:
    english = {message.id: message.string for message in written() if message.id}
    texts = used()
    assert len(texts) > 250
    assert {text for text in texts if not english.get(text)} == set()


@pytest.mark.slow
def test_the_catalogue_keeps_no_text_that_is_no_longer_used() -> None:
    assert {str(message.id) for message in written() if message.id} - used() == set()


def test_placeholders_are_the_same_in_both_languages() -> None:
    import re

    for message in written():
        for pattern in (r"%\(\w+\)s", r"\{\w+\}"):
            assert sorted(re.findall(pattern, str(message.id))) == sorted(re.findall(pattern, str(message.string)))


def test_the_compiled_catalogue_is_in_step_with_the_written_one() -> None:
    compiled = BytesIO()
    write_mo(compiled, written())
    with (CATALOGUE / "messages.mo").open("rb") as file:
        kept = {message.id: message.string for message in read_mo(file) if message.id}
    compiled.seek(0)
    assert kept == {message.id: message.string for message in read_mo(compiled) if message.id}
