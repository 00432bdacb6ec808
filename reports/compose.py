"""The month's report from what was read: pure, so that the same input always gives the same report."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from foundation.messages import State
from reports import events
from reports.availability import Ledger, Outage, ledger
from reports.days import Days, ledger_of_tally
from reports.given import MonthInput
from reports.incidents import incident_figures
from reports.naming import Naming
from reports.report import MonthReport
from reports.rows import AgencyRow, GroupRow, LineRow, OutageRow, Record, TierKey, TierRow
from reports.segments import Segment, Stated, any_of, segments
from reports.settings import Targets
from reports.standing import Sum, meets, record_of
from reports.timelines import link_rows, private_network_rows, site_rows
from topology.model import Agency, Role, Tier
from topology.network import Network

_OWN = frozenset({State.DOWN})


def compose(given: MonthInput, network: Network, targets: Targets) -> MonthReport:
    """The report of a month."""
    return _Composer(given, network, targets).report()


@dataclass(slots=True)
class _Group:
    """What is gathered about the agencies that stand in one division."""

    total: Sum = field(default_factory=Sum)
    previous: Ledger = field(default_factory=Ledger)


class _Composer:
    """Gathers object by object, and then puts the rows together."""

    def __init__(self, given: MonthInput, network: Network, targets: Targets) -> None:
        self._given = given
        self._network = network
        self._targets = targets
        self._naming = Naming(network)
        self._days = Days(given.start, given.end)
        self._losses: list[events.Loss] = []
        self._outages: list[OutageRow] = []
        self._groups: dict[str, _Group] = defaultdict(_Group)
        self._tallies: dict[str, list[dict[State, int]]] = {}
        self._top = self._naming.province.code

    def report(self) -> MonthReport:
        """All rows."""
        given = self._given
        agencies = [self._agency(agency) for agency in self._network.agencies.values()]
        devices = {device: self._device(device) for device in self._network.devices}
        prefecture_lines, county_lines = self._lines(devices)
        found = events.events(self._losses, given.start, self._naming)
        self._outages.sort(key=lambda row: (row.outage.start, row.agency))
        return MonthReport(
            month=given.month,
            start=given.start,
            end=given.end,
            provisional=given.provisional,
            made_at=given.made_at,
            days=self._days.dates,
            province=self._group(self._top),
            prefectures=[self._group(code) for code in self._codes(Tier.PREFECTURE)],
            counties=[self._group(code) for code in self._codes(Tier.COUNTY)],
            agencies=agencies,
            tiers=self._tiers(devices, prefecture_lines, county_lines),
            prefecture_lines=prefecture_lines,
            county_lines=county_lines,
            links=link_rows(given, self._network, self._targets),
            sites=site_rows(given, self._network, self._targets),
            private_networks=private_network_rows(given, self._network, agencies),
            parties=events.by_party(found),
            longest=events.longest(found),
            frequent=events.frequent(found),
            outages=self._outages,
            incidents=given.incidents,
            incident_figures=incident_figures(given.incidents),
            works=given.works,
            load=given.load,
            widen_above=self._targets.link_load,
            strangers=len(given.agencies.keys() - self._network.agencies.keys())
            + len(given.devices.keys() - self._network.devices.keys()),
        )

    def _codes(self, tier: Tier) -> list[str]:
        return [found.code for found in self._network.divisions.values() if found.tier is tier]

    def _covering(self, intervals: Mapping[str, Sequence[Stated]], object_id: str) -> list[Segment]:
        return segments(intervals.get(object_id, ()), self._given.start, self._given.end)

    def _agency(self, agency: Agency) -> AgencyRow:
        given = self._given
        covering = self._covering(given.agencies, agency.id)
        record, breaks = record_of(covering)
        met = meets(record, self._targets.agency)
        previous = ledger(given.previous_agencies.get(agency.id, ()), given.previous_start, given.start)
        prefecture = self._network.prefecture_of(agency.county) or self._top
        for code in {self._top, prefecture, agency.county}:
            group = self._groups[code]
            group.total.add(record, met)
            group.previous += previous
        if prefecture not in self._tallies:
            self._tallies[prefecture] = self._days.empty()
        self._days.tally(covering, self._tallies[prefecture])
        self._losses.extend(events.losses(covering, agency.device, agency.id))
        row = AgencyRow(
            id=agency.id,
            name=self._naming.of(agency),
            prefecture=self._naming.division(prefecture),
            county=self._naming.division(agency.county),
            department=agency.department,
            record=record,
            met=met,
        )
        self._outages.extend(self._outage(row, agency, outage) for outage in breaks)
        return row

    def _outage(self, row: AgencyRow, agency: Agency, outage: Outage) -> OutageRow:
        root = outage.cause or agency.device
        return OutageRow(
            agency=row.id,
            name=row.name,
            prefecture=row.prefecture,
            county=row.county,
            outage=outage,
            cause=self._naming.root(root),
            party=self._naming.party(root),
        )

    def _device(self, device: str) -> list[Segment]:
        covering = self._covering(self._given.devices, device)
        # A router's own loss makes an event even where no agency lost service, thanks to redundancy.
        self._losses.extend(events.losses(covering, device, None, _OWN))
        return covering

    def _lines(self, devices: Mapping[str, list[Segment]]) -> tuple[list[LineRow], list[LineRow]]:
        members: dict[str, list[str]] = defaultdict(list)
        for device in self._network.devices.values():
            if device.role is Role.AGGREGATION:
                members[device.division].append(device.id)
            elif device.role is Role.COUNTY and device.county is not None:
                members[device.county].append(device.id)
        prefectures = [
            self._line(code, members[code], devices, self._targets.prefecture)
            for code in self._codes(Tier.PREFECTURE)
            if code in members
        ]
        counties = [
            self._line(code, members[code], devices, self._targets.county)
            for code in self._codes(Tier.COUNTY)
            if code in members
        ]
        return prefectures, counties

    def _line(
        self, code: str, members: Sequence[str], devices: Mapping[str, list[Segment]], target: Decimal
    ) -> LineRow:
        record, _ = record_of(any_of([devices[member] for member in members]))
        return LineRow(
            code=code,
            name=self._naming.division(code),
            prefecture=self._naming.prefecture(code),
            devices=tuple(members),
            record=record,
            met=meets(record, target),
        )

    def _tiers(
        self,
        devices: Mapping[str, list[Segment]],
        prefecture_lines: Sequence[LineRow],
        county_lines: Sequence[LineRow],
    ) -> list[TierRow]:
        targets = self._targets
        cores = [record_of(devices[root])[0] for root in sorted(self._network.roots)]
        return [
            _tier(TierKey.CORE, targets.core, [(record, meets(record, targets.core)) for record in cores]),
            _tier(TierKey.PREFECTURE, targets.prefecture, [(row.record, row.met) for row in prefecture_lines]),
            _tier(TierKey.COUNTY, targets.county, [(row.record, row.met) for row in county_lines]),
            self._agency_tier(),
        ]

    def _agency_tier(self) -> TierRow:
        total = self._groups[self._top].total
        return TierRow(TierKey.AGENCY, self._targets.agency, total.record, total.attainment)

    def _group(self, code: str) -> GroupRow:
        group = self._groups[code]
        tier = self._network.divisions[code].tier
        return GroupRow(
            code=code,
            name=self._naming.division(code),
            prefecture=self._naming.prefecture(code),
            record=group.total.record,
            attainment=group.total.attainment,
            previous=Ledger() if tier is Tier.COUNTY else group.previous,
            days=self._day_ledgers(code, tier),
        )

    def _day_ledgers(self, code: str, tier: Tier) -> list[Ledger]:
        if tier is Tier.COUNTY:
            return []
        if tier is Tier.PREFECTURE:
            return [ledger_of_tally(tally) for tally in self._tallies.get(code) or self._days.empty()]
        total = [Ledger()] * len(self._days.dates)
        for tallies in self._tallies.values():
            total = [sum_ + ledger_of_tally(tally) for sum_, tally in zip(total, tallies, strict=True)]
        return total


def _tier(key: TierKey, target: Decimal, members: Sequence[tuple[Record, bool | None]]) -> TierRow:
    total = Sum()
    for record, met in members:
        total.add(record, met)
    return TierRow(key, target, total.record, total.attainment)
