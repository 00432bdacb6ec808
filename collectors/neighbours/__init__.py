"""The topology's links compared with whom the devices hear by LLDP and CDP: pure, from the facts that are kept."""

from collectors.neighbours.comparing import compare
from collectors.neighbours.edits import fragment
from collectors.neighbours.model import Difference, Edit, End, Fault, Kind, Sighting

__all__ = ["Difference", "Edit", "End", "Fault", "Kind", "Sighting", "compare", "fragment"]
