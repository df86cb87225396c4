"""What changed between two sets of facts about an endpoint, and what it means for those who call it."""

from callsheet.changes.change import ABSENT, Absent, Change, Class

__all__ = ["ABSENT", "Absent", "Change", "Class"]
