"""A webhook is believed where it is proven, once, and in time. Vendored clients have these checks, too."""

from callsheet.contract.suite.test_webhooks import *  # noqa: F403  # each of them, here for the clients of this repository
