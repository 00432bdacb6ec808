"""The states of agencies and routers as arrays of fixed length, and the version at which each cell last changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.live.codes import Code, code_of
from foundation.clock import Instant
from foundation.messages import State
from topology.network import Network


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of one agency or device, since when, and why."""

    state: State
    since: Instant | None
    cause: str = ""


UNSEEN = Standing(State.UNKNOWN, None)


@dataclass(frozen=True, slots=True)
class Row:
    """What a row of cells is made of: agencies behind their routers, or the routers that carry others."""

    ids: tuple[str, ...]
    devices: tuple[str, ...]
    """The router of each cell."""


class Board:
    """Not safe across threads: `LiveState` guards it.

    Two rows of cells are drawn: agencies in the order of `network.agencies`, and nodes, the routers without an agency
    (core, aggregation, county), in the order of `network.devices`.
    """

    def __init__(self, network: Network) -> None:
        self.agencies = Row(tuple(network.agencies), tuple(agency.device for agency in network.agencies.values()))
        nodes = tuple(device.id for device in network.devices.values() if device.agency is None)
        self.nodes = Row(nodes, nodes)
        self.version = 0
        self.cells = [Code.UNKNOWN] * len(self.agencies.ids)
        self.node_cells = [Code.UNKNOWN] * len(nodes)
        self.agency_standing: dict[str, Standing] = dict.fromkeys(self.agencies.ids, UNSEEN)
        self.device_standing: dict[str, Standing] = dict.fromkeys(network.devices, UNSEEN)
        self._degraded: set[str] = set()
        self._attended: frozenset[str] = frozenset()
        self._changed = [0] * len(self.cells)
        self._node_changed = [0] * len(nodes)
        self._position = {agency: position for position, agency in enumerate(self.agencies.ids)}
        self._node_position = {node: position for position, node in enumerate(nodes)}
        self._agency_of = {agency.device: agency.id for agency in network.agencies.values()}

    def position(self, agency: str) -> int | None:
        """Where an agency's cell stands; None for one that is not in the network (any more)."""
        return self._position.get(agency)

    def set_agency(self, agency: str, standing: Standing) -> None:
        """An agency's state; one that is not in the network is ignored."""
        if agency in self._position:
            self.agency_standing[agency] = standing
            self._redraw_agency(agency)

    def set_device(self, device: str, standing: Standing) -> None:
        """A device's state; one that is not in the network is ignored."""
        if device in self.device_standing:
            if standing.state is State.DEGRADED:
                # In service; that an alert fires is told, and ends, apart.
                standing = Standing(State.UP, standing.since)
            self.device_standing[device] = standing
            self._redraw_node(device)

    def set_degraded(self, device: str, *, degraded: bool) -> None:
        """Whether an alert fires on a device that is up."""
        (self._degraded.add if degraded else self._degraded.discard)(device)
        self._redraw_behind(device)

    def set_all_degraded(self, devices: frozenset[str]) -> None:
        """Exactly these devices are degraded."""
        changed = self._degraded ^ devices
        self._degraded = set(devices)
        for device in changed:
            self._redraw_behind(device)

    def set_attended(self, objects: frozenset[str]) -> None:
        """Exactly these devices and links have an incident that somebody acknowledged."""
        if objects == self._attended:
            return
        self._attended = objects
        for agency, standing in self.agency_standing.items():
            if standing.state is State.DOWN:
                self._redraw_agency(agency)
        for node in self.nodes.ids:
            self._redraw_node(node)

    def degraded(self, device: str) -> bool:
        """Whether an alert fires on it while it is up."""
        return device in self._degraded and self.device_standing[device].state is State.UP

    def changes(self, since: int) -> tuple[list[tuple[int, Code]], list[tuple[int, Code]]]:
        """Cells and nodes that changed after a version, as (position, code)."""
        return (
            [(i, self.cells[i]) for i, version in enumerate(self._changed) if version > since],
            [(i, self.node_cells[i]) for i, version in enumerate(self._node_changed) if version > since],
        )

    def _redraw_behind(self, device: str) -> None:
        agency = self._agency_of.get(device)
        if agency is not None:
            self._redraw_agency(agency)
        self._redraw_node(device)

    def _redraw_agency(self, agency: str) -> None:
        position = self._position[agency]
        device = self.agencies.devices[position]
        code = self._code(self.agency_standing[agency], device)
        if code is not self.cells[position]:
            self.version += 1
            self.cells[position] = code
            self._changed[position] = self.version

    def _redraw_node(self, device: str) -> None:
        position = self._node_position.get(device)
        if position is None:
            return
        code = self._code(self.device_standing[device], device)
        if code is not self.node_cells[position]:
            self.version += 1
            self.node_cells[position] = code
            self._node_changed[position] = self.version

    def _code(self, standing: Standing, device: str) -> Code:
        attended = device in self._attended or standing.cause in self._attended
        return code_of(standing.state, degraded=device in self._degraded, acknowledged=attended)


def tally(cells: list[Code]) -> Mapping[str, int]:
    """How many cells are in each state. `down` includes the `acknowledged`; all others sum to the number of cells."""
    count = dict.fromkeys(Code, 0)
    for code in cells:
        count[code] += 1
    return {
        "up": count[Code.UP],
        "degraded": count[Code.DEGRADED],
        "down": count[Code.DOWN] + count[Code.ACKNOWLEDGED],
        "acknowledged": count[Code.ACKNOWLEDGED],
        "unreachable": count[Code.UNREACHABLE],
        "maintenance": count[Code.MAINTENANCE],
        "unknown": count[Code.UNKNOWN],
    }
