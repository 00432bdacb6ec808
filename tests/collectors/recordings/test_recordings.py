"""Every recording is polled to its end, read as LibreNMS reads it or differently for a reason, and cheaply."""

from pathlib import Path
from typing import Final

import pytest

from collectors.snmp import oids
from foundation.messages import HealthStatus
from tests.collectors.processes import read_recording
from tests.collectors.recordings.reasons import explained, unexplained
from tests.collectors.recordings.sources import Source
from tests.collectors.recordings.table import AGREEMENT, FAMILIES, Device, agreement, families, section

PAGE: Final = Path(__file__).resolve().parents[3] / "docs" / "devices.md"
WRITE_ANEW: Final = "write docs/devices.md anew by `python -m scripts.device_agreement`, and read what changed"

FAMILY: Final = {
    "apc_smt750x-nmc2": ("apc-ups", "charge load temperature output"),
    "apc-8641": ("apc-pdu", "power_draw current"),
    "avtech_roomalert12e": ("avtech-roomalert", "temperature humidity contact"),
    "bdcom-s5612": ("bdcom-switch", "cpu memory"),
    "cisco-c3560": ("cisco-ios", "cpu memory temperature fan power"),
    "cisco-n5000": ("cisco-nxos", "cpu memory temperature fan power"),
    "comware": ("h3c-comware", "cpu memory temperature fan power optical_rx"),
    "dcrs-5980-28t-dc": ("dcn-switch", "cpu memory temperature"),
    "dptech-dpx800-a5": ("dptech", "cpu memory temperature sessions"),
    "eaton-93e-80": ("ups-mib", "battery charge load output"),
    "fortigate_60f3g4g": ("fortinet-fortigate", "cpu memory sessions temperature alarm"),
    "fortinet-xcu": ("fortinet-fortigate", "cpu memory temperature fan_speed voltage"),
    "h3c-comware-7-1-075": ("h3c-comware", "cpu memory temperature fan power module optical_tx"),
    "h3c-e528-2": ("h3c-comware", "cpu memory temperature fan power"),
    "h3c-wx6103": ("h3c-comware", "cpu memory temperature"),
    "huawei-gse200m": ("huawei-ups-gse200m", "battery output load voltage"),
    "huawei-s5720": ("huawei-vrp", "cpu memory temperature fan"),
    "huaweiups_ups2000": ("huawei-ups", "battery charge output load voltage"),
    "ibm-x3550-m3": ("net-snmp", "cpu memory"),
    "iosxe_c9500h-svl": ("cisco-ios", "cpu memory temperature fan power module optical_rx"),
    "iosxr_ncs55a2": ("cisco-iosxr", "cpu memory temperature fan power module optical_rx"),
    "junos_mx5t-isis": ("juniper-junos", "cpu memory temperature fan power module alarm optical_rx"),
    "juniper-mx960-12-3r6-6": ("juniper-junos", "cpu memory temperature fan power module alarm"),
    "linux_powermon": ("net-snmp", "cpu memory temperature disk"),
    "maipu-sm4200-16gef8ge-ac": ("maipu-sm", "cpu memory temperature"),
    "mypoweros": ("maipu-mypower", "cpu memory"),
    "nxos_n3k-3064pq": ("cisco-nxos", "cpu memory temperature fan power optical_tx"),
    "raisecom-ros": ("raisecom-ros", "cpu memory temperature optical_rx"),
    "ruijie": ("ruijie-rgos", ""),
    "ruijie-s5750-24gt12sfp": ("ruijie-rgos", "cpu memory"),
    "sangfor-ad1800-fp2": ("sangfor", "cpu memory sessions"),
    "stoneos": ("hillstone-stoneos", "cpu memory temperature power"),
    "topsec-ngfw4000-uf": ("topsec-tos", "cpu memory"),
    "venus-vsos-v0600r0705b20180507": ("venustech-vsos", "cpu memory sessions"),
    "vrp_5720": ("huawei-vrp", "cpu memory temperature optical_rx optical_tx"),
    "vrp_ac6605-26": ("huawei-vrp", "cpu memory temperature power_draw"),
    "vrp_ne": ("huawei-vrp", ""),
    "yunshan": ("huawei-yunshan", "cpu memory temperature fan power optical_rx"),
    "zte-zxr10-5250": ("zte-zxr10-access", "cpu"),
}
"""The family of each recording, and kinds that must be found in it. Two hold no vendor's objects at all."""


@pytest.mark.slow
def test_every_recording_is_polled_to_its_end(source: Source, devices: list[Device]) -> None:
    assert [device.name for device in devices] == list(source.recordings)
    for device in devices:
        recording = read_recording(source.recordings[device.name])
        states = {
            oid.rpartition(".")[2]: row for oid, row in recording.items() if oid.startswith(f"{oids.IF_OPER_STATUS}.")
        }
        assert {str(index) for index in device.look.ports} == set(states), device.name
        for index, reading in device.look.ports.items():
            assert str(reading.oper) == states[str(index)][1], (device.name, reading.name)
        names = [interface.name for interface in device.look.inventory.interfaces]
        assert len(names) == len(set(names)), device.name


@pytest.mark.slow
def test_every_recording_is_of_a_known_family_and_shows_its_health(devices: list[Device]) -> None:
    for device in devices:
        family, kinds = FAMILY[device.name]
        assert device.look.inventory.profile == family
        known = [reading.health for reading in device.look.readings if reading.health is not None]
        assert set(kinds.split()) <= {reading.kind for reading in known}, device.name
        assert all(reading.status is not HealthStatus.UNKNOWN for reading in known), device.name
        assert len({(reading.kind, reading.entity) for reading in known}) == len(known), device.name


@pytest.mark.slow
def test_every_port_that_librenms_knows_is_the_same_here(devices: list[Device]) -> None:
    assert [port for device in devices for port in device.ports if not explained(port)] == []


@pytest.mark.slow
def test_every_difference_from_librenms_is_explained(devices: list[Device]) -> None:
    assert unexplained(finding for device in devices for finding in device.findings) == []


@pytest.mark.slow
def test_a_routine_look_at_a_switch_of_fifty_ports_takes_far_less_than_sixty_requests(devices: list[Device]) -> None:
    switches = [device for device in devices if 40 <= len(device.look.ports) <= 60]
    assert switches
    assert {device.name: device.look.routine_requests for device in switches if device.look.routine_requests > 20} == {}


@pytest.mark.slow
def test_the_table_of_agreement_is_current(source: Source, devices: list[Device]) -> None:
    if source.expected:
        assert section(PAGE.read_text(encoding="utf-8"), AGREEMENT) == agreement(devices), WRITE_ANEW


def test_the_table_of_families_is_current() -> None:
    assert section(PAGE.read_text(encoding="utf-8"), FAMILIES) == families(), WRITE_ANEW
