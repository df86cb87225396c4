"""Each documented error is told from the others, and acted upon. Vendored clients have these checks, too."""

from callsheet.contract.suite.test_errors import *  # noqa: F403  # each of them, here for the clients of this repository
