"""Loading specs: the real ones are free of findings, and nothing that is fed in raises."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callsheet.findings import Finding
from callsheet.rules import RULES
from callsheet.source.files import read_folder
from callsheet.source.nodes import plain
from callsheet.source.yamltree import read_yaml
from callsheet.spec.load import load
from callsheet.spec.mainfile import main_file

ROOT = Path(__file__).parent.parent.parent
FILES, _ = read_folder(ROOT / "specs")
FILES_BY_NAME = {path.rpartition("/")[2]: data for path, data in FILES.items()}
PLAIN = {path: plain(node) for path, data in FILES.items() for node in [read_yaml(path, data)[0]] if node is not None}


def test_real_specs_have_no_findings() -> None:
    """All specs of this repository are read in full, without a finding."""
    loaded = load(FILES)

    assert loaded.findings == ()
    assert len(FILES) == len(loaded.specs.providers) + len(loaded.specs.models)


def test_order_and_defaults() -> None:
    """Fields keep the order of the page; what a file leaves out has the language's own value."""
    specs = load(FILES).specs
    model = next(model for model in specs.models if model.id == "wan-animate")
    fields = {field.name: field for field in model.input}

    assert list(fields) == [
        "input_video",
        "mode",
        "prompt",
        "reference_image",
        "resolution",
        "base64",
        "seed",
    ]
    assert (fields["mode"].required, fields["mode"].has_default, fields["mode"].default) == (True, True, "replace")
    assert (fields["base64"].required, fields["prompt"].has_default) == (False, False)
    assert model.output.type.media == "video"
    assert main_file(model) == ""


def test_sources_are_inherited() -> None:
    """A part of a protocol cites what the protocol cites; a single aspect may come from elsewhere."""
    specs = load(FILES).specs
    provider = next(provider for provider in specs.providers if provider.id == "fal")
    protocol = provider.protocols[0]
    model = next(model for model in specs.models if model.id == "scail-2")
    steps = next(field for field in model.input if field.name == "num_inference_steps")

    assert {"": "api-reference"} == protocol.status.cited.sources == protocol.status.states[0].cited.sources
    assert (protocol.submit.cited.sources, protocol.submit.cited.certainty) == ({"": "capture-2026-06"}, "captured")
    assert steps.cited.sources == {"": "page", "range": "llms"}
    assert protocol.retention is not None
    assert protocol.retention.large_seconds == 360.0


def test_all_faults_in_one_run() -> None:
    """Faults of every file and every stage are reported together."""
    files = dict(FILES)
    files["specs/fal/a.yaml"] = b"\0"
    files["specs/fal/b.yaml"] = b"callsheet: model/1\n"
    files["specs/fal/scail-2.yaml"] = FILES_BY_NAME["scail-2.yaml"].replace(b"default: 40", b"default: 400")
    found = {finding.rule for finding in load(files).findings}

    assert {"binary-file", "missing-key", "default-outside-range"} <= found


def sound(findings: tuple[Finding, ...]) -> bool:
    """What loading promises for any input: findings of known rules, each once."""
    return all(finding.rule in RULES for finding in findings) and len(set(findings)) == len(findings)


@given(st.dictionaries(st.sampled_from(["a/provider.yaml", "a/b.yaml", "c.yml", "provider.yaml", ""]), st.binary()))
def test_any_bytes(files: dict[str, bytes]) -> None:
    """Whatever the bytes, loading comes to an end without raising."""
    loaded = load(files)

    assert sound(loaded.findings)


WORDS = [
    "",
    "page",
    "string",
    "File",
    "queue",
    "{request_id}",
    "{violations}",
    "/a/0",
    "IN_QUEUE",
    "16:9",
    "[",
    "\\",
    "é\n",
]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 2**65)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "about", *WORDS]), inner, max_size=3)
    ),
    max_leaves=6,
)


Steps = tuple[str | int, ...]


def paths_of(value: Any, path: Steps = ()) -> list[Steps]:
    """Every place within a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for key, part in inner for deeper in paths_of(part, (*path, key)))]


PATHS = {path: paths_of(value)[1:] for path, value in PLAIN.items()}


def beside(path: str) -> dict[str, bytes]:
    """All files of the provider that a file belongs to: those of the others would only take time."""
    return {other: data for other, data in FILES.items() if Path(other).parent == Path(path).parent}


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, bytes]:
    """The real specs of a provider with one to three values replaced, deleted or copied elsewhere."""
    target = draw(st.sampled_from(sorted(FILES)))
    files = beside(target)
    value = copy.deepcopy(PLAIN[target])
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(PATHS[target]))
        other = draw(st.sampled_from(PATHS[target]))
        new = draw(VALUES | st.just(at(PLAIN[target], other)))
        put(value, path, new, delete=draw(st.booleans()))
    files[target] = json.dumps(value).encode()
    return files


def at(value: Any, path: Steps) -> Any:
    """The value at a path."""
    for step in path:
        value = value[step]
    return copy.deepcopy(value)


def put(value: Any, path: Steps, new: object, *, delete: bool) -> None:
    """Replace or delete what is at a path, if an earlier mutation has left the way to it."""
    try:
        for step in path[:-1]:
            value = value[step]
        if delete:
            del value[path[-1]]
        else:
            value[path[-1]] = new
    except (KeyError, IndexError, TypeError):
        pass


@settings(max_examples=100, deadline=None)
@given(mutated())
def test_mutated_specs(files: dict[str, bytes]) -> None:
    """However a real spec is mangled, loading comes to an end without raising."""
    loaded = load(files)

    assert sound(loaded.findings)


@pytest.mark.parametrize("path", sorted(FILES))
def test_cut_off_anywhere(path: str) -> None:
    """A file that ends early, as after a full disk, does not raise; it is refused, or lacks something."""
    data, files = FILES[path], beside(path)
    for end in range(0, len(data) - 1, max(1, len(data) // 15)):
        loaded = load({**files, path: data[:end]})

        assert sound(loaded.findings)
