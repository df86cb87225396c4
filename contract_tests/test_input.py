"""What is accepted goes out as it was given; what is refused goes nowhere. Vendored clients have these checks, too."""

from callsheet.contract.suite.test_input import *  # noqa: F403  # each of them, here for the clients of this repository
