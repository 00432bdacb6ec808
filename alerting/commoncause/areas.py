"""The areas in which sites may fail together: a county, or one carrier's lines in a prefecture."""

from collections.abc import Sequence
from dataclasses import dataclass

from alerting.rules.grouped import CommonCauseRule
from alerting.rules.labels import labels_of
from topology.model import Role
from topology.network import Network


@dataclass(frozen=True, slots=True)
class Area:
    """The sites that one cause may hit together."""

    id: str
    """`530627`, or `530600/电信`: the object that the alert is about."""
    rule: CommonCauseRule
    division: str
    carrier: str
    """The carrier of their lines, for an area by carrier; else empty."""
    sites: tuple[str, ...]
    """The access routers in it."""


def areas_of(network: Network, rules: Sequence[CommonCauseRule]) -> list[Area]:
    """All areas that are large enough for their rule, those of carriers first.

    A carrier's failure hits many counties by halves, so it is looked for before any county's own trouble is.
    """
    found: list[Area] = []
    for rule in sorted(rules, key=lambda one: one.by != "carrier"):
        sites: dict[tuple[str, str], list[str]] = {}
        for device in network.devices.values():
            if device.role is not Role.ACCESS or device.county is None or not _covers(network, rule, device.id):
                continue
            if rule.by == "county":
                sites.setdefault((device.county, ""), []).append(device.id)
                continue
            prefecture, carrier = network.prefecture_of(device.county), carrier_of(network, device.id)
            if prefecture is not None and carrier:
                sites.setdefault((prefecture, carrier), []).append(device.id)
        found += [
            Area(f"{division}/{carrier}" if carrier else division, rule, division, carrier, tuple(members))
            for (division, carrier), members in sites.items()
            if len(members) >= rule.sites
        ]
    return found


def carrier_of(network: Network, site: str) -> str:
    """Whose lines connect a site; empty when it is nobody's, or several carriers' lines do."""
    carriers = {link.carrier for link in network.uplinks(site)}
    return carriers.pop() if len(carriers) == 1 else ""


def _covers(network: Network, rule: CommonCauseRule, site: str) -> bool:
    labels = {**labels_of(network, network.devices[site]), "carrier": (carrier_of(network, site),)}
    return rule.scope.covers(labels)
