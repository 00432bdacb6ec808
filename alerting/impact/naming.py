"""What a person means by a name: a device or a link, by id, name or ends."""

from collections.abc import Iterable

from foundation.problems import OperatorError, did_you_mean
from topology.network import Network


def find(network: Network, names: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The devices and links that these names mean: ids, device names, link ids, or `device/interface` for its link.

    Raises OperatorError when one means nothing, with the nearest that does.
    """
    devices: set[str] = set()
    links: set[str] = set()
    by_name: dict[str, list[str]] = {}
    for device in network.devices.values():
        by_name.setdefault(device.name, []).append(device.id)
    for name in names:
        device_id, _, interface = name.partition("/")
        link = network.link_at(device_id, interface) if interface else None
        if name in network.devices:
            devices.add(name)
        elif name in network.links:
            links.add(name)
        elif link is not None:
            links.add(link.id)
        elif len(by_name.get(name, ())) == 1:
            devices.update(by_name[name])
        else:
            known = [*network.devices, *network.links, *by_name]
            hint = did_you_mean(name, known) or "Name a device or a link by its id."
            raise OperatorError(f'There is no device or link "{name}". {hint}')
    return frozenset(devices), frozenset(links)
