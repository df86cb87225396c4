"""The command line as its users have it: a process, a file of payloads, findings as JSON. It agrees with the client."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from callsheet.contract.clients.calls import Caller
from callsheet.contract.inputs.edges import Edge, edges

SPECS = Path(__file__).parents[1] / "specs"


def test_the_command_line_judges_every_edge_as_the_client_does(endpoint: Caller, tmp_path: Path) -> None:
    """`callsheet validate` takes and refuses the same payloads, one on each line, and names the same fields."""
    known = [edge for edge in edges(endpoint.model) if edge.json]
    file = tmp_path / "edges.jsonl"
    file.write_text("".join(f"{json.dumps(edge.payload)}\n" for edge in known), "utf-8")
    done = validated(endpoint, file)
    said: dict[int, list[dict[str, Any]]] = {}
    for finding in json.loads(done.stdout):
        said.setdefault(finding["line"], []).append(finding)

    assert done.stderr == ""
    assert done.returncode == 1, "there are edges that are wrong"
    assert {finding["path"] for found in said.values() for finding in found} == {str(file)}
    judge = endpoint.endpoint(endpoint.client())
    unlike = [unlikeness(judge, edge, said.get(line, [])) for line, edge in enumerate(known, 1)]
    assert not any(unlike), "\n".join(filter(None, unlike))


def unlikeness(judge: Any, edge: Edge, found: list[dict[str, Any]]) -> str:
    """Where the command line says something else of an edge than the client; empty where they agree."""
    fields = {violation.field for violation in judge.validate(edge.payload)}
    named = [{*re.findall(r"`([^`]*)`", finding["what"])} for finding in found]
    if bool(found) == bool(fields) and all(fields & names for names in named) and fields <= set().union(*named):
        return ""
    words = [finding["what"] for finding in found]
    return f"{edge}: the client refuses {sorted(fields) or 'nothing'}, `callsheet validate` says {words or 'nothing'}"


def validated(endpoint: Caller, file: Path) -> subprocess.CompletedProcess[str]:
    """Run it, as a shell would."""
    name = f"{endpoint.provider.id}/{endpoint.model.id}"
    words = [sys.executable, "-m", "callsheet", "validate", name, str(file), "--specs", str(SPECS), "--format", "json"]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - our own
