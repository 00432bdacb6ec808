"""From agents to devices: one for its many addresses, known or new, with a likely role."""

import pytest

from collectors.discovery import Found, classify
from collectors.discovery.classify import UNKNOWN_DIVISION, guess_roles, identity_of
from tests.collectors.discovery.making import found, hears
from tests.networks import small_network
from topology.model import Role

NETWORK = small_network()


def test_a_device_of_the_topology_is_known_by_its_address_with_its_own_role() -> None:
    (device,) = classify([found("10.6.27.1", "whatever")], NETWORK)
    assert (device.id, device.known, device.role, device.division) == ("county-a", True, Role.COUNTY, "530627")


def test_where_devices_are_polled_elsewhere_they_are_known_there() -> None:
    (device,) = classify([found("127.6.27.1")], NETWORK, polled_at=lambda address: "127" + address[2:])
    assert device.id == "county-a"


def test_a_new_device_gets_the_division_of_the_nearest_known_one() -> None:
    (near, far) = classify([found("10.6.27.200", "new"), found("192.168.1.1", "far")], NETWORK)
    assert (near.id, near.known, near.division) == ("new", False, "530627")
    assert far.division == UNKNOWN_DIVISION


def test_a_division_that_was_given_goes_before_the_nearest() -> None:
    (device,) = classify([found("10.6.27.200", "new")], NETWORK, division="530628")
    assert device.division == "530628"


def test_one_device_at_several_of_its_addresses_is_one_device() -> None:
    addresses = ("10.9.0.1", "10.9.0.5", "10.9.0.9")
    agents = [found(address, "r9", addresses=addresses) for address in reversed(addresses)]
    (device,) = classify(agents)
    assert (device.found.address, device.also_at) == ("10.9.0.1", ("10.9.0.5", "10.9.0.9"))


def test_of_several_addresses_that_of_the_topology_is_kept() -> None:
    both = ("10.6.27.1", "10.1.1.1")
    (device,) = classify([found(address, "a", addresses=both) for address in both], NETWORK)
    assert (device.id, device.found.address, device.also_at) == ("county-a", "10.6.27.1", ("10.1.1.1",))


@pytest.mark.parametrize(
    "other",
    [
        found("10.9.0.5", "r9", addresses=("10.9.0.5",), uptime_s=5.0),
        found("10.9.0.5", "r9", addresses=("10.9.0.5",)),
        found("10.9.0.5", "r8", addresses=("10.9.0.1",)),
    ],
    ids=["another uptime", "neither tells the other's address", "another name"],
)
def test_two_devices_that_only_look_alike_stay_two(other: Found) -> None:
    assert len(classify([found("10.9.0.1", "r9", addresses=("10.9.0.1",)), other])) == 2


def test_ids_are_made_of_names_in_the_letters_of_the_topology_and_never_twice() -> None:
    taken = {"core-1"}
    assert identity_of(found("10.1.1.1", "Core Switch (new).gov.cn"), taken) == "Core-Switch-new"
    assert identity_of(found("10.1.1.1", "core-1"), taken) == "core-1-2"
    assert identity_of(found("10.1.1.1", "镇雄县"), taken) == "router-10-1-1-1"
    assert identity_of(found("10.1.1.1", ""), taken) == "router-10-1-1-1"


def test_roles_are_guessed_from_whom_a_device_hears() -> None:
    access = [found(f"10.1.{county}.{n}", f"a{county}-{n}", hears("up", f"c{county}", "d")) for county in range(6)
              for n in range(10, 13)]  # fmt: skip
    counties = [
        found(f"10.1.{n}.1", f"c{n}", hears("up1", "agg1", f"d{n}"), hears("up2", "agg2", f"d{n}"),
              *(hears(f"d{one}", f"a{n}-{one}", "up") for one in range(10, 13)))
        for n in range(6)
    ]  # fmt: skip
    aggregation = [
        found(
            f"10.2.{n}.1", f"agg{n}", hears("up", "core", f"d{n}"), *(hears(f"d{c}", f"c{c}", "up1") for c in range(6))
        )
        for n in range(1, 6)
    ]
    core = [found("10.3.0.1", "core", *(hears(f"d{n}", f"agg{n}", "up") for n in range(1, 6)))]
    roles = guess_roles([*access, *counties, *aggregation, *core])
    assert roles == [Role.ACCESS] * 18 + [Role.COUNTY] * 6 + [Role.AGGREGATION] * 5 + [Role.CORE]


@pytest.mark.parametrize(("ports", "role"), [(4, Role.ACCESS), (28, Role.COUNTY), (96, Role.AGGREGATION)])
def test_where_nobody_is_heard_the_ports_must_do(ports: int, role: Role) -> None:
    assert guess_roles([found("10.1.1.1", "r", interfaces=tuple(map(str, range(ports))))]) == [role]
