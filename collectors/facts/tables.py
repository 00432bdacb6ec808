"""The table of facts: one row a device."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.clock import Instant
from storage.records.base import Base


class DeviceFacts(Base):
    """The last inventory of a device and the last tuning, each as a JSON document with its moment."""

    __tablename__ = "device_facts"

    device: Mapped[str] = mapped_column(String(80), primary_key=True)
    inventory_at: Mapped[Instant | None]
    inventory: Mapped[str | None] = mapped_column(Text)
    """See `collectors.facts.document`."""
    tuning_at: Mapped[Instant | None]
    tuning: Mapped[str | None] = mapped_column(Text)
