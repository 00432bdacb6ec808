"""One port has many spellings; two ports never share one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.neighbours.ifnames import canonical, is_logical, same


@pytest.mark.parametrize(
    "spellings",
    [
        ["Gi0/1", "GE0/1", "GigabitEthernet0/1", "gigabitethernet 0/1", "GigabitEthernet0/1.100"],
        ["XGigabitEthernet0/0/1", "XGE0/0/1", "10GE0/0/1", "Ten-GigabitEthernet0/0/1", "TenGigE0/0/1", "Te0/0/1"],
        ["FastEthernet0/24", "Fa0/24"],
        ["Ethernet1/49", "Eth1/49", "Et1/49"],
        ["TwentyFiveGigE1/0/1", "Twe1/0/1", "25GE1/0/1"],
        ["HundredGigE1/0/49", "Hu1/0/49", "100GE1/0/49"],
        ["FortyGigE1/0/1", "FortyGigabitEthernet1/0/1", "Fo1/0/1", "40GE1/0/1"],
        ["Eth-Trunk1", "Eth-Trunk1.5"],
        ["Bundle-Ether1", "BE1", "Port-channel1", "Po1", "Bridge-Aggregation1", "link-aggregation 1"],
        ["Vlanif100", "Vlan-interface100", "Vlan100", "Vl100"],
        ["xe-0/0/1", "xe-0/0/1.0"],
        ["eth0", "eth0"],
    ],
)
def test_the_spellings_of_a_port_are_one(spellings: list[str]) -> None:
    assert len({canonical(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GigabitEthernet0/1", "GigabitEthernet0/2"),
        ("GigabitEthernet0/1", "GigabitEthernet0/11"),
        ("GigabitEthernet0/1", "XGigabitEthernet0/1"),
        ("10GE1/0/1", "100GE1/0/1"),
        ("25GE1/0/1", "2.5GE1/0/1"),
        ("Eth-Trunk1", "Ethernet1"),
        ("Vlanif1", "Loopback1"),
        ("uplink", "uplink2"),
        ("ge-0/0/1", "xe-0/0/1"),
    ],
)
def test_different_ports_stay_different(one: str, other: str) -> None:
    assert not same(one, other)


@given(st.text(max_size=20))
def test_a_spelling_is_its_own_last_form(name: str) -> None:
    once = canonical(name)
    assert canonical(once) == once


@pytest.mark.parametrize("name", ["Eth-Trunk3", "Port-channel1", "ae0", "Vlanif100", "Tunnel0/0/1"])
def test_trunks_vlans_and_tunnels_lie_over_other_ports(name: str) -> None:
    assert is_logical(name)


@pytest.mark.parametrize("name", ["GigabitEthernet0/0/1", "Ethernet1/1", "up1", ""])
def test_other_ports_are_what_they_are(name: str) -> None:
    assert not is_logical(name)
