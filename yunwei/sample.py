"""The sample configuration that comes with the product: what `yunwei init` and `yunwei demo` start from."""

import shutil
from pathlib import Path
from typing import Final

from foundation.problems import OperatorError

_PARTS: Final = ("yunwei.yaml", "topology.yaml", "agencies.csv", "roster.yaml", "rules", "runbooks")


def sample_directory() -> Path:
    """Where the sample stands: inside the installed package, or at the root of a checkout."""
    packaged = Path(__file__).parent / "sample_province"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent


def write_sample(directory: Path, *, settings: str | None = None) -> None:
    """Write the sample configuration; `settings` replaces the text of its yunwei.yaml.

    Raises OperatorError when the directory has something in it already, or can't be written.
    """
    if directory.is_dir() and any(directory.iterdir()):
        raise OperatorError(
            f"The directory {directory} is not empty. Name a new one, so that nothing of yours is overwritten."
        )
    source = sample_directory()
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for part in _PARTS:
            if (source / part).is_dir():
                shutil.copytree(source / part, directory / part)
            else:
                shutil.copyfile(source / part, directory / part)
        if settings is not None:
            target = directory / "yunwei.yaml"
            target.chmod(0o600)  # it may hold tokens
            target.write_text(settings, encoding="utf-8")
    except OSError as error:
        raise OperatorError(f"The sample can't be written to {directory}: {error.strerror}.") from None
