"""What a client holds as data is what its specs say. Vendored clients have these checks, too."""

from callsheet.contract.suite.test_tables import *  # noqa: F403  # each of them, here for the clients of this repository
