"""Which family a device is of, and who it is by its family's word."""

from pathlib import Path

import pytest

from collectors.snmp.gufo import Value
from collectors.snmp.profiles.profile import Identified, ProfileSet
from collectors.snmp.profiles.schema import ProfileFile
from foundation.documents import parse_document, validate
from tests.collectors.snmp.profiles.families import family, write


def profiles(**matches: str) -> ProfileSet:
    """A set of families with these `match` sections, by name."""
    texts = {"standard": ""} | {name: f"match: {match}" for name, match in matches.items()}
    return ProfileSet(
        validate(parse_document(f"profile: {name}\nvendor: {name.title()}\ntitle: T\n{text}", name="p"), ProfileFile)
        for name, text in texts.items()
    )


@pytest.mark.parametrize(
    ("object_id", "description", "name"),
    [
        ("1.3.6.1.4.1.2011.2.23.291", "", "vrp"),
        (".1.3.6.1.4.1.2011.2.23.291", "", "vrp"),
        ("1.3.6.1.4.1.2011.2.23.291", "YunShan OS", "yunshan"),
        ("1.3.6.1.4.1.2011.2", "", "vrp"),
        ("1.3.6.1.4.1.2011.6.164.1", "", "power"),
        ("1.3.6.1.4.1.2011.7", "", "standard"),
        ("1.3.6.1.4.1.2011.22", "", "standard"),
        ("1.3.6.1.4.1.20111.2", "Versatile Routing Platform", "vrp"),
        ("1.3.6.1.4.1.2011.6.164.1", "Versatile Routing Platform", "power"),
        ("", "", "standard"),
        ("no oid at all", "linux", "standard"),
    ],
)
def test_the_longest_prefix_wins_then_the_description_then_the_standard(
    object_id: str, description: str, name: str
) -> None:
    found = profiles(
        vrp="{objects: [1.3.6.1.4.1.2011.2], description: ['(?i)versatile routing']}",
        yunshan="{objects: [1.3.6.1.4.1.2011.2], and: [YunShan]}",
        power="{objects: [1.3.6.1.4.1.2011.6.164]}",
    )
    assert found.match(object_id, description).name == name


def test_a_family_whose_description_does_not_fit_leaves_the_device_to_a_shorter_prefix() -> None:
    found = profiles(general="{objects: [1.3.6.1.4.1.9]}", xr="{objects: [1.3.6.1.4.1.9.1], and: ['IOS XR']}")
    assert found.match("1.3.6.1.4.1.9.1.5", "IOS XR Software").name == "xr"
    assert found.match("1.3.6.1.4.1.9.1.5", "IOS Software").name == "general"


def test_the_operators_own_family_goes_before_a_shipped_one_and_may_replace_it(tmp_path: Path) -> None:
    shipped = ProfileSet.load()
    huawei = shipped.match("1.3.6.1.4.1.2011.2.23.291", "Huawei Versatile Routing Platform Software")
    path = write(tmp_path, "mine", "")
    path.write_text(path.read_text().replace("1.3.6.1.4.1.99999", "1.3.6.1.4.1.2011.2"))
    write(tmp_path, huawei.name, "")
    own = ProfileSet.load(tmp_path)
    assert own.match("1.3.6.1.4.1.2011.2.23.291", "Huawei Versatile Routing Platform Software").name == "mine"
    assert own.match("1.3.6.1.4.1.99999.1", "").name == huawei.name
    assert own[huawei.name].vendor == "Test"


def test_every_shipped_family_is_found_by_its_own_prefixes_or_by_a_longer_one() -> None:
    shipped = ProfileSet.load()
    for name in shipped.families:
        assert shipped[name].searches


IDENTITY = r"""
identity:
  model: [{object: 1.3.6.1.4.1.99999.1.0, parse: 'Model (\S+)'}, {description: 'S\d+-\w+'}]
  serial: {object: 1.3.6.1.4.1.99999.2.0}
  version: {description: 'Version ([\d.]+)'}
"""


@pytest.mark.parametrize(
    ("description", "answer", "told"),
    [
        ("S5720-EI Version 5.170 rest", {}, Identified("Test", "S5720-EI", "", "5.170")),
        (
            "S5720-EI",
            {"1.3.6.1.4.1.99999.1.0": b"Model X9\0", "1.3.6.1.4.1.99999.2.0": b" 21 02\r\n"},
            Identified("Test", "X9", "21 02", ""),
        ),
        ("", {"1.3.6.1.4.1.99999.1.0": 7, "1.3.6.1.4.1.99999.2.0": None}, Identified("Test", "", "", "")),
    ],
)
def test_identity_is_the_first_that_tells_something(
    description: str, answer: dict[str, Value], told: Identified
) -> None:
    profile = family(IDENTITY)
    assert profile.identity_oids == ("1.3.6.1.4.1.99999.1.0", "1.3.6.1.4.1.99999.2.0")
    assert profile.identify(description, answer) == told


STANDARD = """
sensors:
- {kind: cpu, object: 1.3.6.1.2.1.1.0}
- {form: entity-sensor}
"""


def test_what_a_family_goes_without_is_not_taken_from_the_standard_mibs() -> None:
    profile = family("without: [cpu, temperature]\nsensors: [{kind: cpu, object: 1.3.6.1.4.1.99999.1.0}]", STANDARD)
    assert [search.rule.object for search in profile.searches] == ["1.3.6.1.4.1.99999.1.0", None]
    assert "temperature" not in profile.searches[1].kinds
    assert "voltage" in profile.searches[1].kinds
