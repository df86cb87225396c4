"""Any interleaving of calls and faults keeps the laws. Vendored clients have these checks, too."""

from callsheet.contract.suite.test_flows import *  # noqa: F403  # each of them, here for the clients of this repository
