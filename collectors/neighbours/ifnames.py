"""Interface names as one: the same port is `Gi0/1`, `GE0/1` and `GigabitEthernet0/1`, by vendor and by table. Pure."""

import re
from collections.abc import Mapping
from typing import Final

_SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "fe": ("fa", "fastethernet", "100mbe"),
    "ge": ("gi", "gig", "gige", "gigabitethernet", "gigaethernet", "1000mbe"),
    "2.5ge": ("tw", "twogigabitethernet", "twopointfivegigabitethernet"),
    "5ge": ("fi", "fivegigabitethernet"),
    "10ge": ("te", "ten", "tengige", "tengigabitethernet", "ten-gigabitethernet", "xge", "xgigabitethernet", "tge"),
    "25ge": ("twe", "twentyfivegige", "twentyfivegigabitethernet", "twenty-fivegige"),
    "40ge": ("fo", "fortygige", "fortygigabitethernet", "forty-gige"),
    "50ge": ("fif", "fiftygige", "fiftygigabitethernet", "fifty-gige"),
    "100ge": ("hu", "hun", "hundredgige", "hundredgigabitethernet", "hundred-gige"),
    "200ge": ("twohundredgige", "twohundredgigabitethernet"),
    "400ge": ("fourhundredgige", "fourhundredgigabitethernet"),
    "eth": ("et", "ethernet"),
    "trunk": (
        "po", "port-channel", "portchannel", "eth-trunk", "be", "bundle-ether", "bridge-aggregation", "bagg",
        "route-aggregation", "ragg", "ae", "aggregateport", "ag", "link-aggregation", "smartgroup", "lag", "bond",
    ),
    "vlan": ("vl", "vlanif", "vlan-interface", "vlan-if"),
    "loopback": ("lo", "loop"),
    "meth": ("mgmteth", "m-gigabitethernet", "m-ethernet", "mgmt", "management", "managementethernet"),
    "pos": ("packet-over-sonet",),
    "serial": ("se", "ser"),
    "tunnel": ("tu", "tun"),
}  # fmt: skip
_ONE: Final = {spelling: one for one, spellings in _SPELLINGS.items() for spelling in (one, *spellings)}

_FORM: Final = re.compile(r"(?P<type>(?:\d+(?:\.\d+)?)?[a-z][a-z-]*?)[ -]?(?P<number>\d[\d/:_-]*)(?P<unit>\.\d+)?")

LOGICAL: Final = frozenset({"trunk", "vlan", "tunnel", "loopback"})
"""Types that carry a line over ports of other names: neighbours are heard on those, not on these."""


def canonical(name: str) -> str:
    """A name that all spellings of a port share; of a port's unit or subinterface, the port's own.

    `GigabitEthernet0/0/1.100`, `Gi0/0/1` and `GE0/0/1` are `ge0/0/1`. A name of no known form is itself, in lower case.
    """
    text = " ".join(name.lower().split())
    match = _FORM.fullmatch(text)
    if match is None:
        return text
    kind = match["type"]
    return f"{_ONE.get(kind, kind)}{match['number']}"


def is_logical(name: str) -> bool:
    """Whether the name is that of a trunk, a VLAN or a tunnel."""
    return canonical(name).rstrip("0123456789/:_-") in LOGICAL


def same(one: str, other: str) -> bool:
    """Whether two names may be the same port's."""
    return canonical(one) == canonical(other)
