"""The documentation says what is there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.main import get_command

from callsheet.cli.app import EXIT_STATUS, app
from callsheet.cli.specs import planned
from callsheet.emulator.serving.memory import MemoryTransport, VirtualClock
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
    monkeypatch.setattr(client._http, "sync_client", lambda: httpx.Client(transport=transport))
    monkeypatch.setenv("SEGMIND_API_KEY", "test-key")
    monkeypatch.chdir(tmp_path)

    exec(compile(sample[1], page.name, "exec"), {})  # noqa: S102 - our own documentation

    assert (tmp_path / "selfie.mp4").read_bytes()[4:8] == b"ftyp"
    assert len(transport.ledger) == 1


def commands() -> Iterator[tuple[str, Any]]:
    """Every command by what is typed for it."""
    group: Any = get_command(app)
    for name, command in group.commands.items():
        yield name, command
        for inner, below in getattr(command, "commands", {}).items():
            yield f"{name} {inner}", below


@pytest.mark.parametrize(
    ("name", "command"), list(commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_and_option_is_documented(name: str, command: Any) -> None:
    """docs/cli.md has a heading for each command; its options are named there, or on the page that it leads to."""
    text = (ROOT / "docs/cli.md").read_text("utf-8")
    pages = text + (ROOT / "docs/vendoring.md").read_text("utf-8") + (ROOT / "docs/client.md").read_text("utf-8")
    spellings = [{*one.opts, *one.secondary_opts} for one in command.params]
    options = [names for names in spellings if any(name.startswith("--") for name in names) and "--help" not in names]

    assert f"### `callsheet {name.partition(' ')[0]}" in text
    assert [names for names in options if not any(re.search(rf"{name}\b", pages) for name in names)] == []


def test_exit_statuses_are_told_alike() -> None:
    """README, docs/cli.md and `--help` say the same of them."""
    words = " ".join(EXIT_STATUS.removeprefix("Exit status: ").split())

    for page in ("README.md", "docs/cli.md"):
        assert words in " ".join((ROOT / page).read_text("utf-8").split()), page


EXAMPLES = {
    "callsheet list": ["list"],
    "callsheet show MODEL": ["show", "segmind/wan-animate"],
    "callsheet explain [RULE]": ["explain", "doubled-key"],
    "callsheet diff OLD NEW": ["diff", "specs", "tests/base_specs"],
    "callsheet generate": ["generate", "--diff", "--out", "tests/nowhere"],
    "What holds for all commands": ["validate", "segmind/wan-animate", "-"],
}


def shape(example: Any, real: Any, trail: str = "") -> Iterator[str]:
    """Where an example is not of the shape of what is printed: keys that are not there, values of another type."""
    if isinstance(example, dict) and isinstance(real, dict):
        for key, value in example.items():
            yield from shape(value, real[key], f"{trail}.{key}") if key in real else [f"{trail}.{key}"]
    elif isinstance(example, list) and isinstance(real, list):
        for item in example:
            if all(list(shape(item, other)) for other in real):
                yield f"{trail}[]"
    elif example is not None and real is not None and {type(example), type(real)} not in ({type(real)}, {int, float}):
        yield trail


@pytest.mark.parametrize("heading", EXAMPLES)
def test_json_in_the_documentation_is_of_the_shape_that_is_printed(run: Callable[..., Any], heading: str) -> None:
    """Each JSON example of docs/cli.md has keys and types of the real output."""
    text = (ROOT / "docs/cli.md").read_text("utf-8")
    found = re.search(rf"^#+ `?{re.escape(heading)}.*?```json\n(.*?)```", text, re.DOTALL | re.MULTILINE)
    assert found is not None

    printed = json.loads(run(*EXAMPLES[heading], "--format", "json", stdin='{"mode": "Replace"}').stdout)

    example = json.loads(found[1])
    whole = [example] if isinstance(printed, list) and isinstance(example, dict) else example
    assert list(shape(whole, printed)) == []
