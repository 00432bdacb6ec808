"""Renders docs/devices.md: the families, and the agreement with LibreNMS. Pure but for reading the profiles."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from collectors.snmp.profiles.loader import SHIPPED, read_profiles
from collectors.snmp.profiles.schema import ProfileFile
from tests.collectors.recordings.comparing import Finding, Outcome, PortFinding, group_of
from tests.collectors.recordings.looks import Look
from tests.collectors.recordings.reasons import Reason, why

TITLES: Final[Mapping[str, str]] = {
    "apc_smt750x-nmc2": "APC Smart-UPS X 750",
    "avtech_roomalert12e": "AVTECH Room Alert 12E",
    "comware": "HP 5700 stack, Comware 7",
    "dcrs-5980-28t-dc": "Digital China DCRS-5980",
    "dptech-dpx800-a5": "DPtech DPX8000-A5",
    "fortigate_60f3g4g": "Fortinet FortiGate 60F",
    "h3c-comware-7-1-075": "H3C SR8808-X, Comware 7",
    "h3c-e528-2": "H3C E528, Comware 5",
    "huaweiups_ups2000": "Huawei UPS2000",
    "iosxe_c9500h-svl": "Cisco Catalyst 9500H pair",
    "iosxr_ncs55a2": "Cisco NCS 55A2, IOS XR",
    "junos_mx5t-isis": "Juniper MX5-T",
    "linux_powermon": "Linux server, net-snmp",
    "mypoweros": "Maipu MyPower S3220",
    "nxos_n3k-3064pq": "Cisco Nexus 3064PQ",
    "raisecom-ros": "Raisecom RAX711-C",
    "ruijie-s5750-24gt12sfp": "Ruijie S5750",
    "ruijie": "Ruijie S6220",
    "sangfor-ad1800-fp2": "Sangfor AD-1800",
    "stoneos": "Hillstone SG-6000",
    "topsec-ngfw4000-uf": "Topsec NGFW4000-UF",
    "vrp_5720": "Huawei S5720-56C",
    "vrp_ac6605-26": "Huawei AC6605",
    "vrp_ne": "Huawei NetEngine",
    "yunshan": "Huawei S6750-H, YunShan OS",
    "zte-zxr10-5250": "ZTE ZXR10 5250",
}
"""What a recording was taken from."""

OUTCOMES: Final = tuple(Outcome)


@dataclass(frozen=True, slots=True)
class Device:
    """One recording: how it was seen, and how that compares; without findings where nothing is there to compare."""

    name: str
    look: Look
    compared: bool
    ports: tuple[PortFinding, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def title(self) -> str:
        """For people."""
        return TITLES.get(self.name, self.name)


def families() -> str:
    """The families that have a profile, and what each reads."""
    rows = [
        (f"`{name}`", profile.title, ", ".join(profile.match.objects), ", ".join(kinds(profile)))
        for name, profile in sorted(read_profiles(SHIPPED, label="profiles").items())
        if profile.match is not None
    ]
    return table(("profile", "for", "sysObjectID below", "reads"), rows)


def kinds(profile: ProfileFile) -> list[str]:
    """The kinds of sensors that a profile's own rules find, in their order."""
    found = [rule.kind or f"{rule.form} table" for rule in profile.sensors]
    return list(dict.fromkeys(found))


def agreement(devices: Iterable[Device]) -> str:
    """All of the comparison."""
    devices = list(devices)
    compared = [device for device in devices if device.compared]
    return "\n\n".join(
        (_figures(devices), _overview(devices), _by_class(compared), _reasons(compared), _ports(compared))
    )


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """A Markdown table; columns of numbers stand to the right."""
    rows = list(rows)
    marks = [
        "---:" if rows and all(isinstance(row[place], int) or row[place] == "" for row in rows) else "---"
        for place in range(len(head))
    ]
    lines = [head, tuple(marks), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _count(findings: Iterable[Finding], outcome: Outcome) -> int:
    return sum(finding.outcome is outcome for finding in findings)


def _figures(devices: list[Device]) -> str:
    ports = [port for device in devices for port in device.ports]
    findings = [finding for device in devices for finding in device.findings]
    same = sum(not port.difference for port in ports)
    told = sum(port.difference != "only ours" for port in ports)
    both = [finding for finding in findings if finding.outcome in (Outcome.EQUAL, Outcome.DIFFERENT)]
    most = max(devices, key=lambda device: device.look.routine_requests)
    theirs = len(findings) - _count(findings, Outcome.OURS)
    return (
        f"- {len(devices)} recordings, {sum(device.compared for device in devices)} of them with LibreNMS's reading.\n"
        f"- Of its {told} ports {same} are equal: ifName, ifDescr, admin and oper state, speed.\n"
        f"- Of its {theirs} processors, memories and sensors {len(both)} are read from the same object, and "
        f"{_count(findings, Outcome.EQUAL)} of these have the same value; {_count(findings, Outcome.OTHER)} are read "
        f"from another object of the same part; {_count(findings, Outcome.THEIRS)} are not read here.\n"
        f"- {_count(findings, Outcome.OURS)} more are read here only.\n"
        f"- A routine look, interfaces and sensors and all, takes at most {most.look.routine_requests} requests of "
        f"50 values ({most.title}: {len(most.look.ports)} ports, {len(most.look.readings)} sensors)."
    )


def _overview(devices: list[Device]) -> str:
    rows: list[tuple[object, ...]] = []
    for device in devices:
        readings = [reading for reading in device.look.readings if reading.health is not None]
        groups = Counter(
            "other" if group_of(one) not in ("processors", "memory") else group_of(one) for one in readings
        )
        ports: object = len(device.look.ports)
        if device.compared and device.ports:
            same = sum(not port.difference for port in device.ports)
            ports = f"{same} of {sum(port.difference != 'only ours' for port in device.ports)}"
        rows.append((
            device.title, f"`{device.look.inventory.profile}`", ports, groups["processors"], groups["memory"],
            groups["other"], device.look.routine_requests, device.look.values,
        ))  # fmt: skip
    head = ("device", "profile", "ports equal", "processors", "memory", "sensors", "requests a look", "values")
    return "### Every recording\n\n" + table(head, rows)


def _by_class(devices: list[Device]) -> str:
    parts = ["### Reading by reading"]
    for device in devices:
        if not device.findings:
            continue
        groups = sorted({finding.group for finding in device.findings}, key=_order)
        rows = [
            (group, *(_count((one for one in device.findings if one.group == group), outcome) for outcome in OUTCOMES))
            for group in groups
        ]
        why_not = Counter(reason.title for one in device.findings if (reason := why(one)) is not None)
        parts.append(f"**{device.title}**\n\n" + table(("", *(outcome.value for outcome in OUTCOMES)), rows))
        if why_not:
            parts.append("Differences: " + "; ".join(f"{title} {number}" for title, number in why_not.items()) + ".")
    return "\n\n".join(parts)


def _order(group: str) -> tuple[int, str]:
    return ({"processors": 0, "memory": 1}.get(group, 2), group)


def _reasons(devices: list[Device]) -> str:
    numbers: Counter[Reason] = Counter()
    where: dict[Reason, list[str]] = {}
    for device in devices:
        for finding in device.findings:
            reason = why(finding)
            if reason is not None:
                numbers[reason] += 1
                if device.title not in where.setdefault(reason, []):
                    where[reason].append(device.title)
    rows = [
        (reason.title, number, "; ".join(where[reason]), reason.words)
        for reason, number in sorted(numbers.items(), key=lambda entry: (-entry[1], entry[0].title))
    ]
    return "### Why they differ\n\n" + table(("cause", "readings", "devices", "in words"), rows)


def _ports(devices: list[Device]) -> str:
    rows = [
        (device.title, number, ", ".join(port.name for port in device.ports if port.difference))
        for device in devices
        if (number := sum(bool(port.difference) for port in device.ports))
    ]
    words = (
        "### Interfaces that only we have\n\nLibreNMS leaves out interfaces by their names: VLANs that are not routed, "
        "templates, the MPLS layers of ports. We know all of them, and poll what is physical, aggregated or declared."
    )
    return words + "\n\n" + table(("device", "interfaces", "names"), rows)


FAMILIES: Final = ("<!-- families: written by scripts/device_agreement.py -->", "<!-- end of families -->")
AGREEMENT: Final = ("<!-- agreement: written by scripts/device_agreement.py -->", "<!-- end of agreement -->")


def section(page: str, marks: tuple[str, str]) -> str:
    """What stands between two marks of a page."""
    return page.partition(marks[0])[2].partition(marks[1])[0].strip("\n")


def with_section(page: str, marks: tuple[str, str], text: str) -> str:
    """The page with that written anew."""
    before, _, rest = page.partition(marks[0])
    return f"{before}{marks[0]}\n\n{text}\n\n{marks[1]}{rest.partition(marks[1])[2]}"
