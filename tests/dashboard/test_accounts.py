"""Accounts: passwords, locks, roles."""

import pytest
from argon2 import PasswordHasher

import dashboard.accounts.tables  # noqa: F401 - makes the table known before the database is made
from dashboard.accounts import passwords
from dashboard.accounts.roles import Role
from dashboard.accounts.service import LOCK_AFTER, LOCK_FOR, Outcome, change_password, create_account, log_in
from dashboard.accounts.tables import Account
from foundation.clock import SteppedClock
from foundation.problems import OperatorError
from storage.records.database import Records


def test_a_generated_password_keeps_the_rules_and_opens_the_account(records: Records, clock: SteppedClock) -> None:
    with records.transaction() as session:
        password = create_account(session, "limin", "operator", clock.now())
    assert passwords.acceptable(password, "limin")
    with records.transaction() as session:
        attempt = log_in(session, "limin", password, clock.now())
    assert attempt.outcome is Outcome.WELCOME
    assert attempt.person is not None
    assert attempt.person.role is Role.OPERATOR
    assert attempt.person.first_password


def test_the_password_itself_is_nowhere_in_the_row(records: Records, clock: SteppedClock) -> None:
    with records.transaction() as session:
        password = create_account(session, "limin", "viewer", clock.now())
        row = session.query(Account).one()
        assert row.password_hash.startswith("$argon2id$")
        assert password not in repr(vars(row))


def test_five_wrong_passwords_lock_for_half_an_hour_even_for_the_right_one(
    records: Records, clock: SteppedClock
) -> None:
    with records.transaction() as session:
        password = create_account(session, "limin", "operator", clock.now())
        outcomes = [log_in(session, "limin", "wrong", clock.now()).outcome for _ in range(LOCK_AFTER)]
        assert outcomes == [Outcome.REFUSED] * (LOCK_AFTER - 1) + [Outcome.LOCKED]
        clock.advance(LOCK_FOR - 1)
        assert log_in(session, "limin", password, clock.now()).outcome is Outcome.LOCKED
        clock.advance(1)
        assert log_in(session, "limin", password, clock.now()).outcome is Outcome.WELCOME


def test_a_right_password_forgets_the_wrong_ones_before_it(records: Records, clock: SteppedClock) -> None:
    with records.transaction() as session:
        password = create_account(session, "limin", "operator", clock.now())
        for _ in range(LOCK_AFTER - 1):
            log_in(session, "limin", "wrong", clock.now())
        assert log_in(session, "limin", password, clock.now()).outcome is Outcome.WELCOME
        assert log_in(session, "limin", "wrong", clock.now()).outcome is Outcome.REFUSED


def test_an_unknown_name_is_refused_like_a_wrong_password(records: Records, clock: SteppedClock) -> None:
    with records.transaction() as session:
        assert log_in(session, "nobody", "anything", clock.now()).outcome is Outcome.REFUSED


def test_a_name_taken_or_a_role_unknown_is_refused_with_a_sentence(records: Records, clock: SteppedClock) -> None:
    with records.transaction() as session:
        create_account(session, "limin", "viewer", clock.now())
        with pytest.raises(OperatorError, match="exists already"):
            create_account(session, "limin", "viewer", clock.now())
        with pytest.raises(OperatorError, match='Did you mean "operator"'):
            create_account(session, "wang", "operater", clock.now())
        with pytest.raises(OperatorError, match="no account name"):
            create_account(session, "a b", "viewer", clock.now())


def test_a_changed_password_opens_and_the_old_one_no_longer_does(records: Records, clock: SteppedClock) -> None:
    with records.transaction() as session:
        old = create_account(session, "limin", "viewer", clock.now())
        account = session.query(Account).one().id
        assert not change_password(session, account, "wrong", "Better-than-2026", clock.now())
        with pytest.raises(OperatorError, match="refused"):
            change_password(session, account, old, "tooshort", clock.now())
        assert change_password(session, account, old, "Better-than-2026", clock.now())
        assert log_in(session, "limin", old, clock.now()).outcome is Outcome.REFUSED
        welcome = log_in(session, "limin", "Better-than-2026", clock.now())
    assert welcome.person is not None
    assert not welcome.person.first_password


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("abcdefghij", False),
        ("abcdefghi1", False),
        ("Abcdefghi1", True),
        ("Abcdef-1", False),
        ("密码abcABC123", True),
        ("Limin-is-here-1", False),
        ("A1" + "b" * 300, False),
    ],
)
def test_passwords_need_ten_characters_of_three_kinds_without_the_name(password: str, good: bool) -> None:
    assert passwords.acceptable(password, "limin") is good


def test_every_generated_password_is_acceptable_and_new() -> None:
    made = {passwords.generate() for _ in range(200)}
    assert len(made) == 200
    assert all(passwords.acceptable(password, "nobody-is-called-this") for password in made)


def test_hashes_in_service_cost_what_argon2_advises() -> None:
    hasher = PasswordHasher()
    assert (hasher.time_cost, hasher.memory_cost) >= (3, 65_536)
