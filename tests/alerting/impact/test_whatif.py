"""What a failure would do: who is cut off, who only loses redundancy, and nobody named who is not concerned."""

from hypothesis import given
from hypothesis import strategies as st

from alerting.impact.contacts import contacts
from alerting.impact.message import message, message_en
from alerting.impact.whatif import what_if
from foundation.calendar import parse
from tests.alerting.incidents.scene import roster
from tests.networks import COUNTY_A, COUNTY_B, PREFECTURE, small_network
from topology.network import Network

NETWORK = small_network()
DEVICES = st.sets(st.sampled_from(sorted(NETWORK.devices)), max_size=4)
LINKS = st.sets(st.sampled_from(sorted(NETWORK.links)), max_size=4)


def test_a_county_router_cuts_off_its_county_and_takes_the_backup_of_its_neighbour(network: Network) -> None:
    impact = what_if(network, ["county-a"])
    assert impact.cut_off.devices == {"county-a", "a1", "a2", "a3"}
    assert impact.cut_off.agencies == {"agency-a1", "agency-a2", "agency-a3"}
    assert impact.cut_off.counties == {COUNTY_A}
    assert impact.cut_off.private_networks == {"health"}
    assert impact.degraded.devices == {"county-b", "b1", "b2"}
    assert impact.degraded.counties == {COUNTY_B}
    assert not impact.present


def test_one_of_two_uplinks_cuts_nobody_off(network: Network) -> None:
    link = next(link.id for link in network.uplinks("agg-1") if link.upper == "core-1")
    impact = what_if(network, links=[link])
    assert not impact.cut_off
    assert impact.degraded.devices == {"agg-1", "county-a", "a1", "a2", "a3", "p1"}


def test_what_is_down_already_is_not_counted_again_but_makes_the_next_failure_worse(network: Network) -> None:
    alone = what_if(network, ["agg-2"])
    assert not alone.cut_off.agencies
    after = what_if(network, ["agg-2"], down_devices={"county-a"})
    assert after.present.counties == {COUNTY_A}
    assert after.cut_off.counties == {COUNTY_B}
    assert not after.cut_off.agencies & after.present.agencies


def test_what_fails_already_adds_nothing(network: Network) -> None:
    impact = what_if(network, ["county-a"], down_devices={"county-a"})
    assert not impact.cut_off
    assert not impact.degraded


@given(DEVICES, LINKS, DEVICES, LINKS)
def test_cut_off_and_degraded_and_present_never_overlap_and_name_all_that_changes(
    devices: set[str], links: set[str], down: set[str], cut: set[str]
) -> None:
    impact = what_if(NETWORK, devices, links, down_devices=down, down_links=cut)
    before = NETWORK.reachable(down, cut)
    after = NETWORK.reachable(down | devices, cut | links)
    assert impact.cut_off.devices == before - after
    assert impact.present.devices == NETWORK.devices.keys() - before
    assert impact.degraded.devices <= after
    for device in impact.degraded.devices:
        lost = [link for link in NETWORK.uplinks(device) if link.id in cut | links or link.upper not in after]
        assert lost or set(NETWORK.parents(device)) <= impact.degraded.devices | _degraded_before(down, cut)


def _degraded_before(down: set[str], cut: set[str]) -> frozenset[str]:
    return what_if(NETWORK, down, cut).degraded.devices


@given(DEVICES, LINKS)
def test_a_message_can_be_made_of_every_impact(devices: set[str], links: set[str]) -> None:
    impact = what_if(NETWORK, devices, links)
    assert message(NETWORK, impact).endswith("。")
    assert message_en(NETWORK, impact).endswith(".")


def test_the_message_says_what_who_and_how_many(network: Network) -> None:
    impact = what_if(network, ["county-a"])
    assert message(network, impact) == (
        f"{network.devices['county-a'].name}停用期间，中断：1 个县区（镇雄县），3 家单位，涉及 1 个专网（卫生专网）；"
        "失去冗余（业务不中断）：1 个县区（彝良县），2 家单位，涉及 1 个专网（卫生专网）。"
    )
    assert message_en(network, impact) == (
        "While county-a is out of service, cut off: 1 county (Zhenxiong County), 3 agencies, 1 private network; "
        "without redundancy (still served): 1 county (Yiliang County), 2 agencies, 1 private network."
    )
    quiet = what_if(network, links=[next(link.id for link in network.uplinks("county-b") if link.upper == "county-a")])
    assert "无业务中断；失去冗余" in message(network, quiet)


def test_the_centres_to_call_are_those_that_answer_for_what_is_concerned(network: Network) -> None:
    called = contacts(network, roster(network), what_if(network, ["county-a"]), parse("2026-11-24 14:30:00"))
    assert [(contact.division, contact.agencies) for contact in called] == [(COUNTY_A, 3), (PREFECTURE, 2)]
    assert all(contact.operator.name for contact in called)
