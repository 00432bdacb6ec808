"""Routing neighbours, fans and power supplies from end to end: agents, inventory, polling, judging, the API."""

import pytest

from tests.system.small import COUNTY, SmallProvince, change
from tests.system.stack import Console, eventually

pytestmark = pytest.mark.slow

AR1, AR2, CR1 = "530600-AR1", "530600-AR2", "530000-CR1"


@pytest.fixture
def hasty(province: SmallProvince) -> SmallProvince:
    """The province with the shipped rules, told after seconds instead of minutes."""
    for name in ("routing.yaml", "sensors.yaml"):
        path = province.directory / "rules" / name
        text = path.read_text(encoding="utf-8")
        for old in ("clear_for: 1 min", "clear_for: 2 min", "clear_for: 3 min", "clear_for: 5 min"):
            text = text.replace(old, "clear_for: 5 s")
        for old in (" for: 30 s", " for: 1 min", " for: 3 min"):
            text = text.replace(old, " for: 5 s")
        path.write_text(text, encoding="utf-8")
    change(province.directory / "rules" / "routing.yaml", "after_return: 3 min", "after_return: 30 s")
    return province


def alerts(console: Console) -> dict[str, str]:
    """Open alerts: what explains each, by rule and object; empty for those that fire."""
    found = console.get("/api/v1/alerts?limit=200")["items"]
    return {f"{one['rule']} {one['object_id']}": one["suppressed_by"] or "" for one in found}


def learned(console: Console, device: str) -> dict[str, object] | None:
    """A device's answer once its inventory is kept and all of it was asked."""
    found = console.get(f"/api/v1/devices/{device}")
    return found if found["identity"] and found["routing"] and found["health"] else None


def test_the_api_tells_what_the_routers_are_and_whom_they_speak_with(hasty: SmallProvince) -> None:
    console = hasty.console
    with hasty.platform() as platform:
        console.wait_until_polled()
        found = eventually(lambda: learned(console, AR1), 60, "the aggregation router is known")
        assert platform.stop() == 0
    routing = found["routing"]
    assert isinstance(routing, list)
    assert sorted((one["protocol"], one["device"], one["up"]) for one in routing) == [
        ("bgp", "530000-CR1", True),
        ("bgp", "530000-CR2", True),
        ("ospf", "530600-AR2", True),
        ("ospf", "530627-R1", True),
    ]
    health, modules, neighbours = found["health"], found["modules"], found["neighbours"]
    assert isinstance(health, list)
    assert isinstance(modules, list)
    assert isinstance(neighbours, list)
    assert {one["kind"] for one in health} >= {"cpu", "memory", "temperature", "fan", "power"}
    assert {one["kind"] for one in modules} >= {"chassis", "module", "powerSupply", "fan"}
    assert {one["device"] for one in neighbours} >= {"530000-CR1", "530000-CR2", "530600-AR2", "530627-R1"}
    assert all(one["declared"] for one in neighbours)


def test_a_lost_session_is_one_incident_whichever_end_tells_it_and_recovers(hasty: SmallProvince) -> None:
    console = hasty.console
    with hasty.platform() as platform:
        console.wait_until_polled()
        eventually(lambda: learned(console, AR1) and learned(console, CR1), 60, "both ends are known")
        hasty.fault("routing-down", f"{AR1}/{CR1}")

        def both() -> dict[str, str] | None:
            found = {key: by for key, by in alerts(console).items() if key.startswith("routing-down")}
            return found if len(found) == 2 else None

        told = eventually(both, 60, "both ends have told it")
        (first,) = [key for key, by in told.items() if not by]
        (second,) = [by for by in told.values() if by]
        assert second == f"neighbour:{first.removeprefix('routing-down ')}"
        (incident,) = console.incidents()
        assert incident["runbook"] == "routing-down"
        hasty.mend()
        eventually(lambda: alerts(console) == {}, 60, "it clears")
        eventually(lambda: console.incidents("recovered"), 10, "the incident recovers")
        assert platform.stop() == 0
        assert "Traceback" not in platform.text()


def test_a_dead_router_explains_every_session_that_it_takes_with_it(hasty: SmallProvince) -> None:
    console = hasty.console
    with hasty.platform() as platform:
        console.wait_until_polled()
        eventually(lambda: learned(console, AR1) and learned(console, "530628-R1"), 60, "its neighbours are known")
        hasty.fault("device-dead", COUNTY)

        def explained() -> dict[str, str] | None:
            found = {key: by for key, by in alerts(console).items() if key.startswith("routing-down")}
            return found if len(found) == 2 else None

        told = eventually(explained, 60, "both neighbours have lost it")
        assert set(told.values()) == {f"device:{COUNTY}"}
        assert [incident["device"] for incident in console.incidents()] == [COUNTY]
        hasty.mend()
        eventually(lambda: not [key for key in alerts(console) if "restart" not in key], 90, "all of it clears")
        assert [incident["device"] for incident in console.incidents()] == [COUNTY], "and nothing else was ever told"
        assert platform.stop() == 0


def test_a_failed_fan_and_a_failed_power_supply_have_their_runbooks(hasty: SmallProvince) -> None:
    console = hasty.console
    with hasty.platform() as platform:
        console.wait_until_polled()
        eventually(lambda: learned(console, AR2), 60, "the router is known")
        hasty.fault("fan-failed", AR2)
        hasty.fault("power-failed", AR2)
        eventually(lambda: len(console.incidents("open")) == 2, 60, "both are told")
        assert {incident["runbook"] for incident in console.incidents()} == {"fan-failed", "power-failed"}
        assert set(alerts(console)) == {f"fan-failed {AR2}/fan/Fan 1", f"power-failed {AR2}/power/Power Supply 1"}
        assert console.get(f"/api/v1/devices/{AR2}")["degraded"] is True
        hasty.mend()
        eventually(lambda: len(console.incidents("recovered")) == 2, 60, "both recover")
        assert platform.stop() == 0
