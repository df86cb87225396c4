"""Documentation pages, read: `read_page` makes a `Reading` of bytes, whatever layout they turn out to have."""

from callsheet.pages.read import read_page
from callsheet.pages.reading import Conflict, Place, Rank, Reading, Said, Subject, Unread, Wording

__all__ = ["Conflict", "Place", "Rank", "Reading", "Said", "Subject", "Unread", "Wording", "read_page"]
