"""How much of a page is read at most. What has more is refused as a whole, so that nothing is left out unsaid.

Pages of either provider stay an order of magnitude below: some 600 lines, 50,000 characters, 15,000 tags. The numbers
keep any page under these limits within seconds, whatever it is made of, since readers look at each line a bounded
number of times.
"""

from __future__ import annotations

from typing import Final

LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a page, scripts included."""
MOST_TAGS: Final = 100_000
"""Tags and attributes of a page of HTML."""
MOST_LINES: Final = 10_000
"""Lines that are not empty."""
MOST_TEXT: Final = 500_000
"""Characters in these lines: what a reader of the page would see."""
LONGEST_LINE: Final = 50_000
"""Characters of one line. Longer are scripts, and files that are written into a page."""
MOST_FIELDS: Final = 2_000
"""Parameters of one endpoint, or fields of one type."""
MOST_PARTS: Final = 5_000
"""Parts of parameters and outputs, each counted as often as types that use each other lead to it."""
MOST_OPERATIONS: Final = 2_000
"""Methods on paths of an OpenAPI document."""
MOST_VALUES: Final = 300_000
"""Values of a JSON document."""
MOST_LEVELS: Final = 60
"""Levels of lists and objects in a JSON document."""
LONGEST_KEY: Final = 1_000
"""Characters of a key, or of a reference, in a JSON document."""
MOST_STEPS: Final = 100_000
"""Keys and values that are looked at in a JSON document, each as often as types that use each other lead to it."""
