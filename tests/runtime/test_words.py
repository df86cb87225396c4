"""What errors and warnings say to people."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import Field

from callsheet.runtime.errors import AnswerWarning, ProviderError
from callsheet.runtime.formats import URI_PATTERN
from callsheet.runtime.handle import Handle
from callsheet.runtime.outcomes import Outcome
from callsheet.runtime.output import read_output
from callsheet.runtime.steps import Reply
from callsheet.runtime.tables import ErrorRow


class Gone(ProviderError):
    row = ErrorRow("gone", 404, "unknown_job", "Unknown.", "always", "maybe", "never", "caller", ("status", "result"))


def test_an_unknown_id_is_no_fault_of_the_request():
    """Where an id is unknown, there is no request to change: what to look at is the id."""
    words = str(Gone(provider="reel", http=404, message="No job"))

    assert "Change the request" not in words
    assert "Check the id" in words


def test_a_bad_address_is_said_in_words():
    """An output that is no address is told so; the pattern of addresses tells nobody anything."""
    reply: Any = Reply(200, {}, b"", at=0.0)
    outcome = Outcome(Handle("reel", "clip", "queue", "1"), "x", "x", (), reply)

    with pytest.warns(AnswerWarning, match="should be an address") as told:
        assert read_output(outcome, Annotated[str, Field(pattern=URI_PATTERN)], strict=False) == "x"
    assert "A-Z" not in str(told[0].message)
