"""Each request goes where the spec says, as it says. Vendored clients have these checks, too."""

from callsheet.contract.suite.test_sending import *  # noqa: F403  # each of them, here for the clients of this repository
