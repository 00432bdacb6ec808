"""A device with something of everything, as inventory, tuning and look would have it."""

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import delete

from collectors.facts.document import write
from collectors.facts.tables import DeviceFacts
from collectors.snmp.interfaces import RawInterface
from collectors.snmp.inventory import Identity, Inventory, Module, NamedInterface, Neighbour, PolledInterface
from dashboard.services import Services
from foundation.messages import (
    HealthReading,
    HealthStatus,
    LimitSource,
    Observation,
    Reach,
    RoutingReading,
)

TUNING: dict[str, Any] = {
    "credentials": "county", "version": "3", "profile": "huawei-vrp", "request_values": 60, "repetitions": 20,
    "timeout_s": 1.25, "round_trip_ms": 41.5, "requests_per_look": 3, "packets_per_look": 6, "values_per_look": 110,
    "bytes_down_per_minute": 5017, "bytes_up_per_minute": 6342, "inventory_bytes": 50_577, "inventory_at": None,
    "late_looks": 2, "latest_start_s": 0.274, "timeouts": 4, "restarts": 1, "put_off": 7, "paced": 0,
    "lines": [
        {"link": "county-a:agg-1", "speed_mbps": 2.0, "devices": 4, "allowed_per_minute": 300_000,
         "carried_per_minute": 30_000},
    ],
}  # fmt: skip


def port(index: int, name: str, **other: object) -> RawInterface:
    """An Ethernet interface that is up."""
    return replace(RawInterface(index, name, name, "", 6, 10**9, 1, 1), **other)  # type: ignore[arg-type]


def inventory(at: int) -> Inventory:
    """What county-a is and has."""
    up1 = port(1, "up1", alias="To agg-1 down1 <电信>", mac="02:00:00:00:00:01", addresses=("172.16.0.2/30",))
    return Inventory(
        identity=Identity(
            "county-a", "Huawei Versatile Routing Platform", "1.3.6.1.4.1.2011.2.1", "机房 3 楼", "NOC", "Huawei",
            "NE40E-X3", "2102350ABC", "V800R022",
        ),
        interfaces=(PolledInterface("up1", up1, True, frozenset(), ("", None)),),
        modules=(
            Module(1, "Chassis", "chassis", "chassis", 0, "NE40E-X3", "2102350ABC"),
            Module(7, "Slot 7", "empty slot", "container", 1),
            Module(70, "MPU 7", "board", "module", 7, "CR5D0MPUB", "MPU-S1", "B", "1.0", "V800R022"),
            Module(700, "XGE 7/0", "port", "port", 70),
            Module(99, "Lost part", "its parent is nowhere", "fan", 12_345),
        ),
        neighbours=(
            Neighbour("lldp", "up1", "agg-1", "02:00:00:00:00:99", "down1", "", "10.6.0.1", "Huawei NE40E"),
            Neighbour("lldp", "side1", "agg-2", "02:00:00:00:00:98", "02:00:00:00:00:98", "down1", "", ""),
            Neighbour("cdp", "mgmt0", "switch-of-nobody", "", "Gi0/1", "", "", "cisco <WS-C3850>"),
        ),
        found=2,
        missing=frozenset({"side1"}),
        profile="huawei-vrp",
        others=(NamedInterface("lo0", port(9, "lo0", type=24, addresses=("10.6.27.1/32",))),),
        at=at,
    )  # fmt: skip


def observation(at: int) -> Observation:
    """What county-a told last: one neighbour of three is lost, a fan has failed."""
    return Observation(
        "county-a",
        at,
        Reach.ANSWERED,
        rtt_ms=3.5,
        uptime_s=90_061.0,
        complete=True,
        routing=(
            RoutingReading("bgp", "172.16.0.1", "established", up=True, since_s=3_600.0, remote_as=65_001),
            RoutingReading("bgp", "gov-video/192.0.2.1", "idle", up=False, enabled=False),
            RoutingReading("ospf", "10.6.28.1", "init", up=False),
        ),
        health=(
            HealthReading("memory", "memory", 48.25, "%"),
            HealthReading("slot 7", "temperature", 71.0, "°C", HealthStatus.WARNING, 70.0, LimitSource.DEVICE),
            HealthReading(
                "Fan <1>", "fan", 2.0, "", HealthStatus.CRITICAL, limit_source=LimitSource.DEVICE, word="abnormal"
            ),
        ),
    )


def learn(house: Services, *, tuning: dict[str, Any] | None = None) -> None:
    """Keep the facts and the look of county-a."""
    now = house.clock.now()
    with house.records.transaction() as session:
        session.execute(delete(DeviceFacts))
        session.add(
            DeviceFacts(
                device="county-a",
                inventory_at=now,
                inventory=write(inventory(now)),
                tuning_at=now,
                tuning=json.dumps(TUNING if tuning is None else tuning),
            )
        )
    house.looks.apply([observation(now)])
