"""Scopes, overrides by role, site and device, and severities by role, through the whole engine."""

from pathlib import Path

import pytest

from alerting.changes import Severity
from foundation.clock import MINUTE, SECOND, SteppedClock
from foundation.messages import HealthReading, HealthStatus, InterfaceReading, LimitSource
from foundation.problems import ProblemError
from storage.records.database import Records
from tests.alerting.bench import Bench, hot
from tests.alerting.written import written
from tests.networks import COUNTY_A
from topology.network import Network

CPU = f"""
id: cpu
kind: threshold
metric: cpu
when: "> 80 %"
clear: "< 60 %"
severity: warning
severity_by_role: {{core: major}}
scope: {{exclude: [{{device: a3}}]}}
overrides:
  - {{device: a2, when: "> 95 %", clear: "< 90 %"}}
  - {{site: "{COUNTY_A}", role: access, when: "> 50 %", clear: "< 40 %", for: 2 min}}
  - {{role: core, severity: critical}}
""".replace("\n  -", "\n      -")
PORTS = """
id: load
kind: threshold
metric: in_util
when: "> 80 %"
clear: "< 60 %"
scope:
  include:
    - {role: county, interface: "/^up/"}
    - {role: core}
  exclude:
    - {interface: up2}
overrides:
  - {interface: up1, severity: critical}
""".replace("\n  ", "\n      ")


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock, tmp_path: Path) -> Bench:
    return Bench(network, records, clock, rules=written(tmp_path, CPU, PORTS))


def cpu(bench: Bench, device: str, *values: float) -> None:
    """One look a minute."""
    for value in values:
        bench.see(bench.look(device, health=hot(value=value)))
        bench.clock.advance(MINUTE)


def test_the_first_override_that_fits_counts(bench: Bench) -> None:
    cpu(bench, "a2", 90, 90, 90)
    assert bench.alerts() == {}, "its own device's limit, not its site's"
    cpu(bench, "a2", 96)
    assert bench.alerts()["cpu", "a2"].limit == 95


def test_a_site_has_a_limit_and_a_time_of_its_own(bench: Bench) -> None:
    cpu(bench, "a1", 60, 60)
    assert bench.alerts() == {}
    cpu(bench, "a1", 60)
    assert bench.alerts()["cpu", "a1"].limit == 50
    cpu(bench, "a1", 45)
    assert len(bench.alerts()) == 1
    cpu(bench, "a1", 39)
    assert bench.alerts() == {}


def test_the_same_role_at_another_site_has_the_rules_own(bench: Bench) -> None:
    cpu(bench, "b1", 79, 79, 79)
    assert bench.alerts() == {}
    cpu(bench, "b1", 81)
    assert (bench.alerts()["cpu", "b1"].limit, bench.alerts()["cpu", "b1"].severity) == (80, Severity.WARNING)


def test_an_overrides_severity_goes_before_that_of_the_role(bench: Bench) -> None:
    cpu(bench, "core-1", 81)
    assert bench.alerts()["cpu", "core-1"].severity is Severity.CRITICAL


def test_what_is_excluded_is_not_judged_whatever_an_override_says(bench: Bench) -> None:
    cpu(bench, "a3", 99, 99, 99, 99)
    assert bench.alerts() == {}


@pytest.mark.parametrize(
    ("device", "interface", "severity"),
    [
        ("county-b", "up1", Severity.CRITICAL),
        ("county-b", "up2", None),
        ("county-b", "to-b1", None),
        ("core-1", "down1", Severity.MINOR),
        ("agg-1", "up1", None),
    ],
)
def test_interfaces_are_chosen_by_name_and_role(
    bench: Bench, device: str, interface: str, severity: Severity | None
) -> None:
    bench.see(bench.look(device, interfaces=(InterfaceReading(interface, 1, 1, in_util=90.0),)))
    found = bench.alerts().get(("load", f"{device}/{interface}"))
    assert (found and found.severity) == severity


FAN = """
id: fan
kind: health-state
health: fan
severity: minor
overrides:
  - {device: a2, flap: {watch: false}}
  - {role: access, entity: "/^Fan/", flap: {above: 5}}
""".replace("\n  -", "\n      -")


def comings(bench: Bench, device: str, entity: str, times: int) -> list[str]:
    """What is told of a fan that fails and mends again and again."""
    bench.told()
    for _ in range(times):
        for status in (HealthStatus.CRITICAL, HealthStatus.OK):
            fan = HealthReading(entity, "fan", 2.0, "", status, limit_source=LimitSource.DEVICE, word="x")
            bench.see(bench.look(device, health=(fan,)))
            bench.clock.advance(10 * SECOND)
    return [kind for kind, _, _ in bench.told()]


@pytest.mark.parametrize(
    ("device", "entity", "raised"),
    [("county-a", "Fan 1", 6), ("a1", "Fan 1", 3), ("a1", "tray", 6), ("a2", "Fan 1", 8)],
)
def test_an_override_weighs_coming_and_going_otherwise(
    network: Network, records: Records, clock: SteppedClock, tmp_path: Path, device: str, entity: str, raised: int
) -> None:
    """The usual penalty is above 35 with the sixth coming, and above 5 with the third."""
    bench = Bench(network, records, clock, rules=written(tmp_path, FAN))
    assert comings(bench, device, entity, 8).count("raised") == raised


def test_an_override_of_flapping_whose_figures_contradict_each_other_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="below must lie under start"):
        written(tmp_path, FAN.replace("above: 5", "below: 9"))


DISK = """
id: disk
kind: threshold
metric: disk
when: "> 90 %"
clear: "< 85 %"
scope: {exclude: [{entity: "/tmpfs/"}, {device: core-1, entity: log}]}
summary: "{entity} {value}"
"""


def test_sensors_that_a_scope_leaves_out_do_not_count_for_a_threshold(
    network: Network, records: Records, clock: SteppedClock, tmp_path: Path
) -> None:
    bench = Bench(network, records, clock, rules=written(tmp_path, DISK))

    def disks(device: str, **full: float) -> None:
        bench.see(
            bench.look(device, health=tuple(HealthReading(name, "disk", value, "%") for name, value in full.items()))
        )

    disks("core-1", tmpfs0=99.0, log=98.0, flash=20.0)
    assert bench.alerts() == {}
    disks("county-a", tmpfs0=99.0, log=98.0, flash=20.0)
    assert bench.alerts()["disk", "county-a"].summary == "log 98"
    disks("core-1", tmpfs0=99.0, log=98.0, flash=93.0)
    assert bench.alerts()["disk", "core-1"].summary == "flash 93"
    disks("core-1", tmpfs0=99.0, log=98.0, flash=20.0)
    assert ("disk", "core-1") not in bench.alerts()


def test_a_scope_may_be_a_department(network: Network, records: Records, clock: SteppedClock, tmp_path: Path) -> None:
    cpu = 'id: cpu\nkind: threshold\nmetric: cpu\nwhen: "> 80 %"\nclear: "< 60 %"\n'
    chosen = cpu + "scope: {include: [{department: 卫生健康}]}"
    bench = Bench(network, records, clock, rules=written(tmp_path, chosen))
    bench.see(*(bench.look(device, health=hot(value=95)) for device in ("a1", "county-a")))
    assert set(bench.alerts()) == {("cpu", "a1")}
