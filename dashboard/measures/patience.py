"""What a page may ask for without keeping people waiting."""

from typing import Final

from dashboard.measures.spans import Span
from foundation.clock import HOUR
from storage.metrics.store import Aggregate
from topology.model import Tier
from topology.network import Network

P95_SPAN: Final = HOUR
"""Beyond a county the 95th percentile is given over no longer time: it sorts every value that was measured."""


def is_too_much(network: Network, scope: str, span: Span, aggregate: Aggregate) -> bool:
    """Whether a ranking by the 95th percentile would sort more values than a page may wait for."""
    if aggregate is not Aggregate.P95 or span.length <= P95_SPAN:
        return False
    return network.divisions[scope].tier is not Tier.COUNTY
