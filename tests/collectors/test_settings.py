"""The settings refuse what can't work, with a sentence."""

import pytest
from pydantic import ValidationError

from collectors.settings import CollectorSettings, Credential
from foundation.clock import SECOND


def test_the_defaults_are_those_of_the_design() -> None:
    settings = CollectorSettings()
    assert (settings.reachability_interval, settings.interval) == (10 * SECOND, 60 * SECOND)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"interval": "25 s"}, "whole multiple"),
        ({"reachability_interval": "100 ms"}, "at least 1 s"),
        ({"inventory_interval": "30 s"}, "must not be shorter"),
        ({"timeout": "1 min"}, "between 50 ms and 10 s"),
        ({"deadline": "1 s"}, "must not be shorter"),
        ({"rewrite": "127.0.0.1/8"}, "IPv4 network"),
        ({"pinger": "udp"}, "udp_echo"),
        ({"port": 0}, "greater than or equal to 1"),
        ({"timeout": 1500}, "needs a unit"),
    ],
)
def test_what_cannot_work_is_refused(given: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        CollectorSettings.model_validate(given)


def test_addresses_are_rewritten_only_where_asked() -> None:
    assert CollectorSettings().polled_address("10.6.27.1") == "10.6.27.1"
    assert CollectorSettings(rewrite="127.0.0.0/8").polled_address("10.6.27.1") == "127.6.27.1"


def test_a_community_is_never_shown() -> None:
    credential = Credential.model_validate({"community": {"value": "s3cret"}})
    assert "s3cret" not in repr(credential)
