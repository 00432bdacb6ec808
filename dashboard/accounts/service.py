"""What can be done with accounts: create, log in, change the password. Plain functions in the caller's transaction."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.accounts import passwords
from dashboard.accounts.roles import Role
from dashboard.accounts.tables import Account
from foundation.clock import MINUTE, Instant
from foundation.problems import OperatorError, did_you_mean

LOCK_AFTER: Final = 5
"""Wrong passwords in a row that lock an account."""
LOCK_FOR: Final = 30 * MINUTE


@dataclass(frozen=True, slots=True)
class Person:
    """Who is logged in; a plain value, never the row."""

    id: int
    name: str
    role: Role
    first_password: bool
    """The generated password is still in use."""


class Outcome(StrEnum):
    """How an attempt to log in ended."""

    WELCOME = "welcome"
    REFUSED = "refused"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to log in. `person` only with WELCOME."""

    outcome: Outcome
    person: Person | None = None


def create_account(session: Session, name: str, role: str, now: Instant) -> str:
    """Create an account and return its generated password, which is kept nowhere else.

    Raises OperatorError when the name is taken or no name, or the role is unknown.
    """
    if not re.fullmatch(r"[\w.\-@]{1,64}", name):
        raise OperatorError(f'"{name}" is no account name: use 1 to 64 letters, digits, dots, hyphens or underscores.')
    if role not in set(Role):
        hint = did_you_mean(role, list(Role)) or f"Roles are {', '.join(Role)}."
        raise OperatorError(f'There is no role "{role}". {hint}')
    if session.scalar(select(Account.id).where(Account.name == name)) is not None:
        raise OperatorError(f'The account "{name}" exists already. Choose another name.')
    password = passwords.generate()
    session.add(Account(name=name, role=role, password_hash=passwords.hashed(password), failed=0, created_at=now))
    session.flush()
    return password


def reset_password(session: Session, name: str) -> str:
    """Give an account a new generated password and return it; a lock is lifted, and it must be changed at the login.

    Raises OperatorError when there is no such account.
    """
    row = session.scalar(select(Account).where(Account.name == name))
    if row is None:
        known = session.scalars(select(Account.name)).all()
        raise OperatorError(f'There is no account "{name}". {did_you_mean(name, known)}'.rstrip())
    password = passwords.generate()
    row.password_hash = passwords.hashed(password)
    row.password_changed_at, row.failed, row.locked_until = None, 0, None
    return password


def any_account(session: Session) -> bool:
    """Whether there is an account at all."""
    return session.scalar(select(Account.id).limit(1)) is not None


def person(session: Session, account: int) -> Person | None:
    """The person of an account's id, or None when it is gone."""
    row = session.get(Account, account)
    return None if row is None else _person(row)


def log_in(session: Session, name: str, password: str, now: Instant) -> Attempt:
    """Judge a name and password. Five wrong ones in a row lock the account for half an hour.

    While it is locked no password is looked at. An unknown name is refused like a wrong password, in the same time.
    """
    row = session.scalar(select(Account).where(Account.name == name))
    if row is None or len(password) > passwords.MAXIMUM_LENGTH:
        passwords.matches(passwords.decoy(), password[: passwords.MAXIMUM_LENGTH])
        return Attempt(Outcome.REFUSED)
    if row.locked_until is not None and now < row.locked_until:
        return Attempt(Outcome.LOCKED)
    if not passwords.matches(row.password_hash, password):
        row.failed += 1
        if row.failed < LOCK_AFTER:
            return Attempt(Outcome.REFUSED)
        row.failed, row.locked_until = 0, now + LOCK_FOR
        return Attempt(Outcome.LOCKED)
    row.failed, row.locked_until = 0, None
    return Attempt(Outcome.WELCOME, _person(row))


def change_password(session: Session, account: int, current: str, new: str, now: Instant) -> bool:
    """Set a new password; False when the current one is wrong.

    Raises OperatorError when the new one breaks the rules or is the old one.
    """
    row = session.get(Account, account)
    if row is None or not passwords.matches(row.password_hash, current):
        return False
    if not passwords.acceptable(new, row.name) or new == current:
        raise OperatorError(
            "The new password is refused: use at least ten characters of three kinds (small letters, capitals, digits, "
            "others), without your name, and not the old one."
        )
    row.password_hash = passwords.hashed(new)
    row.password_changed_at = now
    return True


def _person(row: Account) -> Person:
    return Person(row.id, row.name, Role(row.role), row.password_changed_at is None)
