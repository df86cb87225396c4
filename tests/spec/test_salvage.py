"""A file with a fault in its structure: the rest is checked all the same, and nothing is said of the gap."""

from __future__ import annotations

import copy
import json
import time
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from callsheet.findings import Finding
from callsheet.source.files import read_folder
from callsheet.source.nodes import plain
from callsheet.source.yamltree import read_yaml
from callsheet.spec import structure
from callsheet.spec.load import load

TESTS = Path(__file__).parents[1]
Files = dict[str, Any]
GONE = object()


def folder(path: Path) -> Files:
    """The files of a folder as JSON values."""
    files, _ = read_folder(path)
    nodes = {"/".join(name.rsplit("/", 2)[-2:]): read_yaml(name, data)[0] for name, data in files.items()}
    return {name: plain(node) for name, node in nodes.items() if node is not None}


FOLDERS = [folder(path) for path in (TESTS / "base_specs", *sorted((TESTS / "constructs").glob("*/specs")))]


def written(files: Files) -> dict[str, bytes]:
    """Files as they would lie in a folder."""
    return {name: json.dumps(value, indent=1).encode() for name, value in files.items()}


def of_structure(name: str, data: bytes) -> tuple[Finding, ...]:
    """What the meta-schema finds in a file."""
    node, _ = read_yaml(name, data)

    assert node is not None
    return structure.check(node, "provider" if name.endswith("provider.yaml") else "model")


@st.composite
def changed(draw: st.DrawFn) -> tuple[dict[str, bytes], str]:
    """Sound files of which one value has become another, or is gone; and the name of the file that it is in."""
    files = copy.deepcopy(draw(st.sampled_from(FOLDERS)))
    name = draw(st.sampled_from(sorted(files)))
    holder: Any = files[name]
    while True:
        key = draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
        if not isinstance(holder[key], dict | list) or not holder[key] or draw(st.integers(0, 3)) == 0:
            break
        holder = holder[key]
    new = draw(st.sampled_from([GONE, 5, "§ x", [], {}, None, {"zzz": 1}, True]))
    if new is GONE:
        del holder[key]
    else:
        holder[key] = new
    return written(files), name


@settings(max_examples=150, deadline=None)
@given(changed())
def test_nothing_is_said_of_a_gap(case: tuple[dict[str, bytes], str]) -> None:
    """In sound files, a fault of structure is all that is found, wherever it is: what follows from it is not said."""
    files, name = case
    wrong = of_structure(name, files[name])

    found = load(files).findings
    assert not wrong or {f.what for f in found} == {f.what for f in wrong}


@settings(max_examples=100, deadline=None)
@given(changed(), st.sampled_from(["callsheet: 1", "nmae: x", "typical: 5"]))
def test_meaning_is_checked_beside(case: tuple[dict[str, bytes], str], fault: str) -> None:
    """Whatever else is wrong with a file, a fault of meaning in a part that is sound is found in the same run."""
    files = {**case[0], "reel/extra.yaml": EXTRA.replace("typical: {seconds: 30}", fault).encode()}

    rules = {f.rule for f in load(files).findings if f.span.path == "reel/extra.yaml"}
    assert {"default-outside-range", "unknown-type"} <= rules


EXTRA = """
callsheet: model/1
provider: reel
id: extra
name: Extra
about: Makes a clip.
sources: {page: {url: "https://reel.test/clip", read: "2026-01-02"}}
protocols: [queue]
path: {model: clip}
typical: {seconds: 30}
price: {stated: false}
input:
  prompt: {type: string, required: true, about: What the clip shows.}
  steps: {type: integer, minimum: 1, default: 0, about: How often it looks.}
  image: {type: Picture, about: A picture.}
output: {type: string, format: uri, media: video, about: Address of the clip.}
"""


def test_models_of_a_faulty_provider() -> None:
    """What a provider's file lacks is not held against its models; what they get wrong themselves is."""
    files = copy.deepcopy(FOLDERS[0])
    del files["reel/provider.yaml"]["protocols"]["queue"]["judges"]
    files["reel/clip.yaml"]["errors"] = ["no_such_error"]

    found = load(written(files)).findings
    assert {("missing-key", "reel/provider.yaml"), ("unknown-error", "reel/clip.yaml")} == {
        (f.rule, f.span.path) for f in found
    }


def test_time_is_bounded() -> None:
    """Thousands of faults are told in seconds: no step looks at all of them for each."""
    head, tail = EXTRA.split("input:\n")
    many = "".join(f"  p{n}: {{type: strng, abuot: x}}\n" for n in range(3000))
    values = ", ".join(map(str, range(20_000)))
    enum = f"  size: {{type: integer, enum: [{values}], about: A size.}}\n"
    files = {**written(FOLDERS[0]), "reel/extra.yaml": f"{head}input:\n{many}{enum}{tail}".encode()}

    before = time.process_time()
    assert len(load(files).findings) > 9000
    assert time.process_time() - before < 30
