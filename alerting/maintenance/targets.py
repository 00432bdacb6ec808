"""What a window may be planned for: an object, a site, or all that carries a tag. Pure."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Final

from foundation.problems import did_you_mean
from topology.model import Device, Link, Role, Tier
from topology.network import Network


class TargetKind(StrEnum):
    """What a window covers."""

    DEVICE = "device"
    LINK = "link"
    AGENCY = "agency"
    """The agency's access router."""
    DIVISION = "division"
    """A site: every device that the division's own centre and the ones below it answer for."""
    TAG = "tag"
    """All that carries every one of some tags: `carrier=电信,division=530600`."""
    SEVERAL = "several"
    """Several of the others at once, mixed: `device:530627-R1; division:530628; tag:carrier=电信`."""


@dataclass(frozen=True, slots=True)
class Objects:
    """Devices and links by id."""

    devices: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether there is anything at all."""
        return bool(self.devices or self.links)

    def __or__(self, other: "Objects") -> "Objects":
        """What either holds."""
        return Objects(self.devices | other.devices, self.links | other.links)

    def __and__(self, other: "Objects") -> "Objects":
        """What both hold."""
        return Objects(self.devices & other.devices, self.links & other.links)


Carried = Callable[[Network, Device], Collection[str]]

DEVICE_TAGS: Final[Mapping[str, Carried]] = {
    "role": lambda _, device: (device.role.value,),
    "tier": lambda _, device: (device.tier.value,),
    "division": lambda network, device: tuple(above.code for above in network.lineage(device.division)),
    "department": lambda network, device: (network.agencies[device.agency].department,) if device.agency else (),
}
"""The tags of a device: its role and tier, its division and all above it, its agency's department."""

LINK_TAG: Final = "carrier"
"""The tag that makes a target of links: who provides the line. The other tags then speak of the line's lower end."""

TAGS: Final = (*DEVICE_TAGS, LINK_TAG)


Piece = tuple[TargetKind, str]
"""One target of those that a window is planned for."""

APART: Final = "; "
"""Between the targets of several."""


def pieces_of(kind: TargetKind, target: str) -> list[Piece]:
    """A window's targets, each once; of one that is not several itself alone.

    Raises ValueError with a whole sentence when several are not written as they should be.
    """
    if kind is not TargetKind.SEVERAL:
        return [(kind, target)]
    found: dict[Piece, None] = {}
    for part in filter(None, (piece.strip() for piece in target.split(";"))):
        name, colon, value = (piece.strip() for piece in part.partition(":"))
        if not colon or not value:
            raise ValueError(f'"{part}" names no kind: write it like device:530627-R1; division:530628.')
        if name not in _SINGLE:
            hint = did_you_mean(name, _SINGLE) or f"There are {', '.join(_SINGLE)}."
            raise ValueError(f'There is no kind of target "{name}". {hint}')
        found[TargetKind(name), value] = None
    if not found:
        raise ValueError("No target is named: write them like device:530627-R1; division:530628.")
    return list(found)


def objects_of(kind: TargetKind, target: str, network: Network) -> Objects:
    """The devices and links that a target stands for; none when it is not, or no longer, in the network."""
    if kind is TargetKind.SEVERAL:
        try:
            pieces = pieces_of(kind, target)
        except ValueError:
            return Objects()
        return reduce(or_, (objects_of(*piece, network) for piece in pieces))
    if kind is TargetKind.DEVICE:
        return Objects(frozenset({target} & network.devices.keys()))
    if kind is TargetKind.LINK:
        return Objects(links=frozenset({target} & network.links.keys()))
    if kind is TargetKind.AGENCY:
        agency = network.agencies.get(target)
        return Objects() if agency is None else Objects(frozenset({agency.device}))
    if kind is TargetKind.DIVISION:
        return _tagged({"division": target}, network)
    try:
        return _tagged(tags_of(target), network)
    except ValueError:
        return Objects()


def tags_of(text: str) -> dict[str, str]:
    """`carrier=电信,division=530600` as a mapping.

    Raises ValueError with a whole sentence when it is written otherwise, or names a tag that there is not.
    """
    found: dict[str, str] = {}
    for part in text.split(","):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not value:
            raise ValueError(f'"{part.strip()}" is no tag: write it like carrier=电信,division=530600.')
        if key not in TAGS:
            hint = did_you_mean(key, TAGS) or f"There are {', '.join(TAGS)}."
            raise ValueError(f'There is no tag "{key}". {hint}')
        if key in found:
            raise ValueError(f'The tag "{key}" is given twice: a thing has to carry all that are given.')
        if key in _WORDS and value not in _WORDS[key]:
            hint = did_you_mean(value, _WORDS[key]) or f"There are {', '.join(_WORDS[key])}."
            raise ValueError(f'There is no {key} "{value}". {hint}')
        found[key] = value
    return found


def unknown_target(kind: TargetKind, target: str, network: Network) -> str:
    """Why a target can't be understood, as a whole sentence; empty when it can. Of several the first that can't."""
    if kind is TargetKind.SEVERAL:
        try:
            pieces = pieces_of(kind, target)
        except ValueError as error:
            return str(error)
        return next(filter(None, (unknown_target(*piece, network) for piece in pieces)), "")
    if kind is TargetKind.TAG:
        try:
            tags_of(target)
        except ValueError as error:
            return str(error)
        return ""
    known: Mapping[TargetKind, Collection[str]] = {
        TargetKind.DEVICE: network.devices,
        TargetKind.LINK: network.links,
        TargetKind.AGENCY: network.agencies,
        TargetKind.DIVISION: network.divisions,
    }
    if target in known[kind]:
        return ""
    return f'There is no {kind} "{target}". {did_you_mean(target, known[kind])}'.rstrip()


_SINGLE: Final = tuple(one.value for one in TargetKind if one is not TargetKind.SEVERAL)
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "role": tuple(role.value for role in Role),
    "tier": tuple(tier.value for tier in Tier),
}


def _tagged(tags: Mapping[str, str], network: Network) -> Objects:
    wanted = {key: value for key, value in tags.items() if key not in (LINK_TAG, "division")}
    # Asked of a whole province: which divisions lie inside is found once, not for each device.
    inside = _inside(tags["division"], network) if "division" in tags else network.divisions.keys()

    def carries(device: Device) -> bool:
        return device.division in inside and all(
            value in DEVICE_TAGS[key](network, device) for key, value in wanted.items()
        )

    carrier = tags.get(LINK_TAG)
    if carrier is None:
        return Objects(frozenset(device.id for device in network.devices.values() if carries(device)))

    def carried(link: Link) -> bool:
        return link.carrier == carrier and carries(network.devices[link.lower])

    return Objects(links=frozenset(link.id for link in network.links.values() if carried(link)))


def _inside(division: str, network: Network) -> frozenset[str]:
    return frozenset(
        code for code in network.divisions if any(above.code == division for above in network.lineage(code))
    )
