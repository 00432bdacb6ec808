"""The fields of one device's answer, `/api/v1/devices/ID`: what it is, has, told last, and how it is polled.

As stable as those of `dashboard.api.shapes`. A secret stands in none of them.
"""

from collections.abc import Mapping

from dashboard.console.interfaces import InterfaceRow
from dashboard.live.looks import Contact
from dashboard.portrait.rows import HeardRow, ModuleRow, PeerRow, PortFacts, Portrait
from foundation.messages import HealthReading


def portrait_json(portrait: Portrait, contact: Contact | None) -> dict[str, object]:
    """All but the interfaces. What is not known is null, or an empty list."""
    identity = portrait.identity
    return {
        "contact": None
        if contact is None
        else {"at": contact.at, "reach": contact.reach.value, "rtt_ms": contact.rtt_ms},
        "identity": None
        if identity is None
        else {
            "vendor": identity.vendor,
            "model": identity.model,
            "serial": identity.serial,
            "version": identity.version,
            "name": identity.name,
            "description": identity.description,
            "object_id": identity.object_id,
            "location": identity.location,
            "contact": identity.contact,
            "profile": portrait.profile,
        },
        "inventory_at": portrait.inventory_at,
        "looked_at": portrait.looked_at,
        "uptime_s": portrait.uptime_s,
        "missing_interfaces": list(portrait.missing),
        "modules": [_module(row) for row in portrait.modules],
        "neighbours": [_heard(row) for row in portrait.heard],
        "routing": [_peer(row) for row in portrait.peers],
        "health": [_reading(reading) for reading in portrait.health],
        "tuning": dict(portrait.tuning),
        "tuning_at": portrait.tuning_at,
    }


def interface_json(row: InterfaceRow, facts: Mapping[str, PortFacts]) -> dict[str, object]:
    """One interface: states as in IF-MIB, rates in bits and packets a second, utilisation in percent."""
    known = facts.get(row.name)
    return {
        "name": row.name,
        "alias": "" if known is None else known.alias,
        "mac": "" if known is None else known.mac,
        "addresses": [] if known is None else list(known.addresses),
        "speed": None if known is None or not known.speed else known.speed,
        "link": None if row.link is None else row.link.id,
        "other": row.other,
        "admin": row.admin,
        "oper": row.oper,
        "in_bps": row.in_bps,
        "out_bps": row.out_bps,
        "in_util": row.in_util,
        "out_util": row.out_util,
        "errors": row.errors,
        "verdict": row.verdict,
    }


def _module(row: ModuleRow) -> dict[str, object]:
    return {
        "depth": row.depth,
        "name": row.name,
        "kind": row.kind,
        "description": row.description,
        "model": row.model,
        "serial": row.serial,
        "hardware": row.hardware,
        "software": row.software,
    }


def _heard(row: HeardRow) -> dict[str, object]:
    return {
        "protocol": row.protocol,
        "interface": row.interface,
        "system": row.system,
        "port": row.port,
        "address": row.address,
        "platform": row.platform,
        "device": row.device,
        "declared": row.declared,
    }


def _peer(row: PeerRow) -> dict[str, object]:
    reading = row.reading
    return {
        "protocol": reading.protocol,
        "neighbour": reading.neighbour,
        "state": reading.state,
        "up": reading.up,
        "enabled": reading.enabled,
        "since_s": reading.since_s,
        "remote_as": reading.remote_as,
        "device": row.device,
        "links": list(row.links),
    }


def _reading(reading: HealthReading) -> dict[str, object]:
    return {
        "entity": reading.entity,
        "kind": reading.kind,
        "value": reading.value,
        "unit": reading.unit,
        "word": reading.word,
        "status": reading.status.value,
        "limit": reading.limit,
        "limit_source": reading.limit_source.value,
    }
