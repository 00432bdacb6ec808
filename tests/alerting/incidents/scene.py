"""The small network with its people, runbooks and an acting responder: what the scenarios of this room play on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time

from alerting.changes import AlertChange, ChangeKind, ObjectKind, Severity
from alerting.incidents import actions, queries
from alerting.incidents.due import work_due
from alerting.incidents.responder import IncidentResponder
from alerting.incidents.settings import ActingSettings
from alerting.incidents.views import IncidentView
from alerting.notify.queries import MessageView, recent_messages
from alerting.oncall.duty import Centre, Person
from alerting.oncall.roster import Roster
from alerting.runbooks.library import RunbookLibrary
from alerting.runbooks.model import Runbook, Step
from foundation.clock import SteppedClock
from storage.records.database import Records
from topology.network import CutOff, Network

SUMMARIES = {"device-down": "失联", "cpu-high": "CPU 过高"}


def centre(code: str) -> Centre:
    """Two operators by turns, one leader and one director; ids such as `530627-o1`."""
    names = ("o1", "o2", "leader", "director")
    people = {
        f"{code}-{name}": Person(f"{code}-{name}", f"{name}", f"1{code}000{rank}", f"{code}-{name}@yunwei.example")
        for rank, name in enumerate(names)
    }
    return Centre(
        code,
        people,
        (f"{code}-o1", f"{code}-o2"),
        (f"{code}-leader",),
        f"{code}-director",
        date(2026, 11, 24),
        24,
        time(8, 30),
    )


def roster(network: Network) -> Roster:
    """People for each centre that a division names."""
    served = {division.code: division.centre for division in network.divisions.values()}
    return Roster({code: centre(code) for code in set(served.values())}, served)


def runbooks() -> RunbookLibrary:
    """One for lost devices with two steps, one for high load with one."""
    return RunbookLibrary(
        [
            Runbook(
                "down",
                "设备失联",
                "Device down",
                {"rule": ("device-down",)},
                (),
                (Step(1, "看电源"), Step(2, "看链路")),
            ),
            Runbook("load", "负荷过高", "Load high", {"rule": ("cpu-high",)}, (), (Step(1, "查进程"),)),
        ]
    )


@dataclass
class Scene:
    """Plays alerts and people's actions, each in its own transaction at the clock's time."""

    network: Network
    records: Records
    clock: SteppedClock
    settings: ActingSettings = field(default_factory=ActingSettings)

    def __post_init__(self) -> None:
        self.roster = roster(self.network)
        self.responder = IncidentResponder(self.network, runbooks(), self.roster, self.settings)

    def change(
        self,
        kind: ChangeKind,
        alert: int,
        device: str = "county-a",
        *,
        rule: str = "device-down",
        severity: Severity = Severity.MAJOR,
        link: str | None = None,
        interface: str | None = None,
        cut: Iterable[str] | None = None,
        by: str = "",
    ) -> AlertChange:
        """A change of an alert; `cut` are the devices of which the agencies are cut off."""
        found = self.network.devices[device]
        impact: CutOff | None = None
        if cut is not None:
            impact = self.network.impact_of(cut)
        elif rule == "device-down":
            impact = self.network.cut_off([device])
        elif rule == "link-down" and link is not None:
            impact = self.network.cut_off(links=[link])
        object_kind, object_id = ObjectKind.DEVICE, device
        if link is not None:
            object_kind, object_id = ObjectKind.LINK, link
        elif interface is not None:
            object_kind, object_id = ObjectKind.INTERFACE, f"{device}/{interface}"
        now = self.clock.now()
        return AlertChange(
            kind=kind,
            alert=alert,
            rule=rule,
            object_kind=object_kind,
            object_id=object_id,
            device=device,
            division=found.division,
            severity=severity,
            started_at=now - 12_000,
            at=now,
            summary=f"{found.name} {SUMMARIES.get(rule, rule)}",
            summary_en=f"{device} {rule}",
            labels={"rule": rule, "role": found.role.value},
            cut_off=impact,
            suppressed_by=by,
        )

    def respond(self, *changes: AlertChange) -> list[int]:
        """Let the responder act; the ids of the incidents that changed."""
        with self.records.transaction() as session:
            messages = self.responder.respond(session, changes, self.clock.now())
        return [message.incident for message in messages if hasattr(message, "incident")]

    def raised(self, alert: int, device: str = "county-a", **more: object) -> int:
        """An alert is raised; the id of its incident."""
        (incident,) = self.respond(self.change(ChangeKind.RAISED, alert, device, **more))  # type: ignore[arg-type]
        return incident

    def updated(self, alert: int, device: str = "county-a", **more: object) -> None:
        """An alert changed while it fires."""
        self.respond(self.change(ChangeKind.UPDATED, alert, device, **more))  # type: ignore[arg-type]

    def suppressed(self, alert: int, device: str = "county-a", **more: object) -> None:
        """Something else explains an alert."""
        self.respond(self.change(ChangeKind.SUPPRESSED, alert, device, **more))  # type: ignore[arg-type]

    def cleared(self, alert: int, device: str = "county-a", **more: object) -> None:
        """An alert is over."""
        self.respond(self.change(ChangeKind.CLEARED, alert, device, **more))  # type: ignore[arg-type]

    def due(self) -> None:
        """What the scheduler does every few seconds."""
        with self.records.transaction() as session:
            work_due(session, self.clock.now(), self.network, self.roster, self.settings)

    def acknowledge(self, incident: int, actor: str = "张三") -> None:
        """A person takes the incident."""
        with self.records.transaction() as session:
            actions.acknowledge(session, incident, actor, self.clock.now(), source="test")

    def close(self, incident: int, reason: str = "已处理", actor: str = "张三") -> None:
        """A person closes the incident."""
        with self.records.transaction() as session:
            actions.close(session, incident, reason, actor, self.clock.now(), source="test")

    def incident(self, incident: int) -> IncidentView:
        """The incident as it stands."""
        with self.records.reading() as session:
            found = queries.incident(session, incident)
        assert found is not None
        return found

    def kinds(self, incident: int) -> list[str]:
        """The kinds of the timeline's entries, in order."""
        with self.records.reading() as session:
            return [entry.kind for entry in queries.timeline(session, incident)]

    def texts(self) -> list[MessageView]:
        """All text messages, in the order of their making."""
        with self.records.reading() as session:
            return [message for message in reversed(recent_messages(session, 1000)) if message.channel == "sms"]
