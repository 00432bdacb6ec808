"""The incidents' tables."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import Base


class Incident(Base):
    """One ticket: people's object, opened for one root cause."""

    __tablename__ = "incident"
    __table_args__ = (UniqueConstraint("day", "sequence"), Index("ix_incident_device_state", "device", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(index=True)
    """What people say: YN1124-0012. Unique within its year; `day` and `sequence` are unique for ever."""
    day: Mapped[str]
    """The local day of its opening, 2026-11-24."""
    sequence: Mapped[int]
    title: Mapped[str]
    title_en: Mapped[str]
    fault_class: Mapped[int]
    """1 to 4. It only ever rises while the incident lives: the worst moment is what counts."""
    severity: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    rule: Mapped[str]
    """The rule of the leading alert, and below the object it is about."""
    object_kind: Mapped[str]
    object_id: Mapped[str] = mapped_column(index=True)
    device: Mapped[str]
    division: Mapped[str] = mapped_column(index=True)
    outage: Mapped[bool]
    """The leading alert is an outage, not a threshold."""
    place: Mapped[str]
    """The short words of text messages: 昭通镇雄县路由器, and below 失联, and 昭通."""
    word: Mapped[str]
    prefecture: Mapped[str]
    started_at: Mapped[int] = mapped_column(index=True)
    """When the fault occurred: the first miss."""
    discovered_at: Mapped[int]
    """When the platform judged it: the statutory clocks begin here."""
    first_acknowledged_at: Mapped[int | None]
    """Kept through relapses: MTTA is measured to here."""
    acknowledged_at: Mapped[int | None]
    acknowledged_by: Mapped[str | None]
    recovered_at: Mapped[int | None]
    closed_at: Mapped[int | None]
    closed_by: Mapped[str | None]
    close_reason: Mapped[str | None]
    assigned_to: Mapped[str | None]
    runbook: Mapped[str | None]
    runbook_title: Mapped[str] = mapped_column(default="")
    agencies: Mapped[int] = mapped_column(default=0)
    """Cut off now; and below the most there ever were."""
    counties: Mapped[int] = mapped_column(default=0)
    private_networks: Mapped[int] = mapped_column(default=0)
    most_agencies: Mapped[int] = mapped_column(default=0)
    degraded_agencies: Mapped[int] = mapped_column(default=0, server_default="0")
    """Still served now, but over fewer ways than with everything in order; those cut off are not counted."""
    relapses: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=0)
    """Counts the escalation plans: a relapse or a graver class starts a new one."""


class IncidentAlert(Base):
    """An alert that belongs to an incident."""

    __tablename__ = "incident_alert"

    incident: Mapped[int] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    alert: Mapped[int] = mapped_column(primary_key=True, index=True)
    rule: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[str]
    severity: Mapped[str]
    outage: Mapped[bool]
    state: Mapped[str]
    """`firing`, `suppressed` or `cleared`."""
    joined_at: Mapped[int]
    cleared_at: Mapped[int | None]


class IncidentEntry(Base):
    """One entry of an incident's timeline. Entries are only ever added."""

    __tablename__ = "incident_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    at: Mapped[int]
    kind: Mapped[str]
    actor: Mapped[str]
    source: Mapped[str]
    text: Mapped[str]
    text_en: Mapped[str]


class IncidentImpact(Base):
    """Who was cut off, or lost redundancy, by one of the incident's alerts, from when until when."""

    __tablename__ = "incident_impact"
    __table_args__ = (Index("ix_incident_impact_object", "kind", "object"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    incident: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    alert: Mapped[int]
    kind: Mapped[str]
    """`agency`, `county` or `private_network`: cut off; the same after `degraded_`: still served, over fewer ways."""
    object: Mapped[str]
    name: Mapped[str]
    """As it was called then."""
    name_en: Mapped[str]
    from_at: Mapped[int]
    until_at: Mapped[int | None]


class IncidentStep(Base):
    """One step of the runbook, its text frozen when the incident was opened."""

    __tablename__ = "incident_step"

    incident: Mapped[int] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str]
    done_at: Mapped[int | None]
    done_by: Mapped[str | None]


class EscalationStep(Base):
    """One step of the escalation plan, frozen when the plan was made. Who is on duty is asked when it fires."""

    __tablename__ = "escalation_step"
    __table_args__ = (Index("ix_escalation_step_due", "state", "due_at"),)

    incident: Mapped[int] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    due_at: Mapped[int]
    calls: Mapped[str]
    """Whom it calls: `530627:operator 530600:operator`, centres and roles."""
    state: Mapped[str]
    """`waiting`, `fired` or `stopped`."""
    fired_at: Mapped[int | None]
