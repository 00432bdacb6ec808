"""Keeps a layout as JSON, so that cells stay where people have learnt to find them."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError, model_validator

from foundation.settings import StrictModel
from topology.cartogram.hexagons import Cell
from topology.cartogram.layout import Layout

_log: Final = logging.getLogger(__name__)

_Step = Annotated[int, Field(ge=-100_000, le=100_000)]
_Cell = tuple[_Step, _Step]
_Length = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
_Size = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]


class _County(StrictModel):
    cells: dict[str, _Cell]
    free: list[_Cell] = Field(default=[])


class _File(StrictModel):
    format: Literal[1] = 1
    width: _Size
    height: _Size
    radius: _Size
    origin: tuple[_Length, _Length]
    counties: dict[str, _County]

    @model_validator(mode="after")
    def _each_cell_once(self) -> "_File":
        cells = list(self.all_cells())
        if len(cells) != len(set(cells)):
            raise ValueError("a cell is taken twice")
        return self

    def all_cells(self) -> Iterator[Cell]:
        """Every cell, with an agency or free."""
        for county in self.counties.values():
            yield from county.cells.values()
            yield from county.free


def read_layout(path: Path) -> Layout | None:
    """The layout kept in a file; None, with a warning in the log, when there is none to be had from it."""
    try:
        return decode(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        _log.warning(
            "The kept cartogram %s can't be used (%s); it is laid out anew.", path, type(error).__name__, exc_info=False
        )
        return None


def write_layout(path: Path, layout: Layout) -> None:
    """Keep a layout, whole or not at all. Where it can't be kept the log says so: only the places may be lost."""
    fresh = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(encode(layout), encoding="utf-8")
        os.replace(fresh, path)
    except OSError as error:
        _log.warning(
            "The cartogram can't be kept in %s (%s); cells may move when the network changes.", path, error.strerror
        )


def decode(text: str) -> Layout:
    """A layout from its JSON text.

    Raises ValidationError when the text holds none.
    """
    file = _File.model_validate_json(text)
    cells: dict[str, Cell] = {}
    counties: dict[Cell, str] = {}
    for code, county in file.counties.items():
        cells.update(county.cells)
        counties.update(dict.fromkeys((*county.cells.values(), *county.free), code))
    return Layout(file.width, file.height, file.radius, file.origin, cells, counties)


def encode(layout: Layout) -> str:
    """A layout as JSON text, a line a county."""
    agencies = {cell: agency for agency, cell in layout.cells.items()}
    counties: dict[str, _County] = {}
    for cell, code in sorted(layout.counties.items(), key=lambda entry: (entry[1], entry[0][1], entry[0][0])):
        county = counties.setdefault(code, _County(cells={}, free=[]))
        if cell in agencies:
            county.cells[agencies[cell]] = cell
        else:
            county.free.append(cell)
    head = _File(width=layout.width, height=layout.height, radius=layout.radius, origin=layout.origin, counties={})
    rows = ",\n".join(f'"{code}":{county.model_dump_json()}' for code, county in counties.items())
    return head.model_dump_json().removesuffix("{}}") + "{\n" + rows + "\n}}\n"
