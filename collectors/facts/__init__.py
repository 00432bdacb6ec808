"""What is known of each device, kept in the records: its last inventory, and how it is best polled."""

from collectors.facts.queries import Facts, all_facts, facts_of, forget_others
from collectors.facts.writer import FactsWriter

__all__ = ["Facts", "FactsWriter", "all_facts", "facts_of", "forget_others"]
