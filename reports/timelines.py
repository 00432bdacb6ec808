"""The rows of links, sites and private networks, each from its own timeline. Pure."""

from collections.abc import Mapping, Sequence

from alerting.timeline.sites import sites
from reports.availability import degraded
from reports.given import MonthInput
from reports.naming import Naming
from reports.rows import AgencyRow, LinkRow, Name, PrivateNetworkRow, Record, SiteRow
from reports.segments import Stated, segments
from reports.settings import Targets
from reports.standing import Sum, meets, record_of
from topology.model import Role, Tier
from topology.network import Network


def link_rows(given: MonthInput, network: Network, targets: Targets) -> list[LinkRow]:
    """Every link, in the files' order. Its target is that of the tier which its lower end belongs to."""
    naming = Naming(network)
    by_role = {
        Role.CORE: targets.core,
        Role.AGGREGATION: targets.prefecture,
        Role.COUNTY: targets.county,
        Role.ACCESS: targets.agency,
    }
    rows = []
    for link in network.links.values():
        lower = network.devices[link.lower]
        record, worn = _record(given, given.links, link.id)
        rows.append(
            LinkRow(
                id=link.id,
                name=naming.ends(link),
                prefecture=naming.prefecture(lower.division),
                carrier=link.carrier,
                record=record,
                degraded=worn,
                met=meets(record, by_role[lower.role]),
            )
        )
    return rows


def site_rows(given: MonthInput, network: Network, targets: Targets) -> list[SiteRow]:
    """Every site, in the files' order."""
    naming = Naming(network)
    by_tier = {Tier.PROVINCE: targets.core, Tier.PREFECTURE: targets.prefecture, Tier.COUNTY: targets.county}
    rows = []
    for code in sites(network):
        record, worn = _record(given, given.sites, code)
        rows.append(
            SiteRow(
                code=code,
                name=naming.division(code),
                prefecture=naming.prefecture(code),
                record=record,
                degraded=worn,
                met=meets(record, by_tier[network.divisions[code].tier]),
            )
        )
    return rows


def private_network_rows(given: MonthInput, network: Network, agencies: Sequence[AgencyRow]) -> list[PrivateNetworkRow]:
    """Every private network, in the files' order. Its figures are its members' as one; `whole` is its own."""
    by_id = {row.id: row for row in agencies}
    rows = []
    for private in network.private_networks.values():
        total = Sum()
        for member in sorted(private.members):
            total.add(by_id[member].record, by_id[member].met)
        own, worn = _record(given, given.private_networks, private.id)
        name = Name(private.name, private.name_en)
        rows.append(PrivateNetworkRow(private.id, name, total.record, total.attainment, own.ledger, worn))
    return rows


def _record(given: MonthInput, timelines: Mapping[str, Sequence[Stated]], object_id: str) -> tuple[Record, int]:
    own = timelines.get(object_id, ())
    covering = segments(own, given.start, given.end)
    record, _ = record_of(covering)
    return record, degraded(own, given.start, given.end)
