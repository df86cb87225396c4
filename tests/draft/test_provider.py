"""A page of a provider that no file describes: a beginning of both files, which can be called on the emulator."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from callsheet.draft.draft import draft
from callsheet.draft.provider import skeleton
from callsheet.plan.build import build
from callsheet.spec.load import load
from callsheet.spec.model import Specs

sys.path.insert(0, str(Path(__file__).parent))
from made import reading

CALL: dict[tuple[str, ...], Any] = {
    ("parameter_names",): ["prompt"],
    ("parameters", "prompt", "type"): "string",
    ("parameters", "prompt", "required"): True,
    ("call", "kind"): "call",
    ("call", "submit", "url"): "https://api.lantern.test/v1/draw",
    ("call", "credential", "header"): "x-key",
    ("call", "credential", "value"): "{key}",
    ("output", "", "type"): "object",
    ("output", "", "fields"): ["image"],
    ("output", "/image", "type"): "string",
    ("output", "/image", "format"): "uri",
    ("error_codes",): [401, 402, 422, 429, 599, 503],
}
QUEUE = {
    **{("queue", *path[1:]) if path[0] == "call" else path: value for path, value in CALL.items()},
    ("queue", "kind"): "queue",
    ("queue", "submit", "answer_keys_named"): ["job_id"],
    ("queue", "status", "url"): "https://api.lantern.test/v1/jobs/{request_id}",
    ("queue", "states", "waiting"): "queued",
    ("queue", "state_names"): ["waiting", "rendering", "done", "aborted", "failed"],
}


ACCEPTED = {
    **{path: value for path, value in CALL.items() if path[-1] != "kind"},
    ("call", "submit", "http"): 202,
    ("output", "", "fields"): ["output"],
    ("output", "/output", "type"): "object",
    ("output", "/output", "fields"): ["url"],
    ("output", "/output/url", "type"): "string",
}
"""A document that has an address and does not say what kind of way it is."""


@pytest.mark.parametrize(
    "facts", [CALL, QUEUE, ACCEPTED, {("parameter_names",): []}], ids=["call", "queue", "accepted", "nothing"]
)
def test_both_files_are_specs(facts: dict[Any, Any]) -> None:
    """Nothing is found in either but what is left to a person, and an output that nothing was said of."""
    page = reading(facts, provider=None, endpoint="draw")
    ident, text = skeleton([page], read="2026-11-21", id_=None)
    files = {f"specs/{ident}/provider.yaml": text.encode()}
    provider = load(files).specs.providers[0]
    made = draft([page], provider, Specs((provider,), ()), read="2026-11-21", id_=None)
    found = load({**files, f"specs/{ident}/{made.id}.yaml": made.text.encode()})

    assert {"todo-left"} == {one.rule for one in found.findings}
    assert () == build(found.specs).findings
    assert facts is not ACCEPTED or [("queue", 202)] == [(one.kind, one.submit.http) for one in provider.ways]
    assert ("lantern" if facts else "example", "draw") == (ident if ("error_codes",) in facts else "lantern", made.id)


def test_the_provider_is_named_for_its_host_and_its_states_are_told_by_their_names() -> None:
    """Host, credential, error rows and states are the page's; what they mean is guessed where it does not say."""
    ident, text = skeleton([reading(QUEUE, provider=None)], read="2026-11-21", id_=None)
    provider = load({f"{ident}/provider.yaml": text.encode()}).specs.providers[0]

    assert ("lantern", "https://api.lantern.test") == (ident, provider.hosts[0].url)
    assert ("LANTERN_API_KEY", "x-key", "{key}") == (
        provider.credential.env,
        provider.credential.header,
        provider.credential.value,
    )
    assert {401, 402, 422, 429, 599, 503} <= {error.http for error in provider.errors}
    assert {
        "waiting": "queued",
        "rendering": "queued",
        "done": "succeeded",
        "aborted": "cancelled",
        "failed": "failed",
    } == {state.name: state.means for state in provider.protocols[0].status.states}
