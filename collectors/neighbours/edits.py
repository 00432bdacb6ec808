"""The lines of `topology.yaml` and `agencies.csv` that would be right, and all of them as a diff to paste. Pure."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from collectors.neighbours.model import Difference, Edit, End
from topology.model import Link, LinkRole
from topology.network import Network

TOPOLOGY: Final = "topology.yaml"
AGENCIES: Final = "agencies.csv"

_PLAIN: Final = re.compile(r"[\w.][\w./-]*")
"""What YAML reads as text without quotes, inside a list."""
_OTHER: Final = re.compile(r"[\d._]+(?:e\d+)?|0[xob]\w+|true|false|null|yes|no|on|off|[yn]", re.IGNORECASE)
"""What it reads as something else, though it looks like that."""


def edit_for(network: Network, link: Link, right: Link | None) -> Edit | None:
    """The edit that makes a declared link right, or takes it away.

    None where the files alone don't tell what to write: an agency's row declares its router too, so its line can end
    elsewhere, but not be another router's, nor none.
    """
    row = _agency_row(network, link)
    if row is None:
        return Edit(TOPOLOGY, yaml_line(link), "" if right is None else yaml_line(right))
    if right is None or right.lower != link.lower:
        return None
    changed = dict(row, interface=right.lower_interface, upper=right.upper, upper_interface=right.upper_interface)
    return Edit(AGENCIES, _csv_line(row), _csv_line(changed))


def edit_to_add(link: Link) -> Edit:
    """The edit that declares a link."""
    return Edit(TOPOLOGY, "", yaml_line(link))


def yaml_line(link: Link) -> str:
    """A link as a line of the list `links`."""
    fields = [] if link.id in _derived(link) else [f"id: {_scalar(link.id)}"]
    fields += [
        f"lower: [{_scalar(link.lower)}, {_scalar(link.lower_interface)}]",
        f"upper: [{_scalar(link.upper)}, {_scalar(link.upper_interface)}]",
        f"role: {link.role}",
        f"speed_mbps: {link.speed_mbps}",
    ]
    if link.carrier:
        fields.append(f"carrier: {link.carrier}")
    return f"  - {{{', '.join(fields)}}}"


def rewired(link: Link, upper: End, lower: End) -> Link:
    """The link with other ends; an id made of the ends is made anew."""
    changed = replace(
        link, upper=upper.device, upper_interface=upper.interface, lower=lower.device, lower_interface=lower.interface
    )
    return replace(changed, id="") if link.id in _derived(link) else changed


def fragment(differences: Iterable[Difference]) -> str:
    """All edits as one unified diff, file by file; empty where there are none."""
    parts: list[str] = []
    edits = list(dict.fromkeys(one.edit for one in differences if one.edit is not None))
    for file in (TOPOLOGY, AGENCIES):
        chosen = [edit for edit in edits if edit.file == file]
        if not chosen:
            continue
        parts += [f"--- {file}", f"+++ {file}"]
        for edit in chosen:
            parts.append("@@ links @@" if file == TOPOLOGY else "@@ agencies @@")
            parts += [f"-{edit.remove}"] if edit.remove else []
            parts += [f"+{edit.add}"] if edit.add else []
    return "".join(f"{part}\n" for part in parts)


def _derived(link: Link) -> tuple[str, ...]:
    """Ids that a link has without declaring one; see `topology.files.lines`."""
    stem = f"{link.lower}:{link.upper}"
    return ("", stem, *(f"{stem}:{number}" for number in range(2, 10)))


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and not _OTHER.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _agency_row(network: Network, link: Link) -> dict[str, str] | None:
    """The row of `agencies.csv` that declares a link; None where `topology.yaml` does."""
    device = network.devices[link.lower]
    # The rows are read after `topology.yaml`, so an agency's own line is its router's last.
    if device.agency is None or link.role is not LinkRole.PRIMARY or network.uplinks(device.id)[-1].id != link.id:
        return None
    agency = network.agencies[device.agency]
    row = {
        "id": agency.id,
        "name": agency.name,
        "name_en": agency.name_en,
        "tier": str(agency.tier),
        "division": agency.division,
        "county": agency.county,
        "department": agency.department,
        "router": device.id,
        "address": device.address,
        "interface": link.lower_interface,
        "upper": link.upper,
        "upper_interface": link.upper_interface,
        "speed_mbps": str(link.speed_mbps),
        "carrier": link.carrier,
    }
    # Columns that a sheet may leave out are there when any row needs them.
    routers = [network.devices[one.device] for one in network.agencies.values()]
    if len({router.credentials for router in routers}) > 1:
        row["credentials"] = device.credentials
    if any(router.snmp_port is not None for router in routers):
        row["snmp_port"] = "" if device.snmp_port is None else str(device.snmp_port)
    return row


def _csv_line(row: dict[str, str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(row.values())
    return written.getvalue()
