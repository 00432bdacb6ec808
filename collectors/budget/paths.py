"""Over which lines a device is polled: its primary path to the core, by the topology's declared links. Pure."""

from topology.model import Link, LinkRole
from topology.network import Network


def primary_path(network: Network, device: str) -> tuple[str, ...]:
    """The ids of the links from a device up to a core router; as far as it leads where the links run in a ring.

    Of several uplinks the first primary one counts, or the first where all are backups: that is where traffic goes on
    an ordinary day, and a budget that is right then is small enough on every other.
    """
    path: list[str] = []
    seen = {device}
    while device not in network.roots:
        link = _way_up(network.uplinks(device))
        if link is None or link.upper in seen:
            break
        path.append(link.id)
        device = link.upper
        seen.add(device)
    return tuple(path)


def _way_up(uplinks: tuple[Link, ...]) -> Link | None:
    primary = (link for link in uplinks if link.role is LinkRole.PRIMARY)
    return next(primary, uplinks[0] if uplinks else None)


def primary_paths(network: Network) -> dict[str, tuple[str, ...]]:
    """The primary path of every device."""
    return {device: primary_path(network, device) for device in network.devices}
