"""What is said of an endpoint, as single facts: a path in a fixed vocabulary, and a value.

One vocabulary for all who compare: evidence that people transcribed, pages that were read, two versions of a spec. It
is explained in `callsheet.facts.endpoint`.
"""

from callsheet.facts.endpoint import facts_of
from callsheet.facts.flat import FactPath, Facts

__all__ = ["FactPath", "Facts", "facts_of"]
