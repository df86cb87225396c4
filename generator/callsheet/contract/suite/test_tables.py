"""What a client holds as data is what its specs say. Each difference is named by its place."""

from __future__ import annotations

from callsheet.contract.clients import tables
from callsheet.contract.clients.calls import Caller


def test_an_endpoint_holds_what_its_spec_says(caller: Caller) -> None:
    """Addresses, methods, states, pointers, pace, retention, defaults, and what type-checkers let a caller give."""
    found = [*tables.of_endpoint(caller)]

    assert not found, "\n".join(["facts that are not the spec's", *found])


def test_a_provider_holds_what_its_spec_says(endpoint: Caller) -> None:
    """Hosts, credential, files, webhooks, and every documented error with what it means for the caller."""
    found = [*tables.of_provider(endpoint)]

    assert not found, "\n".join(["facts that are not the spec's", *found])
