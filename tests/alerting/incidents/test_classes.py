"""The fault class as a function of impact, and the settings that say so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from alerting.incidents.classes import Extent, extent_of, fault_class
from alerting.incidents.settings import ActingSettings, FaultTable
from topology.network import Network

TABLE = FaultTable()


@pytest.mark.parametrize(
    ("extent", "expected"),
    [
        (Extent(core_devices=1), 1),
        (Extent(prefectures=3, counties=30, agencies=500), 1),
        (Extent(prefectures=2, counties=9, agencies=200), 2),
        (Extent(counties=10), 2),
        (Extent(counties=9), 3),
        (Extent(whole_private_networks=1), 2),
        (Extent(counties=1), 3),
        (Extent(agencies=20), 3),
        (Extent(agencies=19), 4),
        (Extent(redundancy_lost=True), 3),
        (Extent(agencies=1), 4),
        (Extent(), 4),
    ],
)
def test_the_default_table(extent: Extent, expected: int) -> None:
    assert fault_class(extent, TABLE) == expected


extents = st.builds(
    Extent,
    core_devices=st.integers(0, 2),
    prefectures=st.integers(0, 16),
    counties=st.integers(0, 129),
    agencies=st.integers(0, 2511),
    whole_private_networks=st.integers(0, 24),
    redundancy_lost=st.booleans(),
)


@given(extents, extents)
def test_a_wider_extent_is_never_a_milder_class(one: Extent, other: Extent) -> None:
    wider = Extent(
        core_devices=max(one.core_devices, other.core_devices),
        prefectures=max(one.prefectures, other.prefectures),
        counties=max(one.counties, other.counties),
        agencies=max(one.agencies, other.agencies),
        whole_private_networks=max(one.whole_private_networks, other.whole_private_networks),
        redundancy_lost=one.redundancy_lost or other.redundancy_lost,
    )
    assert fault_class(wider, TABLE) <= min(fault_class(one, TABLE), fault_class(other, TABLE))


def test_a_prefecture_counts_only_when_all_its_counties_are_cut_off(network: Network) -> None:
    assert extent_of(network, counties=["530627"]).prefectures == 0
    assert extent_of(network, counties=["530627", "530628"]).prefectures == 1


def test_a_private_network_counts_only_when_every_member_is_cut_off(network: Network) -> None:
    assert extent_of(network, agencies=["agency-a1"]).whole_private_networks == 0
    assert extent_of(network, agencies=["agency-a1", "agency-b1"]).whole_private_networks == 1


def test_a_lost_aggregation_router_or_core_line_costs_redundancy(network: Network) -> None:
    assert extent_of(network, down_devices=["agg-1"]).redundancy_lost
    assert extent_of(network, down_links=["agg-1:core-1"]).redundancy_lost
    assert not extent_of(network, down_devices=["a1"]).redundancy_lost
    assert not extent_of(network, down_links=["county-a:agg-1"]).redundancy_lost


def test_the_table_is_data_that_a_province_can_change() -> None:
    settings = ActingSettings.model_validate(
        {
            "fault_classes": {
                "first": {
                    "criteria": {"agencies": 5},
                    "limits": {
                        "acknowledge": "3 min", "response": "5 min", "restore": "1 h", "escalate_after": ["3 min"],
                    },
                }
            }
        }
    )  # fmt: skip
    assert fault_class(Extent(agencies=5), settings.fault_classes) == 1
    assert fault_class(Extent(core_devices=1), settings.fault_classes) == 4
    assert settings.fault_classes.of(1).limits.escalate_after == (180_000,)


def test_escalation_steps_that_do_not_rise_are_refused() -> None:
    limits = {"acknowledge": "3 min", "response": "5 min", "restore": "1 h", "escalate_after": ["5 min", "5 min"]}
    with pytest.raises(ValidationError, match="later than the one before"):
        ActingSettings.model_validate({"fault_classes": {"first": {"limits": limits}}})


def test_incidents_are_not_closed_by_themselves_unless_the_settings_say_so() -> None:
    assert ActingSettings().close_recovered_after is None
