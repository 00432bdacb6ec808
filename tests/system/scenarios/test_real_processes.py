"""The small province as real processes against the simulator: dead routers that take their neighbours' ports with them,
told by one platform that is killed in the middle."""

from collections.abc import Iterator

import pytest

from tests.system.small import Ports, SmallProvince, simulated, write_configuration
from tests.system.stack import eventually

pytestmark = pytest.mark.slow

CORE, SECOND_CORE, AGGREGATION = "530000-CR1", "530000-CR2", "530600-AR1"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallProvince]:
    """The province with its agents."""
    ports = Ports()
    with simulated(tmp_path_factory.mktemp("outside"), ports):
        directory = tmp_path_factory.mktemp("scenes") / "province"
        write_configuration(directory, ports)
        yield SmallProvince(directory, ports)


def open_incidents(province: SmallProvince) -> list[str]:
    return sorted(one["object_id"] for one in province.console.incidents("open"))


def firing(province: SmallProvince) -> list[str]:
    found = province.console.get("/api/v1/alerts?limit=200")["items"]
    return sorted(one["object_id"] for one in found if not one["suppressed_by"])


def explained(province: SmallProvince) -> set[str]:
    found = province.console.get("/api/v1/alerts?limit=200")["items"]
    return {one["suppressed_by"] for one in found if one["suppressed_by"]}


def recovers(province: SmallProvince) -> None:
    province.mend()
    eventually(lambda: not province.console.get("/api/v1/alerts?limit=200")["items"], 120, "no alert is left")
    eventually(lambda: not open_incidents(province), 30, "no incident is left open")


def test_each_dead_router_is_one_incident_though_its_neighbours_ports_go_down(small: SmallProvince) -> None:
    """One platform, started once: a core, both cores, an aggregation router; the last outlives the platform."""
    with small.platform("first"):
        small.console.wait_until_polled()

        small.fault("device-dead", CORE, ports="down")
        eventually(lambda: explained(small) == {f"device:{CORE}"}, 60, "its lines are explained by the core")
        assert open_incidents(small) == [CORE]
        recovers(small)

        small.fault("device-dead", CORE, ports="down")
        small.fault("device-dead", SECOND_CORE, ports="down")
        eventually(lambda: small.console.get("/api/v1/summary")["agencies"]["unreachable"] == 8, 60, "all are cut off")
        eventually(lambda: len(firing(small)) == 2, 30, "both cores are told")
        assert set(firing(small)) == {CORE, SECOND_CORE}
        assert len(open_incidents(small)) == 1
        recovers(small)

        small.fault("device-dead", AGGREGATION, ports="down")
        eventually(lambda: AGGREGATION in open_incidents(small), 60, "the aggregation router is told")
        before = small.console.incidents()
    with small.platform("second"):
        small.console.wait_until_polled()
        eventually(lambda: explained(small) == {f"device:{AGGREGATION}"}, 60, "its lines are explained by it")
        assert firing(small) == [AGGREGATION]
        assert [one["number"] for one in small.console.incidents()] == [one["number"] for one in before]
        recovers(small)
