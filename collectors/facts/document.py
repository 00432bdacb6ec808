"""An inventory as a JSON document, and back.

Kept is what people ask for and what a restart of the platform must not forget. Not kept is what the next inventory
finds out anyway: sensors, which counters exist, and the tables' stamps. The document holds no moment of its own, so
that the same inventory is the same document; `inventory_at` beside it says when.
"""

from dataclasses import dataclass
from typing import Final

from pydantic import ConfigDict, TypeAdapter, ValidationError

from collectors.snmp.interfaces import RawInterface
from collectors.snmp.inventory import (
    Identity,
    Inventory,
    Module,
    NamedInterface,
    Neighbour,
    PolledInterface,
)
from collectors.snmp.inventory.peers import peer_of
from foundation.clock import Instant

FORM: Final = 1
"""Of the document; a platform reads no other than its own."""


class DocumentError(Exception):
    """A kept document can't be read: it is damaged, or of another form."""


@dataclass(frozen=True, slots=True)
class KeptInterface:
    """An interface under its name."""

    name: str
    raw: RawInterface
    wide: bool = False


@dataclass(frozen=True, slots=True)
class KeptPeer:
    """A BGP or OSPF neighbour; the instance of its state tells which table it is from."""

    protocol: str
    neighbour: str
    state: str
    remote_as: int | None = None
    gone_since: Instant | None = None
    """When it was last there, if the inventory did not find it."""


@dataclass(frozen=True, slots=True)
class Document:
    """An inventory as it is kept."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    form: int
    identity: Identity
    polled: tuple[KeptInterface, ...]
    others: tuple[KeptInterface, ...]
    modules: tuple[Module, ...]
    neighbours: tuple[Neighbour, ...]
    peers: tuple[KeptPeer, ...]
    found: int
    missing: tuple[str, ...]
    profile: str
    last_change: int | None = None


_ADAPTER: Final = TypeAdapter(Document)


def write(inventory: Inventory) -> str:
    """The document of an inventory; the same for the same facts, whenever they were found."""
    return _ADAPTER.dump_json(
        Document(
            FORM,
            inventory.identity,
            tuple(KeptInterface(one.name, one.raw, one.wide) for one in inventory.interfaces),
            tuple(KeptInterface(one.name, one.raw) for one in inventory.others),
            inventory.modules,
            inventory.neighbours,
            tuple(
                KeptPeer(
                    peer.protocol,
                    peer.neighbour,
                    peer.state,
                    peer.remote_as,
                    peer.seen if peer.seen != inventory.at else None,
                )
                for peer in inventory.peers
            ),
            inventory.found,
            tuple(sorted(inventory.missing)),
            inventory.profile,
            inventory.last_change,
        )
    ).decode()


def read(text: str, at: Instant) -> Inventory:
    """The inventory of a document that was taken at a moment. It can be asked about, and be the one `before` the next.

    Raises DocumentError.
    """
    try:
        found = _ADAPTER.validate_json(text, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        raise DocumentError(f"The kept inventory can't be read, at {place}: {first['msg']}.") from error
    if found.form != FORM:
        raise DocumentError(f"The kept inventory has form {found.form}; this platform reads {FORM}.")
    peers = (
        peer_of(one.protocol, one.neighbour, one.state, one.remote_as, at if one.gone_since is None else one.gone_since)
        for one in found.peers
    )
    return Inventory(
        identity=found.identity,
        interfaces=tuple(PolledInterface(one.name, one.raw, one.wide, frozenset(), ("", None)) for one in found.polled),
        modules=found.modules,
        neighbours=found.neighbours,
        # A table that a later platform does not ask any more has no peers any more.
        peers=tuple(peer for peer in peers if peer is not None),
        last_change=found.last_change,
        found=found.found,
        missing=frozenset(found.missing),
        profile=found.profile,
        others=tuple(NamedInterface(one.name, one.raw) for one in found.others),
        at=at,
    )
