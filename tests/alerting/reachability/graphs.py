"""Random small networks, and a slow oracle that decides reachability by trying every path."""

from collections.abc import Set
from dataclasses import dataclass

from hypothesis import strategies as st

from topology.model import Device, Division, Inventory, Link, LinkRole, Role, Tier
from topology.network import Network


@dataclass(frozen=True)
class Trouble:
    """A network, what truly failed in it, and in which order it was noticed."""

    network: Network
    dead: frozenset[str]
    cut: frozenset[str]


@dataclass(frozen=True)
class Failures:
    """What has failed at one moment."""

    dead: frozenset[str]
    cut: frozenset[str]


def build(roots: int, others: int, edges: Set[tuple[int, int]]) -> Network:
    """A network of numbered devices, the first of them core routers."""
    division = Division("530000", None, Tier.PROVINCE, "云南省", "Yunnan", 102.7, 25.0, "530000")
    names = [f"d{number}" for number in range(roots + others)]
    devices = {
        name: Device(
            name,
            name,
            Role.CORE if number < roots else Role.ACCESS,
            Tier.PROVINCE if number < roots else Tier.AGENCY,
            "530000",
            None,
            f"10.0.0.{number + 1}",
            "default",
        )
        for number, name in enumerate(names)
    }
    links = {
        f"{names[low]}:{names[up]}": Link(
            f"{names[low]}:{names[up]}", names[up], f"to-{low}", names[low], f"up-{up}", LinkRole.PRIMARY, 1000
        )
        for up, low in sorted(edges)
    }
    return Network(Inventory({"530000": division}, {}, devices, links, {}))


@st.composite
def troubles(draw: st.DrawFn) -> Trouble:
    """Up to 9 devices, connected or not, any of which may be dead and any link of which may be cut."""
    roots = draw(st.integers(1, 2))
    others = draw(st.integers(1, 7))
    count = roots + others
    pairs = [(up, low) for up in range(count) for low in range(max(up + 1, roots), count)]
    edges = draw(st.sets(st.sampled_from(pairs), max_size=12))
    network = build(roots, others, edges)
    dead = draw(st.frozensets(st.sampled_from(sorted(network.devices)), max_size=4))
    cut = draw(st.frozensets(st.sampled_from(sorted(network.links)), max_size=3)) if network.links else frozenset()
    return Trouble(network, dead, cut)


@st.composite
def redundant_networks(draw: st.DrawFn) -> Network:
    """Up to 9 devices, each of which hangs on one to three others; several pairs are parallel ways to one device."""
    roots = draw(st.integers(1, 2))
    others = draw(st.integers(2, 7))
    edges: set[tuple[int, int]] = set()
    for low in range(roots, roots + others):
        ups = draw(st.sets(st.integers(0, low - 1), min_size=1, max_size=3))
        edges |= {(up, low) for up in ups}
    return build(roots, others, edges)


@st.composite
def failures(draw: st.DrawFn, network: Network, *, before: Failures | None = None) -> Failures:
    """What has failed now: anything; or, where something had failed before, often a part of that and something new."""
    devices, links = sorted(network.devices), sorted(network.links)
    dead = draw(st.frozensets(st.sampled_from(devices), max_size=3))
    cut = draw(st.frozensets(st.sampled_from(links), max_size=4))
    if before is None or draw(st.booleans()):
        return Failures(dead, cut)
    keep = draw(st.tuples(_some_of(before.dead), _some_of(before.cut)))
    return Failures(keep[0] | dead, keep[1] | cut) if draw(st.booleans()) else Failures(*keep)


def _some_of(known: frozenset[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted(known))) if known else st.just(known)


def has_path(network: Network, device: str, dead: Set[str], cut: Set[str]) -> bool:
    """Whether some simple path leads from a living core router to the device's door: all of them are tried."""

    def walk(at: str, seen: frozenset[str]) -> bool:
        if at in network.roots and at not in dead and at != device:
            return True
        return any(
            walk(step.device, seen | {step.device})
            for step in network.neighbours(at)
            if step.link not in cut and step.device not in seen and step.device not in dead
        )

    return device in network.roots or walk(device, frozenset({device}))
