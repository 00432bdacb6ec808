"""CSV sheets that remember their lines.

What spreadsheets do to a CSV is met with a sentence: a byte order mark is dropped, GBK and UTF-16 are named, and a row
that is too short or too long is refused instead of being shifted.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from foundation.documents import Document, Route
from foundation.problems import Place, Problem, ProblemError, did_you_mean


@dataclass(slots=True)
class Sheet:
    """The rows of a CSV file as mappings from column to text, their lines, and what was wrong on the way."""

    file: str
    rows: list[dict[str, str]] = field(default_factory=list)
    lines: dict[Route, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    whole: bool = True
    """False when rows may be missing, so that what refers to them can't be judged."""

    def document(self) -> Document:
        """The rows as a document, for `foundation.documents.validate`."""
        return Document(self.file, self.rows, self.lines)


def read_sheet(path: Path, *, name: str, required: Sequence[str], optional: Sequence[str]) -> Sheet:
    """Read a CSV file whose first row names its columns, in any order.

    Raises ProblemError when the file can't be read or is not UTF-8; all else that is wrong is in `problems`.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        problem = Problem(Place(name), "the file does not exist.", "Create it, or correct its path.")
        raise ProblemError([problem]) from None
    except OSError as error:
        raise ProblemError([Problem(Place(name), f"the file can't be read: {error.strerror}.")]) from None
    return parse_sheet(_decode(content, name), name=name, required=required, optional=optional)


def parse_sheet(text: str, *, name: str, required: Sequence[str], optional: Sequence[str]) -> Sheet:
    """Parse the text of a CSV file; everything that is wrong is in the sheet's `problems`."""
    sheet = Sheet(name)
    rows = _rows(sheet, text)
    header = next(rows, None)
    if header is None:
        sheet.whole = False
        if not sheet.problems:
            remedy = f"Begin it with a row of column names: {','.join(required)}."
            sheet.problems.append(Problem(Place(name, 1), "the file is empty.", remedy))
        return sheet
    columns = [column.strip() for column in header[1]]
    if not _accept_header(sheet, header[0], columns, required, optional):
        sheet.whole = False
        return sheet
    for line, cells in rows:
        if len(cells) != len(columns):
            relation = "few" if len(cells) < len(columns) else "many"
            message = f"the row has too {relation} fields: {len(cells)} instead of {len(columns)}."
            sheet.problems.append(Problem(Place(name, line), message, _field_remedy(cells, columns)))
            sheet.whole = False
            continue
        sheet.lines[len(sheet.rows),] = line
        sheet.rows.append({column: cell.strip() for column, cell in zip(columns, cells, strict=True)})
    return sheet


def _field_remedy(cells: list[str], columns: list[str]) -> str:
    if len(cells) > len(columns):
        return "Put a text that holds a comma in double quotes."
    return f'The last one is "{columns[len(cells) - 1]}"; "{columns[len(cells)]}" is missing.'


def _decode(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            guess = " It looks like UTF-16."
        else:
            guess = " It looks like GBK." if _is_gbk(content) else ""
        message = f"the text is not UTF-8.{guess}"
        remedy = 'Save it as "CSV UTF-8" from the spreadsheet.'
        raise ProblemError([Problem(Place(name, line), message, remedy)]) from None


def _is_gbk(content: bytes) -> bool:
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def _rows(sheet: Sheet, text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            sheet.problems.append(
                Problem(Place(sheet.file, line), f"this is no valid CSV: {error}.", "Check the double quotes here.")
            )
            sheet.whole = False
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _accept_header(
    sheet: Sheet, line: int, columns: list[str], required: Sequence[str], optional: Sequence[str]
) -> bool:
    place = Place(sheet.file, line)
    known = [*required, *optional]
    before = len(sheet.problems)
    seen: set[str] = set()
    for column in columns:
        if column in seen:
            sheet.problems.append(Problem(place, f'the column "{column}" stands twice.', "Keep one of them."))
        elif column not in known:
            missing = [other for other in known if other not in columns]
            sheet.problems.append(Problem(place, f'unknown column "{column}".', did_you_mean(column, missing or known)))
        seen.add(column)
    sheet.problems.extend(
        Problem(place, f'the column "{column}" is missing.', "Add it.") for column in required if column not in seen
    )
    return len(sheet.problems) == before
