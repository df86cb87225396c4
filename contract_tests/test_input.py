"""What is accepted goes out as it was given; what is refused goes nowhere. The checks that vendored clients have, too."""

from callsheet.contract.suite.test_input import *  # noqa: F403  # each of them, here for the clients of this repository
