"""Why a reading differs: every difference falls under one of these, or the test of the agreement fails. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tests.collectors.recordings.comparing import Finding, Outcome, PortFinding


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause of differences, in words for docs/devices.md."""

    title: str
    words: str


@dataclass(frozen=True, slots=True)
class _Rule:
    reason: Reason
    outcomes: frozenset[Outcome]
    groups: frozenset[str]
    """Empty for all."""
    objects: tuple[str, ...]
    """Prefixes; empty for all."""
    device: str = ""

    def holds(self, finding: Finding) -> bool:
        return (
            finding.outcome in self.outcomes
            and (not self.groups or finding.group in self.groups)
            and (not self.device or finding.device == self.device)
            and (not self.objects or any(finding.oid.startswith(f"{prefix}.") for prefix in self.objects))
        )


def _rule(reason: Reason, outcomes: Outcome | set[Outcome], groups: str, *objects: str, device: str = "") -> _Rule:
    asked = frozenset({outcomes} if isinstance(outcomes, Outcome) else outcomes)
    return _Rule(reason, asked, frozenset(groups.split()), objects, device)


MEAN = Reason(
    "Another mean",
    "The same processor: LibreNMS reads its mean of five minutes, we that of one, since we ask each minute.",
)
CORES = Reason(
    "Single cores",
    "LibreNMS has a row for each core or thread. We read what the device tells of the whole processor; where it tells "
    "cores only and more than 16 of them, their mean: one busy core is no fault.",
)
RUNNING = Reason(
    "Running, or only plugged in",
    "Of Juniper's fans and supplies LibreNMS reads jnxFruState (6: online), we jnxOperatingState (2: running), which "
    "also tells a fan that has stopped. Neither finds a fault.",
)
LANES = Reason(
    "Single lanes", "LibreNMS reads each lane of an optical module besides the module; we read the module's own value."
)
NO_LIGHT = Reason(
    "No light",
    "A receiver without light, or a laser that is off, tells 0 or -40 dBm. That is no measurement: it is left out "
    "here, or unknown when it comes later. The port's own state tells the fault.",
)
TWICE = Reason(
    "Told twice",
    "Temperatures and supplies that IOS-XE tells in two MIBs with the same indexes. We read each once: temperatures "
    "from CISCO-ENTITY-SENSOR-MIB, which has the limits, supplies from CISCO-ENVMON-MIB.",
)
ROLES = Reason(
    "Roles and settings",
    "Who is master, which redundancy mode is set, whether a configuration was loaded: facts, but no health. Where they "
    "fail, states that we read tell it.",
)
COUNTS = Reason(
    "Counts of use",
    "Sessions a second, users and tunnels of a VPN, devices fed over Ethernet: use, not health. We read the sessions.",
)
KEPT_BACK = Reason(
    "Memory kept back",
    "Pools that hold the system's image or are reserved for it are always as full as they are; we leave them out.",
)
PARTS = Reason(
    "Parts of memory",
    "LibreNMS has rows for buffers, cache, shared and virtual memory and swap. We read main memory, less what buffers "
    "and cache would give back.",
)
EMPTY = Reason("Empty places", "Places for power supplies where none is installed are no sensors here.")
FREQUENCY = Reason("Frequency", "We have no kind of reading for mains frequency.")
NO_VALUE = Reason("No value", "The device tells 4294967295 or 0, which means that it does not know.")
ON_BATTERY = Reason(
    "Time on battery", "How long a UPS has been running on its battery follows from when its output's source changed."
)
KILOWATTS = Reason("Whole kilowatts", "This UPS tells its output power as 1 at 230 V and 7.2 A: that says too little.")
AVERAGE = Reason("Averages", "The power drawn is read as it is; averages come from the history.")
NO_UNIT = Reason(
    "No unit",
    "The MIB gives no unit for it, and the values allow more than one: a board's voltage of 3, a fan's speed of 20.",
)
OPTICS = Reason("Optics", "LibreNMS's definitions for this family have no optical modules, or only their temperature.")
SHUT = Reason("Shut ports", "LibreNMS leaves out optics of ports that are shut; we leave out what has no light.")
VALUE_TOO = Reason(
    "The value, too", "LibreNMS reads only the alarm flag of FortiGate's hardware sensors; we also the value."
)
WHOLE = Reason("The whole machine", "Processor and memory of the whole machine, besides one process's pools.")
DISKS = Reason("Disks", "LibreNMS keeps disks in a module that its test data leaves out.")
UNREAD = Reason("Not read there", "LibreNMS's definitions for this family do not read it.")

THEIRS, OURS, OTHER, DIFFERENT = Outcome.THEIRS, Outcome.OURS, Outcome.OTHER, Outcome.DIFFERENT

RULES: Final = (
    _rule(MEAN, OTHER, "processors", "1.3.6.1.4.1.9.9.109.1.1.1.1.8"),
    _rule(CORES, THEIRS, "processors", "1.3.6.1.4.1.9.9.109.1.1.2.1.5", "1.3.6.1.4.1.12356.101.4.4.2.1.2"),
    _rule(CORES, {THEIRS, DIFFERENT}, "processors", "1.3.6.1.2.1.25.3.3.1.2"),
    _rule(RUNNING, OTHER, "state", "1.3.6.1.4.1.2636.3.1.15.1.8"),
    _rule(LANES, THEIRS, "dbm", "1.3.6.1.4.1.2636.3.60.1.2.1.1"),
    _rule(NO_LIGHT, THEIRS, "dbm", "1.3.6.1.4.1.9.9.91.1.1.1.1.4"),
    _rule(TWICE, THEIRS, "temperature state", "1.3.6.1.4.1.9.9.13.1.3.1", "1.3.6.1.4.1.9.9.117.1.1.2.1.2"),
    _rule(ROLES, THEIRS, "state", "1.3.6.1.4.1.9.9.176.1", "1.3.6.1.4.1.9.9.500.1.2.1.1.3"),
    _rule(ROLES, THEIRS, "state", "1.3.6.1.4.1.2011.6.139", "1.3.6.1.4.1.8886", "1.3.6.1.4.1.12356.101.12"),
    _rule(COUNTS, THEIRS, "count", "1.3.6.1.4.1.12356.101", "1.3.6.1.4.1.9.9.402.1.4"),
    _rule(KEPT_BACK, THEIRS, "memory", "1.3.6.1.4.1.9.9.221.1.1.1.1"),
    _rule(PARTS, THEIRS, "memory", "1.3.6.1.2.1.25.2.3.1.6"),
    _rule(EMPTY, THEIRS, "state", "1.3.6.1.4.1.25506.8.35.9"),
    _rule(FREQUENCY, THEIRS, "frequency"),
    _rule(NO_VALUE, THEIRS, "runtime", "1.3.6.1.2.1.33.1.2.3"),
    _rule(NO_VALUE, THEIRS, "power", "1.3.6.1.4.1.2011.6.157.2"),
    _rule(ON_BATTERY, THEIRS, "runtime", "1.3.6.1.2.1.33.1.2.2"),
    _rule(KILOWATTS, THEIRS, "power", "1.3.6.1.2.1.33.1.4.4.1.4"),
    _rule(AVERAGE, THEIRS, "power", "1.3.6.1.4.1.2011.6.157.1.3"),
    _rule(NO_UNIT, THEIRS, "voltage percent", "1.3.6.1.4.1.2011.5.25.31.1.1"),
    _rule(SHUT, OURS, "dbm temperature voltage current", "1.3.6.1.4.1.2011.5.25.31.1.1.3.1"),
    _rule(OPTICS, OURS, "dbm temperature voltage current", "1.3.6.1.4.1.25506.2.70", "1.3.6.1.4.1.8886.60.18"),
    _rule(VALUE_TOO, OURS, "temperature voltage fanspeed", "1.3.6.1.4.1.12356.101.4.3.2.1.3"),
    _rule(WHOLE, OURS, "processors memory", "1.3.6.1.4.1.9.9.109.1.1.1.1"),
    _rule(DISKS, OURS, "disk", "1.3.6.1.2.1.25.2.3.1"),
    _rule(UNREAD, OURS, "memory", "1.3.6.1.4.1.2011.5.25.31.1.1.1.1.7"),
)
"""The first that holds is why."""


def why(finding: Finding) -> Reason | None:
    """The cause of a difference; None where the reading is equal, or nothing explains it."""
    return next((rule.reason for rule in RULES if rule.holds(finding)), None)


LEFT_OUT: Final = ("unrouted VLAN", "VLAN-", "Virtual-Template", "-mpls")
"""In names of interfaces that LibreNMS leaves out on purpose."""


def explained(port: PortFinding) -> bool:
    """Whether a port is equal, or one that LibreNMS leaves out by its name."""
    return not port.difference or (port.difference == "only ours" and any(word in port.name for word in LEFT_OUT))


def unexplained(findings: Iterable[Finding]) -> list[Finding]:
    """Differences that nothing explains."""
    return [finding for finding in findings if finding.outcome is not Outcome.EQUAL and why(finding) is None]
