"""Files reach the disk whole, or not at all; no key goes abroad. Vendored clients have these checks, too."""

from callsheet.contract.suite.test_files import *  # noqa: F403  # each of them, here for the clients of this repository
