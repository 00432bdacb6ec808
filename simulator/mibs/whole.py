"""All MIBs together, and a router's view of them."""

from typing import Final

from simulator.mibs import entity, host, interfaces, lldp, system
from simulator.routers import PROCESSORS, Router, processor_index
from simulator.views import Family, MibView, Schema

SCHEMA: Final = Schema(
    (*system.COLUMNS, *interfaces.COLUMNS, *host.COLUMNS, *entity.COLUMNS, *lldp.COLUMNS),
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
            "neighbour": Family(lldp.remote_rows(router)),
        },
    )
