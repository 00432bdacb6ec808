"""Scopes: include and exclude by labels."""

import pytest

from alerting.rules.scope import Scope

COUNTY = {
    "role": ("county",),
    "tier": ("county",),
    "device": ("530627-R1",),
    "division": ("530627", "530600", "530000"),
}


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        ({}, True),
        ({"include": [{"role": "county"}]}, True),
        ({"include": [{"role": "core"}]}, False),
        ({"include": [{"role": "core"}, {"role": ["access", "county"]}]}, True),
        ({"include": [{"division": "530600"}]}, True),
        ({"include": [{"division": "530700"}]}, False),
        ({"include": [{"role": "county", "division": "530700"}]}, False),
        ({"include": [{"device": "530627"}]}, False),
        ({"include": [{"device": "/^530627/"}]}, True),
        ({"exclude": [{"device": "/-R1$/"}]}, False),
        ({"include": [{"role": "county"}], "exclude": [{"division": "530627"}]}, False),
        ({"include": [{"interface": "/^ge/"}]}, False),
    ],
)
def test_a_scope_covers_what_it_includes_less_what_it_excludes(scope: dict[str, object], covered: bool) -> None:
    assert Scope.model_validate(scope).covers(COUNTY) is covered
