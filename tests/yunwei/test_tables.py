"""What copies or counts all records knows all tables, though each command imports only what it needs."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.new_migration import table_modules
from yunwei import tables

ROOT = Path(__file__).parents[2]


def test_every_module_that_declares_tables_is_among_them() -> None:
    declaring = {
        name
        for name in table_modules(ROOT)
        if "(Base)" in (ROOT / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8")
    }
    assert {module.__name__ for module in tables.MODULES} == declaring


@pytest.mark.slow
@pytest.mark.parametrize("command", ["backup", "records"])
def test_a_command_that_copies_records_knows_them_all_by_itself(command: str) -> None:
    program = (
        f"import sys, yunwei.commands.{command} as _; from storage.records.base import Base\n"
        "print('yunwei.tables' in sys.modules, 'account' in Base.metadata.tables, 'outbox' in Base.metadata.tables)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "True"]
