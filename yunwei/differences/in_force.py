"""A copy of the files that the running platform was started with, in its data directory: what a change is held against.

The files in the configuration directory may have been edited since. Of the settings what `chosen` tells is kept beside
them; secrets are not copied.
"""

import json
import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from foundation.problems import OperatorError
from yunwei.differences.chosen import Chosen, chosen
from yunwei.differences.configured import Configured, load_configured
from yunwei.settings import Settings

log = logging.getLogger(__name__)

IN_FORCE: Final = "in-force"
"""The copy's name in the data directory."""
_FILES: Final = ("topology.yaml", "agencies.csv", "roster.yaml")
_DIRECTORIES: Final = {"rules": "*.yaml", "runbooks": "*.md"}

_SETTINGS: Final = "settings.json"

Files = Mapping[str, bytes]
"""Contents by path, relative to the directory."""


def read_files(directory: Path) -> Files:
    """The files as they are now. To be called just before they are loaded: what can't be read, loading will tell."""
    paths = [directory / name for name in _FILES]
    for name, pattern in _DIRECTORIES.items():
        paths += sorted((directory / name).glob(pattern))
    found: dict[str, bytes] = {}
    for path in paths:
        try:
            found[str(path.relative_to(directory))] = path.read_bytes()
        except OSError:
            continue
    return found


def keep_files(data: Path, files: Files, settings: Settings) -> None:
    """Put them, and what the settings say, in the place of the former copy.

    A copy that can't be written is told, and stops nothing.
    """
    target, fresh, former = data / IN_FORCE, data / f"{IN_FORCE}.new", data / f"{IN_FORCE}.old"
    try:
        for rest in (fresh, former):
            shutil.rmtree(rest, ignore_errors=True)
        told = json.dumps(chosen(settings), ensure_ascii=False, indent=2).encode()
        for name, content in {**files, _SETTINGS: told}.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_bytes(content)
        if target.exists():
            target.rename(former)
        fresh.rename(target)
        shutil.rmtree(former, ignore_errors=True)
    except OSError as error:
        log.warning(
            "The configuration in force can't be copied to %s (%s): `yunwei check --diff` will not know it. Free some "
            "space, or give the directory to the platform's user.",
            target,
            error.strerror,
        )


def load_in_force(data: Path) -> Configured:
    """What the platform with this data directory was started with last. Raises OperatorError when none was kept."""
    if not (data / IN_FORCE).is_dir():
        raise OperatorError(
            f"No configuration in force is known in {data}: the platform has not started there yet. Name a directory "
            "to compare with: yunwei check --diff OTHER_DIR."
        )
    return load_configured(data / IN_FORCE)


def chosen_in_force(data: Path) -> Chosen | None:
    """What the settings said then; None where an older version kept none of them."""
    try:
        found: Chosen = json.loads((data / IN_FORCE / _SETTINGS).read_bytes())
    except (OSError, ValueError):
        return None
    return found
