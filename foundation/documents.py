"""YAML documents that remember their lines, checked against pydantic models.

Operators need to know where a mistake stands: every error names its file and line. What is taken of YAML, and what is
refused, is said in `foundation.plain_yaml`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from foundation.plain_yaml import Route as Route
from foundation.plain_yaml import read_plain
from foundation.problems import Place, Problem, ProblemError, did_you_mean

Model = TypeVar("Model", bound=BaseModel)


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
        content = path.read_bytes()
        text = content.decode("utf-8")
    except FileNotFoundError:
        raise ProblemError(
            [Problem(Place(name), "the file does not exist.", "Create it, or correct its path.")]
        ) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ProblemError([Problem(Place(name, line), "the text is not UTF-8.", "Save the file as UTF-8.")]) from None
    except OSError as error:
        raise ProblemError([Problem(Place(name), f"the file can't be read: {error.strerror}.")]) from None
    return parse_document(text, name=name)


def parse_document(text: str, *, name: str, first_line: int = 1) -> Document:
    """Parse a YAML text; `first_line` is where it begins in its file (front matter begins on line 2).

    Raises ProblemError when the text is no YAML or repeats a key.
    """
    data, lines = read_plain(text.removeprefix("\ufeff"), name, first_line)
    return Document(name, data, lines)


def validate(document: Document, model: type[Model], *, route: Route = ()) -> Model:
    """The document's data (or the part at `route`) as a pydantic model.

    Raises ProblemError with one problem for every field that is wrong, each on its own line. A value that may be a
    secret (a field out of `repr`, or what stands in its model's place) is never part of a problem's text.
    """
    data = document.data
    for step in route:
        data = data[step]
    try:
        return model.model_validate(data if data is not None else {})
    except ValidationError as error:
        raise ProblemError([_problem(document, model, route, detail) for detail in error.errors()]) from None


def _problem(document: Document, model: type[BaseModel], route: Route, detail: ErrorDetails) -> Problem:
    location = tuple(detail["loc"])
    place = document.place(route + location)
    where = ".".join(str(step) for step in location)
    kind = detail["type"]
    if kind == "extra_forbidden":
        known = [key for owner in _models_at(model, location[:-1]) for key in _keys(owner)]
        return Problem(place, f'unknown key "{location[-1]}".', did_you_mean(str(location[-1]), known))
    if kind == "missing":
        return Problem(place, f'the key "{where}" is missing.', "Add it.")
    given = detail.get("input")
    secret = _may_be_secret(model, location)
    shown = f" (it is {given!r})" if _shows(given) and not secret and kind != "value_error" else ""
    message = detail["msg"].removeprefix("Value error, ").rstrip(".")
    remedy = ""
    if kind in {"literal_error", "enum"} and isinstance(given, str):
        expected = str(detail.get("ctx", {}).get("expected", ""))
        words = [part.strip().strip("'") for part in expected.replace(" or ", ",").split(",")]
        remedy = did_you_mean(given, words)
    elif kind == "string_type" and isinstance(given, int | float):
        remedy = "Put it in quotes."
    elif kind == "bool_type" and given in ("yes", "no", "on", "off"):
        remedy = "Write true or false."
    elif kind == "model_type" and secret:
        message = "a secret is given by reference"
        remedy = 'Write "env: NAME", "file: PATH" or "value: TEXT" below it.'
    return Problem(place, f"{where}: {message}{shown}." if where else f"{message}{shown}.", remedy)


def _shows(given: object) -> bool:
    return isinstance(given, int | float | bool) or (isinstance(given, str) and len(given) <= 80)


def _keys(model: type[BaseModel]) -> list[str]:
    """The keys as operators write them."""
    return [info.alias or name for name, info in model.model_fields.items()]


def _field(model: type[BaseModel], key: object) -> FieldInfo | None:
    return next((info for name, info in model.model_fields.items() if key in (name, info.alias)), None)


def _annotations_at(model: type[BaseModel], location: Route) -> list[Any]:
    """The types that a value at `location` may have; more than one below a union, none where the way is lost."""
    found: list[Any] = [model]
    for step in location:
        inner = [inside for annotation in found for inside in _inside(annotation, step)]
        # A step that leads nowhere is a union's tag or a validator's mark: stay where we are.
        found = inner or found
    return found


def _models_at(model: type[BaseModel], location: Route) -> list[type[BaseModel]]:
    return [found for annotation in _annotations_at(model, location) for found in _models(annotation)]


def _inside(annotation: Any, step: str | int) -> Iterator[Any]:
    """The types one step into a value of this type."""
    for choice in _choices(annotation):
        origin, arguments = get_origin(choice), get_args(choice)
        if _is_model(choice):
            info = _field(choice, step)
            if info is not None:
                yield info.annotation
        elif isinstance(origin, type) and issubclass(origin, Mapping):
            yield arguments[1]
        elif arguments and isinstance(step, int):
            yield arguments[0] if arguments[-1] is Ellipsis else arguments[min(step, len(arguments) - 1)]


def _choices(annotation: Any) -> Iterator[Any]:
    """The type itself, or the members of a union; an annotated type is the type it annotates."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _choices(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for member in get_args(annotation):
            yield from _choices(member)
    else:
        yield annotation


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    for choice in _choices(annotation):
        if _is_model(choice):
            yield choice


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _may_be_secret(model: type[BaseModel], location: Route) -> bool:
    """Whether the field itself is kept out of `repr`, or the value stands in the place of a model that has such."""
    if location:
        for owner in _models_at(model, location[:-1]):
            info = _field(owner, location[-1])
            if info is not None and info.repr is False:
                return True
    return any(not info.repr for owner in _models_at(model, location) for info in owner.model_fields.values())
