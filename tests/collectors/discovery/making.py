"""Agents as a sweep finds them."""

from dataclasses import replace

from collectors.discovery import Found, Heard

PLAIN = Found("10.6.27.1", "default", "2c", name="r1", vendor="Huawei", model="AR6140", uptime_s=864_000.0)


def found(address: str, name: str = "", *heard: Heard, **change: object) -> Found:
    """An agent at an address with ports for all it hears."""
    ports = tuple(one.interface for one in heard)
    return replace(PLAIN, **{"address": address, "name": name, "heard": heard, "interfaces": ports, **change})  # type: ignore[arg-type]


def hears(interface: str, system: str, port: str, description: str = "", address: str = "") -> Heard:
    """A neighbour on a port of 1 Gbit/s."""
    return Heard(interface, 1_000_000_000, system, port, description, address)
