"""Logins show no secret; a keyring tries them in turn and comes back to the one that works."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp.credentials import AUTHENTICATION, PRIVACY, Keyring, Login, Version, community_login, user_login

SECRETS = ("sign-with-this", "hide-with-this", "a-community")


def ring(count: int) -> Keyring:
    return Keyring([community_login(f"c{number}", name=str(number)) for number in range(count)])


@pytest.mark.parametrize("auth", AUTHENTICATION)
@pytest.mark.parametrize("privacy", PRIVACY)
def test_no_form_of_a_login_shows_its_secrets(auth: str, privacy: str) -> None:
    login = user_login("u", auth=auth, auth_password=SECRETS[0], privacy=privacy, privacy_password=SECRETS[1])
    for shown in (repr(login), str(login), f"{login}", f"{Keyring([login])!r}", f"{[login]}"):
        assert not any(secret in shown for secret in SECRETS)
        assert repr(login.auth_key) not in shown
        assert repr(login.privacy_key) not in shown
    assert SECRETS[2] not in repr(community_login(SECRETS[2]))


@pytest.mark.parametrize("auth", AUTHENTICATION)
def test_keys_are_as_long_as_the_hash_and_differ_with_password_and_engine(auth: str) -> None:
    login = user_login("u", auth=auth, auth_password=SECRETS[0])
    other = user_login("u", auth=auth, auth_password=SECRETS[1])
    assert len(login.auth_key) == AUTHENTICATION[auth].key
    keys = {each.signing_key(engine) for each in (login, other) for engine in (b"\x80\0\0\0\x01", b"\x80\0\0\0\x02")}
    assert len(keys) == 4
    assert all(len(key) == AUTHENTICATION[auth].key for key in keys)


def test_the_key_is_that_of_rfc_3414() -> None:
    """Appendix A.3.2: password `maplesyrup`, engine 00 00 00 00 00 00 00 00 00 00 00 02."""
    login = user_login("u", auth="sha1", auth_password="maplesyrup")
    assert login.auth_key.hex() == "9fb5cc0381497b3793528939ff788d5d79145211"
    engine = bytes(11) + b"\x02"
    assert login.signing_key(engine).hex() == "6695febc9288e36282235fc7151f128497b38f3f"


def test_a_keyring_without_a_login_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one login"):
        Keyring([])


@given(st.integers(1, 8))
def test_before_any_works_all_are_tried_in_order(count: int) -> None:
    keyring = ring(count)
    tried = [keyring.login.name]
    for _ in range(count - 1):
        assert keyring.turn()
        tried.append(keyring.login.name)
    assert tried == [str(number) for number in range(count)]
    assert keyring.remembered is None


@given(st.integers(2, 8), st.data())
def test_once_one_works_every_second_turn_is_its_own_and_the_others_share_the_rest(
    count: int, data: st.DataObject
) -> None:
    keyring = ring(count)
    home = data.draw(st.integers(0, count - 1))
    assert keyring.remember(str(home))
    assert (keyring.login.name, keyring.remembered, keyring.proved) == (str(home), str(home), True)
    others = []
    for _ in range(count - 1):
        keyring.turn()
        others.append(keyring.login.name)
        assert not keyring.proved
        keyring.turn()
        assert keyring.login.name == str(home)
    assert sorted(others) == sorted({str(number) for number in range(count)} - {str(home)})


@given(st.integers(1, 5), st.lists(st.sampled_from(["turn", "prove", "remember", "forgotten"]), max_size=40))
def test_whatever_happens_one_login_is_in_use_and_what_is_remembered_has_worked(count: int, events: list[str]) -> None:
    keyring = ring(count)
    worked: set[str | None] = {None}
    for event in events:
        if event == "turn":
            assert keyring.turn() is (count > 1)
        elif event == "prove":
            keyring.prove()
            worked.add(keyring.login.name)
        elif event == "remember":
            assert keyring.remember("0")
            worked.add("0")
        else:
            assert not keyring.remember("no such name")
        assert isinstance(keyring.login, Login)
        assert keyring.remembered in worked
        assert keyring.proved == (keyring.remembered == keyring.login.name)


def test_a_community_serves_version_1_as_well() -> None:
    assert community_login("x", version=Version.V1).version is Version.V1
