"""What a window covers, and what lies behind it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.maintenance.coverage import NOTHING, Coverage
from alerting.maintenance.targets import Objects, TargetKind, objects_of, tags_of, unknown_target
from alerting.maintenance.windows import NewWindow, Window
from foundation.clock import HOUR, Instant
from tests.networks import carried_by, small_network
from topology.network import Network


def lasting(kind: TargetKind, target: str, number: int = 1, *, until: Instant | None = HOUR) -> Window:
    """A window that lasts from 0 on."""
    return Window(number, kind, target, 0, until, None, "割接", "张三", "李主任", 0)


@pytest.mark.parametrize(
    ("kind", "target", "devices", "links"),
    [
        (TargetKind.DEVICE, "a1", {"a1"}, set()),
        (TargetKind.DEVICE, "gone", set(), set()),
        (TargetKind.AGENCY, "agency-b1", {"b1"}, set()),
        (TargetKind.AGENCY, "gone", set(), set()),
        (TargetKind.LINK, "a1:county-a", set(), {"a1:county-a"}),
        (TargetKind.DIVISION, "530627", {"county-a", "a1", "a2", "a3"}, set()),
        (TargetKind.TAG, "role=county", {"county-a", "county-b"}, set()),
        (TargetKind.TAG, "role=access,division=530628", {"b1", "b2"}, set()),
        (TargetKind.TAG, "department=卫生健康,division=530627", {"a1", "a2", "a3"}, set()),
        (TargetKind.TAG, "carrier=电信", set(), {"a1:county-a", "b1:county-b"}),
        (TargetKind.TAG, "carrier=电信,division=530628", set(), {"b1:county-b"}),
        (TargetKind.TAG, "colour=red", set(), set()),
    ],
)
def test_what_each_kind_of_target_stands_for(kind: TargetKind, target: str, devices: set[str], links: set[str]) -> None:
    network = carried_by(small_network(), {"a1:county-a": "电信", "b1:county-b": "电信"})
    assert objects_of(kind, target, network) == Objects(frozenset(devices), frozenset(links))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("carrier", '"carrier" is no tag: write it like carrier=电信,division=530600.'),
        ("carier=电信", 'There is no tag "carier". Did you mean "carrier"?'),
        ("role=acces", 'There is no role "acces". Did you mean "access"?'),
        ("role=core,role=county", 'The tag "role" is given twice'),
    ],
)
def test_a_tag_that_is_written_wrongly_is_explained(text: str, sentence: str) -> None:
    assert sentence in unknown_target(TargetKind.TAG, text, small_network())
    with pytest.raises(ValueError, match=sentence[:10]):
        tags_of(text)


def test_of_several_windows_the_one_that_ends_last_counts(network: Network) -> None:
    short = lasting(TargetKind.DEVICE, "a1", 1)
    long = lasting(TargetKind.DIVISION, "530627", 2, until=2 * HOUR)
    endless = lasting(TargetKind.AGENCY, "agency-a1", 3, until=None)
    coverage = Coverage(network)
    assert coverage.at([long, short], 0).devices["a1"] is long
    covered = coverage.at([endless, short, long], 0)
    assert (covered.devices["a1"], covered.devices["a2"]) == (endless, long)
    assert coverage.at([short, long], 3 * HOUR) is NOTHING


def test_asking_again_costs_nothing_until_a_window_begins_or_ends(network: Network) -> None:
    coverage = Coverage(network)
    windows = [lasting(TargetKind.DIVISION, "530627"), lasting(TargetKind.DEVICE, "b1", 2, until=2 * HOUR)]
    first = coverage.at(windows, 0)
    # Read anew from the records, they are other objects.
    again = [lasting(TargetKind.DEVICE, "b1", 2, until=2 * HOUR), lasting(TargetKind.DIVISION, "530627")]
    assert coverage.at(again, HOUR - 1) is first
    assert coverage.at(again, HOUR) is not first


def test_only_what_has_no_other_way_lies_behind(network: Network) -> None:
    coverage = Coverage(network)
    assert coverage.at([lasting(TargetKind.DEVICE, "county-a")], 0).behind == {"a1", "a2", "a3"}
    assert coverage.at([lasting(TargetKind.LINK, "county-b:agg-2")], 0).behind == frozenset()
    both = [lasting(TargetKind.LINK, "county-b:agg-2"), lasting(TargetKind.LINK, "county-b:county-a", 2)]
    covered = coverage.at(both, 0)
    assert covered.behind == {"county-b", "b1", "b2"}
    assert covered.stranded.keys() == {"county-b"}


@given(
    st.sets(st.sampled_from(sorted(small_network().devices)), max_size=4),
    st.sets(st.sampled_from(sorted(small_network().links)), max_size=4),
)
def test_a_device_lies_behind_exactly_when_every_way_to_it_is_under_maintenance(
    devices: set[str], links: set[str]
) -> None:
    network = small_network()
    windows = [lasting(TargetKind.DEVICE, device, number) for number, device in enumerate(sorted(devices))]
    windows += [lasting(TargetKind.LINK, link, 100 + number) for number, link in enumerate(sorted(links))]
    covered = Coverage(network).at(windows, 0)
    for device in network.devices:
        alone = device not in devices and not network.has_live_path(device, devices, links)
        assert (device in covered.behind) is alone
    assert covered.stranded.keys() <= covered.behind
    for device in covered.stranded:
        assert {link.id for link in network.uplinks(device)} <= links


def test_a_window_that_is_only_asked_for_has_its_objects_too(network: Network) -> None:
    asked = NewWindow(TargetKind.DEVICE, "a1", 0, None, "", "")
    assert Coverage(network).objects(asked) == Objects(frozenset({"a1"}))
