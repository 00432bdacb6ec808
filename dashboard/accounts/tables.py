"""The table of accounts."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import Base


class Account(Base):
    """One person who may log in. The password itself is never kept: `password_hash` is Argon2id."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str] = mapped_column(String(256))
    failed: Mapped[int] = mapped_column(default=0)
    """Wrong passwords in a row."""
    locked_until: Mapped[int | None] = mapped_column(default=None)
    created_at: Mapped[int]
    password_changed_at: Mapped[int | None] = mapped_column(default=None)
    """None while the generated password is still in use."""
