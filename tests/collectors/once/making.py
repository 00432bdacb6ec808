"""A scripted host to look at, and a look at it."""

from collectors.once import HostPoll, poll_host
from collectors.snmp.credentials import Login, community_login
from foundation.clock import SystemClock
from tests.collectors import ber
from tests.collectors.agent import Behaviour, closing, honest, router, start_agent

PUBLIC = community_login("public")
ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
LLDP = "1.0.8802.1.1.2.1"


def host() -> dict[str, bytes]:
    """A router with a chassis, a neighbour on up1, a BGP neighbour, and addresses."""
    objects = router({1: "up1", 2: "[b]lan1"})
    chassis: dict[int, bytes | int] = {2: b"AR6140", 4: 0, 5: 3, 7: b"chassis", 11: b"21023529", 13: b"AR6140-S"}
    objects |= {
        f"{ENTITY}.{column}.1": ber.integer(value) if isinstance(value, int) else ber.octets(value)
        for column, value in chassis.items()
    }
    objects |= {
        f"{LLDP}.3.7.1.2.1": ber.integer(5),
        f"{LLDP}.3.7.1.3.1": ber.octets(b"up1"),
        f"{LLDP}.4.1.1.4.0.1.1": ber.integer(4),
        f"{LLDP}.4.1.1.5.0.1.1": ber.octets(bytes.fromhex("001122334455")),
        f"{LLDP}.4.1.1.6.0.1.1": ber.integer(5),
        f"{LLDP}.4.1.1.7.0.1.1": ber.octets(b"GE0/0/7"),
        f"{LLDP}.4.1.1.8.0.1.1": ber.octets(b"to r1"),
        f"{LLDP}.4.1.1.9.0.1.1": ber.octets(b"core"),
        f"{LLDP}.4.1.1.10.0.1.1": ber.octets(b"a router"),
        "1.3.6.1.2.1.15.3.1.2.10.0.0.9": ber.integer(6),
        "1.3.6.1.2.1.15.3.1.3.10.0.0.9": ber.integer(2),
        "1.3.6.1.2.1.15.3.1.9.10.0.0.9": ber.integer(65001),
        "1.3.6.1.2.1.15.3.1.16.10.0.0.9": ber.integer(3600, 0x42),
    }
    return objects


async def no_rest(_: float) -> None:
    """The agent's own clock says how much time passes."""


async def look(
    objects: dict[str, bytes], behaviour: Behaviour = honest, *, login: Login = PUBLIC, sample: float | None = None
) -> HostPoll:
    """One look at a host with these objects."""
    with closing(await start_agent(objects)) as agent:
        agent.behaviour = behaviour
        return await poll_host(
            "localhost", port=agent.port, login=login, clock=SystemClock(), timeout=0.3, sample=sample, rest=no_rest
        )
