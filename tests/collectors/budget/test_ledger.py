"""All lines of a network: who is behind which, and what each has carried."""

from dataclasses import replace

from collectors.budget.ledger import Ledger
from tests.networks import small_network
from topology.network import Network

QUICK = 200


def ledger(**speeds: int) -> Ledger:
    network = small_network()
    inventory = network.inventory
    links = dict(inventory.links)
    for link, speed in speeds.items():
        name = link.replace("__", ":").replace("_", "-")
        links[name] = replace(inventory.links[name], speed_mbps=speed)
    slow = Network(replace(inventory, links=links))
    return Ledger(slow, share=2.0, quick=QUICK, quick_interval=10.0, now=0.0)


def test_a_countys_line_counts_all_devices_behind_it() -> None:
    lines = ledger().lines
    assert lines["county-a:agg-1"].devices == 4
    assert lines["a1:county-a"].devices == 1
    assert "agg-1:core-2" not in lines, "nobody is polled over the second way up"


def test_a_slow_line_puts_off_the_looks_of_those_behind_it_and_of_no_other() -> None:
    accounts = ledger(county_a__agg_1=2).accounts
    # 2 % of 2 Mbit/s: 300,000 bytes a minute.
    assert accounts["a1"].may_read(300_000, 0.0)
    assert not accounts["a2"].may_read(3_000, 0.0)
    assert accounts["b1"].may_read(300_000, 0.0)
    assert accounts["a2"].may_read(3_000, 1.0)


def test_what_a_line_carries_a_minute_is_told() -> None:
    book = ledger()
    for step in range(1, 25):
        book.accounts["a1"].spend(1_000)
        book.sample(step * 5.0)
    carried = book.carried()
    assert carried["a1:county-a"] == carried["county-a:agg-1"] == 12_000.0
    assert carried["b1:county-b"] == 0.0


def test_what_was_put_off_is_counted() -> None:
    book = ledger(county_a__agg_1=2)
    book.accounts["a1"].spend(400_000)
    assert not book.accounts["a2"].may_read(1_000, 0.0)
    assert not book.accounts["a3"].may_learn(1_000, 0.0)
    assert book.put_off == 2
