"""The watch over areas alone: sites are what a table says, and its questions are counted."""

from random import Random

import pytest

from alerting.commoncause.watch import CommonCauses
from alerting.rules.grouped import CommonCauseRule
from foundation.clock import SECOND
from tests.alerting.bench import default_rules
from tests.networks import wide_network


class Table:
    """Sites that are out, judged at once; all others answer."""

    def __init__(self) -> None:
        self.out: dict[str, int] = {}
        self.asked = 0

    def out_since(self, site: str) -> int | None:
        self.asked += 1
        return self.out.get(site)

    def answers(self, site: str, since: int) -> bool:
        del since
        self.asked += 1
        return site not in self.out

    def is_open(self, site: str, since: int) -> bool:
        del since
        self.asked += 1
        return False if site in self.out else self.unseen

    unseen = False


@pytest.mark.slow
def test_failures_all_over_the_province_are_never_merged_and_cost_no_more_than_their_number() -> None:
    network = wide_network(counties=129, agencies=20)
    rules = default_rules().of(CommonCauseRule)
    sites = sorted(device.id for device in network.devices.values() if device.agency)
    for seed in range(20):
        table = Table()
        watch = CommonCauses(network, rules, table)
        now = 1_000_000
        table.unseen = True
        for site in Random(seed).sample(sites, 300):
            table.out[site] = now
            watch.hold(site, now, now)
        for second in range(30):
            table.unseen = second < 10
            turned = watch.turn((), now + second * SECOND)
            assert not turned.grouped
        assert not any(watch.is_waiting(site) for site in sites)
        # Every waiting area once a second, every site of it twice: nothing that grows with the square of the failures.
        assert table.asked < 30 * 2 * 3 * len(sites)


@pytest.mark.slow
def test_counties_that_lose_their_power_are_found_among_scattered_failures() -> None:
    network = wide_network(counties=129, agencies=20)
    table = Table()
    watch = CommonCauses(network, default_rules().of(CommonCauseRule), table)
    sites = sorted(device.id for device in network.devices.values() if device.agency)
    now = 1_000_000
    dark = {f"c{county}-{place}" for county in (3, 77) for place in range(20)}
    table.out = dict.fromkeys({*dark, *Random(4).sample(sites, 100)}, now)
    for site in sorted(table.out):
        watch.hold(site, now, now)
    found = [group for second in range(3) for group in watch.turn((), now + second * SECOND).grouped]
    assert {group.area.id for group in found} == {"530623", "530697"}
    assert {site for group in found for site in group.members} == dark
