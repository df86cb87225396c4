"""How a job is watched, and what is written down of it. Vendored clients have these checks, too."""

from callsheet.contract.suite.test_waiting import *  # noqa: F403  # each of them, here for the clients of this repository
