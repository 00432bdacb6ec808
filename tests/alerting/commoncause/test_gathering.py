"""When sites fail together: plain values."""

from math import comb, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from alerting.commoncause.areas import areas_of
from alerting.commoncause.chance import chance_of
from alerting.commoncause.gathering import belongs, can_form, cluster, is_common, needed
from alerting.rules.grouped import CommonCauseRule
from foundation.clock import MINUTE, SECOND
from tests.alerting.bench import default_rules
from tests.networks import small_network, wide_network

WITHIN = 2 * MINUTE


def rule(**more: object) -> CommonCauseRule:
    """The county rule with the defaults of its kind."""
    given = {"id": "r", "kind": "common-cause", "by": "county", "severity": "major", "summary": "", "summary_en": ""}
    return CommonCauseRule.model_validate(given | more)


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 20))
def test_the_chance_is_the_upper_tail_of_the_binomial_distribution(failed: int, of: int, twentieths: int) -> None:
    rate = twentieths / 20
    exact = sum(comb(of, k) * rate**k * (1 - rate) ** (of - k) for k in range(failed, of + 1))
    assert isclose(chance_of(failed, of, rate), min(1.0, exact), rel_tol=1e-9, abs_tol=1e-12)


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 10 * MINUTE), max_size=12))
def test_a_cluster_is_the_most_sites_within_the_time_and_of_equals_the_latest(out: dict[str, int]) -> None:
    found = cluster(out, WITHIN)
    assert all(out[site] == since for site, since in found.items())
    if found:
        assert max(found.values()) - min(found.values()) <= WITHIN
    starts = {start: sum(start <= since <= start + WITHIN for since in out.values()) for start in out.values()}
    assert len(found) == max(starts.values(), default=0)
    assert not found or min(found.values()) == max(start for start, count in starts.items() if count == len(found))


def test_a_county_has_a_common_cause_when_half_its_sites_fail_and_nothing_else_does() -> None:
    assert is_common(rule(), 6, 12, elsewhere=0, elsewhere_up=2_500)
    assert not is_common(rule(), 5, 12, elsewhere=0, elsewhere_up=2_500), "less than half"
    assert not is_common(rule(), 4, 4, elsewhere=0, elsewhere_up=2_500), "fewer than five"


def test_a_county_that_stumbles_as_the_whole_province_does_has_no_cause_of_its_own() -> None:
    assert not is_common(rule(), 6, 12, elsewhere=300, elsewhere_up=2_500)
    assert is_common(rule(), 12, 12, elsewhere=300, elsewhere_up=2_500), "but all of twelve is no chance"
    assert not is_common(rule(), 6, 12, elsewhere=0, elsewhere_up=0), "nothing to compare with"


def test_sites_wait_only_while_enough_of_them_may_have_failed() -> None:
    assert needed(rule(), 12) == 6
    assert needed(rule(), 6) == 5
    assert can_form(rule(), 1, 5, 12)
    assert not can_form(rule(), 1, 4, 12)


def test_what_failed_much_earlier_or_later_does_not_belong() -> None:
    members = [100 * SECOND, 110 * SECOND]
    assert belongs(rule(), 220 * SECOND, members)
    assert not belongs(rule(), 221 * SECOND, members)
    assert belongs(rule(), 0, [100 * SECOND])
    assert not belongs(rule(), -11 * SECOND, members)


def test_areas_are_counties_and_carriers_of_a_prefecture_carriers_first() -> None:
    rules = default_rules().of(CommonCauseRule)
    areas = areas_of(wide_network(), rules)
    assert [(area.rule.by, area.id) for area in areas][:3] == [
        ("carrier", "530600/电信"), ("carrier", "530600/移动"), ("county", "530620"),
    ]  # fmt: skip
    assert len(areas[0].sites) == 48
    assert areas_of(small_network(), rules) == [], "four sites are too few to fail together"


def test_a_rule_that_makes_no_sense_is_refused_with_its_unit() -> None:
    for more, words in (
        ({"share": 0.5}, 'write "50 %"'),
        ({"share": "half"}, '"50 %"'),
        ({"share": "120 %"}, "less than or equal to 1"),
        ({"sites": 2}, "greater than or equal to 3"),
        ({"gather": "5 min"}, "less than or equal to"),
        ({"gathr": "5 s"}, "gathr"),
    ):
        with pytest.raises(ValidationError) as caught:
            rule(**more)
        assert words in str(caught.value)
