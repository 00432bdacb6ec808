"""Writes the tables of docs/devices.md anew: the families, and the agreement with LibreNMS on recordings of devices.

The agreement needs the collection of recordings beside the project (see tests/collectors/recordings/sources.py);
without it only the families are written.
"""

import tempfile
from pathlib import Path

from tests.collectors.recordings.agreeing import compare
from tests.collectors.recordings.sources import recordings
from tests.collectors.recordings.table import AGREEMENT, FAMILIES, agreement, families, with_section

PAGE = Path(__file__).resolve().parents[1] / "docs" / "devices.md"


def main() -> None:
    """Poll all recordings and write the page."""
    page = with_section(PAGE.read_text(encoding="utf-8"), FAMILIES, families())
    source = recordings()
    print(f"Recordings: {source.title}, {len(source.recordings)} devices.")
    if source.expected:
        with tempfile.TemporaryDirectory() as directory:
            page = with_section(page, AGREEMENT, agreement(compare(source, Path(directory))))
    PAGE.write_text(page, encoding="utf-8")
    print(f"{PAGE.name} is written.")


if __name__ == "__main__":
    main()
