"""The documentation says what the code knows: keys and defaults, metrics, commands, faults; and no link is dead."""

import ast
import re
import shlex
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

import pytest
import typer.main
import yaml
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from alerting.oncall import roster
from alerting.rules import metrics, overrides, scope
from alerting.rules import model as rules
from alerting.rules.loader import load_rules
from alerting.runbooks.parsing import FrontMatter
from foundation.documents import parse_document, validate
from foundation.settings import Secret
from simulator.faults import FAULT, KINDS
from simulator.faults import MODELS as FAULTS
from simulator.scenario import load_scenario
from simulator.targets import resolve
from topology.files import rows
from topology.loader import load_network
from topology.network import Network
from yunwei.commands.simulate import _command
from yunwei.main import app
from yunwei.settings import Settings

ROOT: Final = Path(__file__).parents[2]
ROOMS: Final = ("alerting", "collectors", "dashboard", "reports", "simulator", "storage", "topology", "yunwei")
PAGES: Final = sorted([*ROOT.glob("README*.md"), *ROOT.glob("docs/*.md")])
ROW: Final = re.compile(r"^\| `([a-z_]+(?:\.[<>a-z_]+)*)` \| (—|`[^`]*`) \|", re.MULTILINE)
"""A settings table's row: the key's full path, and its default."""
SUFFIXES: Final = ("_total", "_bucket", "_sum", "_count")


def page(name: str) -> str:
    """A page of docs/."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands under a heading that begins so, down to the next heading of its level or above."""
    level = len(heading.split(" ")[0])
    found = re.search(rf"^{re.escape(heading)}(.*?)(?=^#{{1,{level}}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no heading begins with {heading!r}"
    return found[1]


def models_in(annotation: Any) -> Iterator[tuple[type[BaseModel], bool]]:
    """The models an annotation may hold, and whether under a name (`dict[str, Model]`)."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, False
    elif get_origin(annotation) in (Union, UnionType):
        for choice in get_args(annotation):
            yield from models_in(choice)
    elif get_origin(annotation) is dict:
        for model, _ in models_in(get_args(annotation)[1]):
            yield model, True


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every key that takes a value, by its full path."""
    for name, field in model.model_fields.items():
        path = f"{prefix}{field.alias or name}"
        inner = [found for found in models_in(field.annotation) if found[0] is not Secret]
        if not inner:
            yield path, field
        for found, named in inner:
            yield from keys(found, f"{path}.<name>." if named else f"{path}.")


KEYS: Final = dict(keys(Settings))
CLASSES: Final = re.compile(r"fault_classes\.(first|second|third|fourth)\.")


def general(path: str) -> str:
    """The path as the tables write it: the four fault classes share their rows."""
    return CLASSES.sub("fault_classes.<class>.", path)


def documented() -> dict[str, str]:
    """Key to default, as the settings tables have them."""
    return dict(ROW.findall(section(page("configuration.md"), "## Settings")))


def test_every_settings_key_is_documented_and_no_other() -> None:
    assert sorted(documented()) == sorted({general(path) for path in KEYS})


@pytest.mark.parametrize("path", [path for path in KEYS if general(path) == path])
def test_the_documented_default_is_the_one_in_force(path: str) -> None:
    field, written = KEYS[path], documented()[path]
    if written == "—":
        assert field.default in (None, PydanticUndefined)
        assert field.default_factory is None
        return
    value = TypeAdapter(field.rebuild_annotation()).validate_python(yaml.safe_load(written.strip("`")))
    assert value == field.get_default(call_default_factory=True)


@pytest.mark.parametrize("name", ["first", "second", "third", "fourth"])
def test_the_documented_fault_classes_are_those_in_force(name: str) -> None:
    text = section(page("configuration.md"), "### Acting")
    line = next(line for line in text.splitlines() if line.startswith(f"| `{name}` |"))
    cells = [re.findall(r"`([^`]*)`", cell) for cell in line.strip("|").split("|")]
    criteria: dict[str, Any] = yaml.safe_load("\n".join(cells[1])) or {}
    present = getattr(Settings.model_fields["acting"].default.fault_classes, name)
    written = type(present).model_validate(
        {
            "criteria": criteria,
            "limits": {"acknowledge": cells[2][0], "response": cells[3][0], "restore": cells[4][0],
                       "escalate_after": cells[5]},
            "call_leader": cells[6][0] == "true",
        }
    )  # fmt: skip
    assert written == present


FILES: Final[tuple[tuple[str, tuple[type[BaseModel], ...]], ...]] = (
    ("## topology.yaml", (rows.TopologyFile, rows.DivisionRow, rows.DeviceRow, rows.LinkRow, rows.PrivateNetworkRow)),
    ("## agencies.csv", (rows.AgencyRow,)),
    ("## roster.yaml", (roster._CentreModel, roster._PersonModel, roster._AbsenceModel)),
    ("## Runbooks", (FrontMatter,)),
)


@pytest.mark.parametrize(("heading", "models"), FILES, ids=[heading for heading, _ in FILES])
def test_every_key_and_column_of_the_other_files_is_documented(
    heading: str, models: tuple[type[BaseModel], ...]
) -> None:
    text = section(page("configuration.md"), heading)
    fields = {field.alias or name for model in models for name, field in model.model_fields.items()}
    assert {name for name in fields if f"`{name}`" not in text} == set()


def test_every_key_kind_metric_and_unit_of_the_rules_is_documented() -> None:
    text = page("rules.md")
    words = {*rules.MODELS, *metrics.METRICS, *(unit for found in metrics.METRICS.values() for unit in found.units)}
    words.update(field for model in rules.MODELS.values() for field in model.summary_fields)
    models = (*rules.MODELS.values(), scope.Scope, scope.Selector, overrides.Override)
    words.update(field.alias or name for model in models for name, field in model.model_fields.items())
    assert {word for word in words if f"`{word}`" not in text} == set()


def metric_names() -> set[str]:
    """Every name of a metric in the code: texts that look like one, in modules that use prometheus_client."""
    names: set[str] = set()
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "prometheus_client" in text:
            texts = (node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
            names.update(found for found in texts if isinstance(found, str) and re.fullmatch(r"yunwei_[a-z_]+", found))
    return names


def test_every_metric_is_documented_and_no_other() -> None:
    exposed = metric_names()
    assert len(exposed) > 30
    written = set(re.findall(r"`(yunwei_[a-z_]+)", page("api.md")))
    bare = {next((name.removesuffix(end) for end in SUFFIXES if name.endswith(end)), name) for name in written}
    assert bare == exposed


def answered_fields() -> set[str]:
    """The fields of the API's answers."""
    names = ("shapes.py", "portraits.py", "measures.py")
    texts = [(ROOT / "dashboard" / "api" / name).read_text(encoding="utf-8") for name in names]
    nodes = [node for text in texts for node in ast.walk(ast.parse(text))]
    found = (key for node in nodes if isinstance(node, ast.Dict) for key in node.keys)
    return {str(key.value) for key in found if isinstance(key, ast.Constant)}


def test_every_field_of_the_api_is_documented() -> None:
    fields = answered_fields()
    assert len(fields) > 30
    assert {name for name in fields if f"`{name}`" not in page("api.md")} == set()


def commands(command: Any, words: str = "yunwei") -> Iterator[tuple[str, Any]]:
    """Every command that does something, by the words one types. (Typer's own classes have no public name.)"""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield words, command
        return
    for name, below in inner.items():
        yield from commands(below, f"{words} {name}")


COMMANDS: Final = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_is_documented_with_its_options(words: str) -> None:
    # The command's own heading, not that of one whose name only begins so.
    whole = page("operations.md")
    text = section(whole, f"### `{words}`" if f"### `{words}`" in whole else f"### `{words} ")
    options = [
        name
        for parameter in COMMANDS[words].params
        if parameter.param_type_name == "option" and not parameter.hidden
        for name in parameter.opts
        if name.startswith("--")
    ]
    assert [name for name in options if f"`{name}" not in text] == []


def test_every_fault_is_documented_with_its_options() -> None:
    text = section(page("operations.md"), "### Faults")
    for kind, model in zip(KINDS, FAULTS, strict=True):
        line = next((line for line in text.splitlines() if line.startswith(f"| `{kind}` |")), "")
        own = set(model.model_fields) - {"fault", "target", "lasts"}
        assert {name for name in own if f"`{name}" not in line} == set(), kind
        assert line, kind


def examples(name: str, language: str) -> list[str]:
    """The fenced examples of a page of docs/."""
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```", page(name), re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(text) for text in found]


def test_every_example_of_settings_is_valid() -> None:
    checked = 0
    for text in [*examples("configuration.md", "yaml"), *examples("operations.md", "yaml")]:
        document = parse_document(text if "credentials:" in text else f"{text}credentials: {{}}\n", name="example")
        if set(document.data) <= set(Settings.model_fields):
            validate(document, Settings)
            checked += 1
    assert checked >= 5


def test_the_example_of_a_roster_and_of_a_rule_are_valid(tmp_path: Path) -> None:
    (centres,) = [text for text in examples("configuration.md", "yaml") if text.startswith("centres:")]
    validate(parse_document(centres, name="example"), roster._RosterModel)
    shown = [text for text in examples("rules.md", "yaml") if text.startswith("rules:")]
    for number, rule in enumerate(shown):
        (tmp_path / f"example-{number}.yaml").write_text(rule, encoding="utf-8")
    for file in (ROOT / "rules").glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert "backup-line-loaded" in load_rules(tmp_path).rules


@pytest.fixture(scope="module")
def sample() -> Network:
    """The sample province."""
    return load_network(ROOT / "topology.yaml", ROOT / "agencies.csv")


@pytest.mark.slow
def test_the_examples_of_faults_name_what_is_in_the_sample(sample: Network, tmp_path: Path) -> None:
    (scenario,) = [text for text in examples("operations.md", "yaml") if text.startswith("repeat:")]
    (tmp_path / "scenario.yaml").write_text(scenario, encoding="utf-8")
    assert load_scenario(tmp_path / "scenario.yaml", sample).faults
    lines = re.findall(r"^yunwei fault (.*) --config", page("operations.md"), re.MULTILINE)
    commands = [_command(shlex.split(line)) for line in lines]
    faults = [FAULT.validate_python(command) for command in commands if "fault" in command]
    assert len(faults) >= 2
    for fault in faults:
        resolve(fault, sample)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_relative_link_leads_to_a_file_and_a_heading(path: Path) -> None:
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    dead = [
        target
        for target in re.findall(r"\]\(([^)\s]+)\)", text)
        if "://" not in target and not _leads_somewhere(path, *target.partition("#")[::2])
    ]
    assert dead == []


def _leads_somewhere(path: Path, target: str, anchor: str) -> bool:
    found = path.parent / target if target else path
    if not found.exists():
        return False
    if not anchor:
        return True
    headings = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
    return anchor in slugs
