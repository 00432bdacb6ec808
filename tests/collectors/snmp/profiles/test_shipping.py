"""What is installed brings the device families along."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from collectors.snmp.profiles.loader import SHIPPED

ROOT = Path(__file__).parents[4]


@pytest.mark.slow
def test_the_wheel_holds_every_profile(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {f"collectors/snmp/profiles/{path.name}" for path in SHIPPED.glob("*.yaml")} <= names
