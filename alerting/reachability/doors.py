"""A device's doors: the neighbours through which a path from the centre can reach it.

A neighbour that itself hangs on the device (every path to it goes through the device) can say nothing about whether
the device is cut off. Who hangs on whom is the dominator tree of the network, rooted at the monitoring centre
(K. D. Cooper, T. J. Harvey, K. Kennedy: A Simple, Fast Dominance Algorithm, 2001).
"""

from collections.abc import Mapping

from topology.network import Neighbour, Network


def find_doors(network: Network) -> Mapping[str, tuple[Neighbour, ...]]:
    """Each device's doors. A core router has none: the centre stands on it. A part without a core has none either."""
    dominators = immediate_dominators(network)
    return {
        device: ()
        if device in network.roots
        else tuple(
            step
            for step in network.neighbours(device)
            if step.device in dominators and not _hangs_on(step.device, device, dominators)
        )
        for device in network.devices
    }


def immediate_dominators(network: Network) -> dict[str, str | None]:
    """For each device with a path to the centre, the last device that every such path passes; None is the centre."""
    order = _postorder(network)
    number = {device: position for position, device in enumerate(order)}
    centre = len(order)
    above: dict[int, int] = {centre: centre}
    changed = True
    while changed:
        changed = False
        for position in range(len(order) - 1, -1, -1):
            device = order[position]
            candidate = centre if device in network.roots else -1
            for step in network.neighbours(device):
                other = number.get(step.device)
                if other is not None and other in above:
                    candidate = other if candidate < 0 else _meet(candidate, other, above)
            if candidate >= 0 and above.get(position) != candidate:
                above[position] = candidate
                changed = True
    return {
        device: None if above[position] == centre else order[above[position]] for position, device in enumerate(order)
    }


def _meet(left: int, right: int, above: Mapping[int, int]) -> int:
    """The lowest node above both; numbers grow towards the centre."""
    while left != right:
        while left < right:
            left = above[left]
        while right < left:
            right = above[right]
    return left


def _postorder(network: Network) -> list[str]:
    """All devices with a path to the centre, each after those first reached through it."""
    order: list[str] = []
    seen: set[str] = set()
    for root in sorted(network.roots):
        if root in seen:
            continue
        seen.add(root)
        stack = [(root, iter(network.neighbours(root)))]
        while stack:
            device, steps = stack[-1]
            for step in steps:
                # Another root is entered from the centre itself, which is as near.
                if step.device not in seen:
                    seen.add(step.device)
                    stack.append((step.device, iter(network.neighbours(step.device))))
                    break
            else:
                order.append(device)
                stack.pop()
    return order


def _hangs_on(device: str, other: str, dominators: Mapping[str, str | None]) -> bool:
    above: str | None = device
    while above is not None:
        if above == other:
            return True
        above = dominators[above]
    return False
