"""Where recordings of real devices are found: beside the project, else in PyPI's snmpsim-data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.collectors.processes import RECORDINGS

BESIDE: Final = Path(__file__).resolve().parents[3].parent / "shared" / "data"
"""A collection of recordings beside the project, with what LibreNMS reads from some of them. It is under another
licence than ours, so it is read where it lies and never becomes a part of the project."""

FROM_PYPI: Final = (
    "UPS/apc-8641",
    "UPS/eaton-93e-80",
    "UPS/huawei-gse200m",
    "network/firewall/fortinet-xcu",
    "network/firewall/sangfor-ad1800-fp2",
    "network/firewall/topsec-ngfw4000-uf",
    "network/firewall/venus-vsos-v0600r0705b20180507",
    "network/router/huawei-s5720",
    "network/router/juniper-mx960-12-3r6-6",
    "network/switch/bdcom-s5612",
    "network/switch/cisco-c3560",
    "network/switch/cisco-n5000",
    "network/switch/dcrs-5980-28t-dc",
    "network/switch/dptech-dpx800-a5",
    "network/switch/h3c-e528-2",
    "network/switch/h3c-wx6103",
    "network/switch/maipu-sm4200-16gef8ge-ac",
    "network/switch/ruijie-s5750-24gt12sfp",
    "network/switch/zte-zxr10-5250",
    "os/linux/ibm-x3550-m3",
)
"""Those of snmpsim-data that are polled where there is no collection beside the project: one or two a family."""


@dataclass(frozen=True, slots=True)
class Source:
    """A set of recordings."""

    title: str
    recordings: Mapping[str, Path]
    """By name: a file with the objects, snmpsim's format."""
    expected: Mapping[str, Path]
    """By name: what LibreNMS reads, where that is known."""


def recordings() -> Source:
    """Those beside the project where they are, else those of snmpsim-data."""
    beside = sorted((BESIDE / "snmprec").glob("*.snmprec*")) if BESIDE.is_dir() else []
    if beside:
        found = {path.name.partition(".snmprec")[0]: path for path in beside}
        known = {path.stem: path for path in sorted((BESIDE / "librenms_expected").glob("*.json"))}
        return Source(
            "the collection beside the project", found, {name: known[name] for name in found if name in known}
        )
    return from_pypi()


def from_pypi() -> Source:
    """Those of snmpsim-data."""
    found: dict[str, Path] = {}
    for name in FROM_PYPI:
        path = RECORDINGS / f"{name}.snmprec"
        found[path.stem] = path if path.is_file() else path.with_name(f"{path.name}.bz2")
    return Source("PyPI's snmpsim-data", found, {})


def expected_rows(path: Path) -> dict[str, list[dict[str, Any]]]:
    """LibreNMS's rows by table: ports, processors, mempools, sensors. The poller's where there are any."""
    document = json.loads(path.read_bytes())
    tables: dict[str, list[dict[str, Any]]] = {}
    for module in ("ports", "processors", "mempools", "sensors"):
        stages = document.get(module, {})
        for stage in ("discovery", "poller"):
            rows = stages.get(stage)
            if isinstance(rows, dict) and rows.get(module):
                tables[module] = rows[module]
    return tables
