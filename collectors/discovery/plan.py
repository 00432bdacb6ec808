"""Which addresses are asked, and in which order. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, collapse_addresses
from typing import Final

from foundation.problems import OperatorError

WIDEST: Final = 12
"""The shortest prefix, and the most addresses together: a /12 has a million."""
MOST: Final = 2 ** (32 - WIDEST)
BLOCK: Final = 24
"""Addresses are dealt out over networks of this prefix, so that no line gets a burst."""
POINT_TO_POINT: Final = 31
"""From this prefix on every address is a host's (RFC 3021)."""


@dataclass(frozen=True, slots=True)
class AddressPlan:
    """The addresses of some networks without their network and broadcast addresses, each once."""

    networks: tuple[IPv4Network, ...]
    """Apart from each other; what is excluded is no longer in them."""
    nobody: frozenset[int]
    """Network and broadcast addresses of the networks as they were given."""

    def __len__(self) -> int:
        return sum(network.num_addresses for network in self.networks) - sum(
            any(IPv4Address(address) in network for network in self.networks) for address in self.nobody
        )

    def __iter__(self) -> Iterator[str]:
        """In an order in which neighbours in one /24 are far from each other."""
        blocks = [block for network in self.networks for block in _blocks(network)]
        for host in range(2 ** (32 - BLOCK)):
            for block in blocks:
                address = int(block.network_address) + host
                if host < block.num_addresses and address not in self.nobody:
                    yield str(IPv4Address(address))


def plan_of(networks: Sequence[str], exclude: Sequence[str] = ()) -> AddressPlan:
    """The plan for networks such as `10.53.0.0/20`; a single address is one of its own.

    Raises OperatorError when one is no network, or there are more than a /12 together.
    """
    wanted = [_network(text) for text in networks]
    unwanted = [_network(text) for text in exclude]
    if not wanted:
        raise OperatorError("Name at least one network, such as 10.53.0.0/20.")
    for network in wanted:
        if network.prefixlen < WIDEST:
            raise OperatorError(
                f"{network} has {network.num_addresses:,} addresses: to ask them all would take days. "
                f"Name the parts that are in use; a network may be a /{WIDEST} at most."
            )
    nobody = {
        int(edge)
        for network in wanted
        if network.prefixlen < POINT_TO_POINT
        for edge in (network.network_address, network.broadcast_address)
    }
    # An address at the edge of one network may be inside another one, and a host's there.
    nobody -= {edge for edge in nobody if any(_inside(edge, network) for network in wanted)}
    left = list(collapse_addresses(wanted))
    for network in unwanted:
        left = [part for whole in left for part in _without(whole, network)]
    plan = AddressPlan(tuple(sorted(left)), frozenset(nobody))
    if sum(network.num_addresses for network in plan.networks) > MOST:
        raise OperatorError(
            f"These networks have more than {MOST:,} addresses together: ask them one after another, "
            "or name the parts that are in use."
        )
    return plan


def _network(text: str) -> IPv4Network:
    try:
        return IPv4Network(text.strip())
    except ValueError:
        pass
    try:
        network = IPv4Network(text.strip(), strict=False)
    except ValueError:
        raise OperatorError(f'"{text}" is no IPv4 network. Write it as 10.53.0.0/20.') from None
    raise OperatorError(f'"{text}" is an address inside a network. Did you mean {network}?')


def _inside(address: int, network: IPv4Network) -> bool:
    edges = (int(network.network_address), int(network.broadcast_address))
    return IPv4Address(address) in network and (network.prefixlen >= POINT_TO_POINT or address not in edges)


def _without(whole: IPv4Network, part: IPv4Network) -> Iterator[IPv4Network]:
    if part.supernet_of(whole):
        return
    if whole.supernet_of(part):
        yield from whole.address_exclude(part)
    else:
        yield whole


def _blocks(network: IPv4Network) -> Iterator[IPv4Network]:
    if network.prefixlen >= BLOCK:
        yield network
    else:
        yield from network.subnets(new_prefix=BLOCK)
