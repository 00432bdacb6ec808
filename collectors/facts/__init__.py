"""What is known of each device, kept in the records: its last inventory, and how it is best polled."""

from collectors.facts.queries import Facts, addresses_of, all_facts, facts_of, forget_others
from collectors.facts.writer import FactsWriter

__all__ = ["Facts", "FactsWriter", "addresses_of", "all_facts", "facts_of", "forget_others"]
