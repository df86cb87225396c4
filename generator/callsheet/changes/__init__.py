"""What changed between two sets of facts about an endpoint, and what it means for those who call it."""

from callsheet.changes.change import ABSENT, Absent, Change, Class
from callsheet.changes.compare import compare

__all__ = ["ABSENT", "Absent", "Change", "Class", "compare"]
