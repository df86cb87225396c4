"""The documentation says what is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from callsheet.cli.app import app
from callsheet.cli.specs import planned
from callsheet.emulator.memory import MemoryTransport, VirtualClock
from callsheet_clients._runtime import client

ROOT = Path(__file__).parents[2]
DOCS = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])


def keys(schema: Any) -> Iterator[str]:
    """Every key that a meta-schema knows."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from keys(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from keys(part)


@pytest.mark.parametrize("kind", ["provider", "model"])
def test_every_key_of_the_language_is_documented(kind: str) -> None:
    """Each key of the meta-schema stands in docs/spec-language.md."""
    schema = json.loads((ROOT / f"generator/callsheet/spec/{kind}.schema.json").read_text("utf-8"))
    words = set(re.findall(r"\w+", (ROOT / "docs/spec-language.md").read_text("utf-8")))

    assert set(keys(schema)) <= words


def test_every_file_that_architecture_names_exists() -> None:
    """A path in docs/architecture.md leads somewhere, below the repository or below the package."""
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    named = re.findall(r"`([\w/]+(?:/|\.py|\.md))`", text)

    missing = [
        path for path in named if not any((base / path).exists() for base in (ROOT, ROOT / "generator/callsheet"))
    ]

    assert missing == []


def test_what_architecture_says_is_decided_where_it_says() -> None:
    """`name` in `file`: the file defines the name."""
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    for name, file in re.findall(r"`(\w+)` in `([\w/]+\.py)`", text):
        source = (ROOT / "generator/callsheet" / file).read_text("utf-8")
        assert re.search(rf"^(def|class) {name}\b|^{name}\b.*=", source, re.MULTILINE), f"{name} in {file}"


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Relative links of the documentation exist."""
    for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
        assert (page.parent / link).exists(), link


def test_every_command_is_in_the_readme() -> None:
    """README names every command."""
    text = (ROOT / "README.md").read_text("utf-8")

    for command in app.registered_commands:
        assert f"`callsheet {command.name}" in text or f"`{command.name}" in text
        assert command.name


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "docs/client.md"], ids=lambda page: page.name)
def test_the_sample_of_the_client_runs(page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The first Python sample runs as it is printed, against the emulator in memory, and leaves a video."""
    sample = re.search(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    assert sample is not None
    clock = VirtualClock()
    transport = MemoryTransport(planned(ROOT / "specs"), clock=clock)
    monkeypatch.setattr(client, "SystemClock", lambda: clock)
    monkeypatch.setattr(client._http, "SyncClient", lambda: httpx.Client(transport=transport))
    monkeypatch.setenv("SEGMIND_API_KEY", "test-key")
    monkeypatch.chdir(tmp_path)

    exec(compile(sample[1], page.name, "exec"), {})  # noqa: S102 - our own documentation

    assert (tmp_path / "selfie.mp4").read_bytes()[4:8] == b"ftyp"
    assert len(transport.ledger) == 1
