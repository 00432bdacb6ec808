"""Whether the links make a sound network: no primary links in a circle, and a way to the core for every device."""

from collections.abc import Iterable, Mapping

from foundation.problems import Place
from topology.files.findings import Findings, Register
from topology.files.lines import HEIGHT
from topology.model import Device, Link, LinkRole, Role


def find_loops(links: Mapping[str, Link], places: Mapping[str, Place], findings: Findings) -> None:
    """A device that is its own ancestor over primary links: one problem for each circle."""
    uplinks: dict[str, list[Link]] = {}
    for link in links.values():
        if link.role is LinkRole.PRIMARY:
            uplinks.setdefault(link.lower, []).append(link)
    done: set[str] = set()
    for start in uplinks:
        trail: list[Link] = []
        on_trail: dict[str, int] = {}
        # Depth first without recursion: a stack of iterators, the trail beside it.
        stack = [(start, iter(uplinks.get(start, ())))]
        if start in done:
            continue
        on_trail[start] = 0
        while stack:
            device, rest = stack[-1]
            step = next(rest, None)
            if step is None:
                stack.pop()
                done.add(device)
                del on_trail[device]
                if trail:
                    trail.pop()
            elif step.upper in on_trail:
                circle = [*(link.lower for link in trail[on_trail[step.upper] :]), device, step.upper]
                message = f"primary links run in a circle: {' → '.join(circle)}."
                findings.add(places[step.id], message, "Make one of them a backup, or correct its ends.")
            elif step.upper not in done:
                trail.append(step)
                on_trail[step.upper] = len(trail)
                stack.append((step.upper, iter(uplinks.get(step.upper, ()))))


def find_orphans(
    devices: Mapping[str, Device], links: Mapping[str, Link], register: Register, excused: set[str], findings: Findings
) -> None:
    """Devices that no chain of links ties to a core router: one problem for each island."""
    ties: dict[str, list[str]] = {}
    for link in links.values():
        ties.setdefault(link.upper, []).append(link.lower)
        ties.setdefault(link.lower, []).append(link.upper)

    def spread(start: Iterable[str], reached: set[str]) -> set[str]:
        frontier = [device for device in start if device not in reached]
        found = set(frontier)
        while frontier:
            for other in ties.get(frontier.pop(), ()):
                if other not in found and other not in reached:
                    found.add(other)
                    frontier.append(other)
        return found

    cores = [device.id for device in devices.values() if device.role is Role.CORE]
    if not cores:
        return
    reached = spread([*cores, *(excused & devices.keys())], set())
    for device in devices.values():
        if device.id in reached:
            continue
        island = spread([device.id], reached)
        reached |= island
        highest = max((devices[other] for other in island), key=lambda other: HEIGHT[other.role])
        behind = f", and {len(island) - 1} other devices hang on it" if len(island) > 1 else ""
        message = f'no chain of links ties "{highest.id}" to a core router{behind}.'
        findings.add(register.places[highest.id], message, "Declare its uplink among the links.")
