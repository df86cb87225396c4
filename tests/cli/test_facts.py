"""`show --format json`: every fact of an endpoint, one by one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from callsheet.cli.specs import planned
from callsheet.source.nodes import Mapping as MappingNode
from callsheet.source.nodes import Scalar, Sequence
from callsheet.spec.model import Condition, Field, Type

ROOT = Path(__file__).parents[2]
WIDE = ROOT / "tests/cli/wide_specs"
FOLDERS = [ROOT / "specs", WIDE]
ENDPOINTS = [(folder, f"{m.provider}/{m.id}") for folder in FOLDERS for m in planned(folder).endpoints()]


@pytest.fixture
def shown(run: Callable[..., Result]) -> Callable[[Path, str], Any]:
    """The JSON of an endpoint."""
    return lambda folder, name: json.loads(run("show", name, "--specs", str(folder), "--format", "json").stdout)


def leaves(value: Any) -> Iterator[Any]:
    """Everything that is said in a spec or in JSON, without what nodes hold, and without conditions."""
    if isinstance(value, Scalar | Sequence | MappingNode | Condition):
        return
    if is_dataclass(value):
        for field in fields(value):
            yield from leaves(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield key
            yield from leaves(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from leaves(part)
    else:
        yield value


@pytest.mark.parametrize(("folder", "name"), ENDPOINTS, ids=lambda value: getattr(value, "parent", value))
def test_nothing_that_a_spec_says_is_left_out(shown: Callable[[Path, str], Any], folder: Path, name: str) -> None:
    """Every value of the model's spec, and of what its provider says, is in the JSON."""
    plan = planned(folder)
    model = next(model for model in plan.endpoints() if name == f"{model.provider}/{model.id}")
    provider = plan.provider(model.provider).spec
    others = {way.name for way in (*provider.protocols, *provider.calls)} - set(model.spec.protocols)

    told = shown(folder, name)

    there = {(type(leaf), leaf) for leaf in leaves(told)}
    said = {(type(leaf), leaf) for leaf in leaves(model.spec)}
    assert said - there == set()
    parts = {one.name: getattr(provider, one.name) for one in fields(provider)}
    for key, part in parts.items():
        ways = [way for way in part if way.name not in others] if key in {"protocols", "calls"} else part
        assert {(type(leaf), leaf) for leaf in leaves(ways)} - there == set(), key


def test_facts_of_parameter_and_type_do_not_hide_each_other() -> None:
    """A parameter's own facts and those of its type stand side by side; only `about` is in both, and says the same."""
    both = {field.name for field in fields(Field)} & {field.name for field in fields(Type)}

    assert both <= {"about", "node"}


def test_a_parameter_is_plain(shown: Callable[[Path, str], Any]) -> None:
    """Name, type, whether required, default, limits, unit, source by aspect, certainty: all on one level."""
    seconds = shown(WIDE, "reel/clip")["model"]["input"][1]

    expected = {
        "name": "seconds",
        "type": "integer",
        "required": False,
        "has_default": True,
        "default": 5,
        "minimum": 2,
        "maximum": 10,
        "enum": None,
        "unit": "s",
        "about": "Its length.",
        "source": "page",
        "source_of": {"range": "docs"},
        "certainty": "documented",
    }
    assert expected.items() <= seconds.items()


def test_requests_are_spelled_out(shown: Callable[[Path, str], Any]) -> None:
    """Method, whole address with path and query, every header that is sent, and where the key goes."""
    told = shown(WIDE, "reel/clip")["requests"]

    key = {"authorization": "Bearer {key}"}
    always = {"X-Version": "2026-01"}
    queue = always | {"X-Queue": "1"}
    jobs = "https://api.reel.test/jobs/{request_id}"
    assert [tuple(request.values()) for request in told] == [
        ("queue", "submit", "POST", "https://api.reel.test/run/clip?wait=0", queue | {"X-Async": "enable"} | key),
        ("queue", "status", "GET", f"{jobs}/status?logs=1", queue | key),
        ("queue", "result", "GET", f"{jobs}?full=1", queue | key),
        ("queue", "cancel", "PUT", f"{jobs}/cancel", queue | key),
        ("queue", "stream", "GET", f"{jobs}/stream?logs=1", queue | key),
        ("sync", "submit", "POST", "https://api.reel.test/v1/clip?key={key}", always),
        (None, "files.upload.0", "POST", "https://rest.reel.test/uploads", always),
    ]


def test_the_address_of_the_page(shown: Callable[[Path, str], Any]) -> None:
    """The endpoint of a real spec is where its page says."""
    told = shown(ROOT / "specs", "segmind/wan-animate")

    submit = next(request for request in told["requests"] if request["request"] == "submit")
    assert submit["address"] == "https://api.segmind.com/v2/wan-animate"
    assert told["protocols"][0]["submit"]["address"] == submit["address"]
    assert submit["headers"] == {"x-api-key": "{key}"}


@pytest.mark.parametrize(("folder", "name"), ENDPOINTS, ids=lambda value: getattr(value, "parent", value))
def test_the_page_for_people_leaves_nothing_out_either(
    run: Callable[..., Result], shown: Callable[[Path, str], Any], folder: Path, name: str
) -> None:
    """Each text of the JSON stands on the page, too, if only within a larger one."""
    page = " ".join(run("show", name, "--specs", str(folder)).stdout.split())
    told = shown(folder, name)

    texts = {" ".join(leaf.split()) for leaf in leaves(told["model"]) if isinstance(leaf, str)}
    texts |= {" ".join(leaf.split()) for leaf in leaves(told["protocols"]) if isinstance(leaf, str)}
    keys = {"sources", "stated", "has_default", "source_of", "certainty"}
    missing = {text for text in texts if text not in page and json.dumps(text)[1:-1] not in page and text not in keys}
    assert {text for text in missing if " " in text or "/" in text or text[:1].isupper()} == set()


def test_what_a_terminal_would_act_on_is_written_out(run: Callable[..., Result], tmp_path: Path) -> None:
    """A spec can say what it likes: no escape sequence and no change of direction reaches the screen, in any form."""
    (tmp_path / "reel").mkdir()
    for file in WIDE.rglob("*.yaml"):
        text = file.read_text("utf-8").replace("about: Makes a clip.", 'about: "Makes\\e[31m a\\u202e clip.\\nSo."')
        (tmp_path / "reel" / file.name).write_text(text, "utf-8")

    for command in (["list"], ["show", "clip"], ["list", "--format", "json"], ["show", "clip", "--format", "json"]):
        text = run(*command, "--specs", str(tmp_path)).stdout
        assert "clip" in text
        assert not {"\x1b", "\u202e"} & set(text)
    assert json.loads(text)["model"]["about"] == "Makes\x1b[31m a\u202e clip.\nSo."
