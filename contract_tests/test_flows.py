"""Any interleaving of calls and faults keeps the laws. The checks that vendored clients have, too."""

from callsheet.contract.suite.test_flows import *  # noqa: F403  # each of them, here for the clients of this repository
