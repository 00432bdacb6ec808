"""Runs a few lines as an ordinary user, because the superuser is never denied anything."""

import os
import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import os
{imports}
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    {action}
except {error} as error:
    print(error)
"""


def said_to_ordinary_user(imports: str, action: str, error: str, directory: Path) -> str:
    """What `action` says when it fails with `error`, run by nobody (or by the present user, if that is no superuser).

    `imports` runs before privileges are given up. The way to `directory` is opened to others first.
    """
    for parent in directory.parents:
        if parent.stat().st_uid == os.getuid() and parent.stat().st_mode & 0o055 != 0o055:
            parent.chmod(parent.stat().st_mode | 0o055)
    program = _PROGRAM.format(imports=imports, action=action, error=error)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.strip()
