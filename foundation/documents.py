"""YAML documents that remember their lines, checked against pydantic models.

PyYAML lets the last of two equal keys win and forgets where a value stood. Operators need the opposite: a duplicate key
is refused, and every error names its file and line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from foundation.problems import Place, Problem, ProblemError, did_you_mean

Route = tuple[str | int, ...]
"""The way to a value: keys and list positions from the root of a document."""

Model = TypeVar("Model", bound=BaseModel)

# libyaml parses the province's topology eight times faster; the pure loader gives the same marks where it is missing.
_BASE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Document:
    """The plain data of one YAML text, and the line on which each value stands."""

    file: str
    data: Any
    lines: Mapping[Route, int] = field(repr=False)

    def place(self, route: Route) -> Place:
        """Where the value stands; when it is missing, where its nearest parent does."""
        while route and route not in self.lines:
            route = route[:-1]
        return Place(self.file, self.lines.get(route))


def read_document(path: Path, *, name: str | None = None) -> Document:
    """Read a YAML file. `name` is how problems call it; the path's own text by default.

    Raises ProblemError when the file can't be read, is no YAML, or repeats a key.
    """
    name = name or str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ProblemError(
            [Problem(Place(name), "the file does not exist.", "Create it, or correct its path.")]
        ) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ProblemError([Problem(Place(name, line), "the text is not UTF-8.", "Save the file as UTF-8.")]) from None
    except OSError as error:
        raise ProblemError([Problem(Place(name), f"the file can't be read: {error.strerror}.")]) from None
    return parse_document(text, name=name)


def parse_document(text: str, *, name: str, first_line: int = 1) -> Document:
    """Parse a YAML text; `first_line` is where it begins in its file (front matter begins on line 2).

    Raises ProblemError when the text is no YAML or repeats a key.
    """
    problems: list[Problem] = []
    lines: dict[Route, int] = {}
    loader = _BASE_LOADER(text)
    try:
        node = loader.get_single_node()
        data = None if node is None else _build(loader, node, (), lines, problems, name, first_line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + first_line
        raise ProblemError([Problem(Place(name, line), f"this is no valid YAML: {error.problem}.")]) from None
    except (yaml.YAMLError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise ProblemError([Problem(Place(name), f"this is no valid YAML: {first}.")]) from None
    finally:
        loader.dispose()
    if problems:
        raise ProblemError(problems)
    return Document(name, data, lines)


def validate(document: Document, model: type[Model], *, route: Route = ()) -> Model:
    """The document's data (or the part at `route`) as a pydantic model.

    Raises ProblemError with one problem for every field that is wrong, each on its own line.
    """
    data = document.data
    for step in route:
        data = data[step]
    try:
        return model.model_validate(data if data is not None else {})
    except ValidationError as error:
        raise ProblemError([_problem(document, model, route, detail) for detail in error.errors()]) from None


def _build(
    loader: Any, node: Any, route: Route, lines: dict[Route, int], problems: list[Problem], name: str, first_line: int
) -> Any:
    lines[route] = node.start_mark.line + first_line
    if isinstance(node, yaml.MappingNode):
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = loader.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + first_line
            if not isinstance(key, str | int):
                problems.append(Problem(Place(name, line), "a key must be plain text."))
                continue
            if key in result:
                first = lines[(*route, key)]
                message = f'the key "{key}" stands here and on line {first}.'
                problems.append(Problem(Place(name, line), message, "Keep one of them."))
                continue
            result[key] = _build(loader, value_node, (*route, key), lines, problems, name, first_line)
            lines[(*route, key)] = line
        return result
    if isinstance(node, yaml.SequenceNode):
        return [
            _build(loader, item, (*route, position), lines, problems, name, first_line)
            for position, item in enumerate(node.value)
        ]
    return loader.construct_object(node, deep=True)


def _problem(document: Document, model: type[BaseModel], route: Route, detail: ErrorDetails) -> Problem:
    location = tuple(detail["loc"])
    place = document.place(route + location)
    where = ".".join(str(step) for step in location)
    kind = detail["type"]
    if kind == "extra_forbidden":
        known = _known_keys(model, location[:-1])
        return Problem(place, f'unknown key "{location[-1]}".', did_you_mean(str(location[-1]), known))
    if kind == "missing":
        return Problem(place, f'the key "{where}" is missing.', "Add it.")
    given = detail.get("input")
    shown = f" (it is {given!r})" if isinstance(given, str | int | float | bool) and kind != "value_error" else ""
    message = detail["msg"].removeprefix("Value error, ").rstrip(".")
    if kind in {"literal_error", "enum"} and isinstance(given, str):
        expected = str(detail.get("ctx", {}).get("expected", ""))
        words = [part.strip().strip("'") for part in expected.replace(" or ", ",").split(",")]
        return Problem(place, f"{where}: {message}{shown}.", did_you_mean(given, words))
    return Problem(place, f"{where}: {message}{shown}." if where else f"{message}{shown}.")


def _known_keys(model: type[BaseModel], location: Route) -> list[str]:
    """The keys that the model at `location` takes; empty where the way there can't be followed."""
    current: Any = model
    for step in location:
        if isinstance(step, int):
            continue
        field_info = getattr(current, "model_fields", {}).get(step)
        if field_info is None:
            # A step into a mapping's key, or a union's tag: stay with the model inside it.
            continue
        current = _model_inside(field_info.annotation)
        if current is None:
            return []
    return list(getattr(current, "model_fields", {}))


def _model_inside(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_inside(argument)
        if found is not None:
            return found
    return None
