"""What the parts of judging share: what is watched, by which rules, and where what they find is told."""

from collections.abc import Mapping
from dataclasses import dataclass

from alerting.judge.book import AlertBook
from alerting.judge.plans import Plans
from alerting.judge.reports import Reports
from alerting.judge.watched import Watched
from alerting.judge.words import Words
from alerting.rules.loader import RuleSet
from topology.network import Network


@dataclass(frozen=True, slots=True)
class Desk:
    """Handed to every part that judges conditions."""

    network: Network
    rules: RuleSet
    plans: Plans
    watched: Mapping[str, Watched]
    """Every device's memory."""
    book: AlertBook
    """To ask where a condition stands."""
    reports: Reports
    """To tell that one is due, or over."""
    words: Words
