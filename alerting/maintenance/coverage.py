"""Which devices a window covers, and which window counts for a device at a moment. Pure."""

from collections.abc import Iterable, Mapping

from alerting.maintenance.windows import TargetKind, Window
from foundation.clock import Instant
from topology.network import Network


def devices_of(window: Window, network: Network) -> frozenset[str]:
    """The devices that a window covers; none when its target is no longer in the network."""
    if window.target_kind is TargetKind.DEVICE:
        return frozenset({window.target_id} & network.devices.keys())
    if window.target_kind is TargetKind.AGENCY:
        agency = network.agencies.get(window.target_id)
        return frozenset() if agency is None else frozenset({agency.device})
    below = _subtree(window.target_id, network)
    return frozenset(device.id for device in network.devices.values() if device.division in below)


def covering(windows: Iterable[Window], network: Network, now: Instant) -> Mapping[str, Window]:
    """For each device under maintenance now, the window that counts: of several, the one that ends last."""
    found: dict[str, Window] = {}
    for window in windows:
        if window.is_active(now):
            for device in devices_of(window, network):
                other = found.get(device)
                if other is None or (window.until, window.id) > (other.until, other.id):
                    found[device] = window
    return found


def _subtree(division: str, network: Network) -> frozenset[str]:
    return frozenset(
        code for code in network.divisions if any(above.code == division for above in network.lineage(code))
    )
