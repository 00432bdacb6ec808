"""All MIBs together, and a router's view of them."""

from typing import Final

from simulator.mibs import addresses, entity, host, interfaces, lldp, routing, system
from simulator.routers import PROCESSORS, Router, processor_index
from simulator.views import Family, MibView, Schema

SCHEMA: Final = Schema(
    column for mib in (system, interfaces, addresses, host, entity, lldp, routing) for column in mib.COLUMNS
)


def view_of(router: Router) -> MibView:
    """A router's view as it stands now: to be made anew when ifIndexes or neighbours change."""
    return MibView(
        SCHEMA,
        {
            "router": Family([((0,), router)]),
            "port": Family(((port.index,), port) for port in router.ports),
            "memory": Family([((1,), router)]),
            "processor": Family(
                (processor_index(number), (router, number)) for number in range(PROCESSORS[router.device.role])
            ),
            "part": Family(entity.part_rows(router)),
            "sensor": Family([((entity.SENSOR,), router)]),
            "unit": Family(entity.unit_rows(router)),
            "neighbour": Family(lldp.remote_rows(router)),
            "address": Family(addresses.address_rows(router)),
            "speaker": Family(routing.speaker_rows(router)),
            "bgp": Family(routing.bgp_rows(router)),
            "ospf": Family(routing.ospf_rows(router)),
        },
    )
