"""Inventories for tests."""

from dataclasses import replace

from collectors.snmp.interfaces import RawInterface
from collectors.snmp.inventory import Identity, Inventory, Module, NamedInterface, Neighbour, PolledInterface, bgp, ospf

T0 = 1_795_000_000_000


def raw(index: int, name: str, **other: object) -> RawInterface:
    """An Ethernet interface that is up."""
    return replace(RawInterface(index, name, name, "", 6, 10**9, 1, 1), **other)  # type: ignore[arg-type]


def inventory(name: str = "r1", *, at: int = T0, ports: tuple[str, ...] = ("up1", "lan1")) -> Inventory:
    """A router with something of everything."""
    return Inventory(
        identity=Identity(
            name=name, description="测试路由器", object_id="1.3.6.1.4.1.99999.1", vendor="云南", serial="S1"
        ),
        interfaces=tuple(
            PolledInterface(port, raw(index, port, addresses=("10.0.0.1/30",)), True, frozenset(), ("", None))
            for index, port in enumerate(ports, start=1)
        ),
        modules=(Module(1, "chassis", "", "chassis", 0, "YN200", "S1"),),
        neighbours=(Neighbour("lldp", "up1", "agg-1", "02:00:00:00:00:01", "GE1/0/1", "to r1", "10.0.0.2", ""),),
        peers=(
            replace(bgp.peer_at(bgp.STANDARD, "10.0.0.2", "10.0.0.2", 65_001), seen=at),
            replace(ospf.peer_at("10.0.0.6.0", "10.0.0.6"), seen=at - 1000),
        ),
        last_change=7,
        found=len(ports) + 1,
        missing=frozenset({"up2"}),
        profile="standard",
        others=(NamedInterface("lo0", raw(9, "lo0", type=24)),),
        at=at,
        walked_at=at,
        stamps={"1.3.6.1.2.1.31.1.5.0": 7},
    )
