"""Which rules have a say in what others would have told."""

from alerting.rules.loader import RuleSet
from alerting.rules.surveyed import SurveyRule
from alerting.rules.told import CompositeRule


def judged_with(tested: RuleSet, in_force: RuleSet) -> RuleSet:
    """The rules that are tried, before those in force that may explain or make up what they tell.

    Of rules over weeks of metrics, which cost most, only those are left whose alerts silence what is tried, or which a
    composite rule among it leans on. (They count for no storm of alerts then.)
    """
    both = tested.before(in_force)
    needed = set(tested.rules)
    waiting = list(needed)
    while waiting:
        rule = both.rules[waiting.pop()]
        named = {rule.rule, rule.while_} if isinstance(rule, CompositeRule) else set()
        named |= {other.id for other in both.rules.values() if rule.id in other.inhibits}
        fresh = (named & both.rules.keys()) - needed
        needed |= fresh
        waiting += fresh
    return RuleSet({key: rule for key, rule in both.rules.items() if key in needed or not isinstance(rule, SurveyRule)})
