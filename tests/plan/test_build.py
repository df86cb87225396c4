"""The plan of the repository's own specs, and names that collide."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from callsheet.plan.build import build
from callsheet.source.files import read_folder
from callsheet.spec.load import load

SPECS = Path(__file__).parents[2] / "specs"


def built(change=lambda files: files):
    """The plan of the specs, after a change to their text."""
    files, _ = read_folder(SPECS)
    return build(load(change(files)).specs)


def replaced(ending: str, old: str, new: str):
    """A change to one file."""
    return lambda files: {
        path: text.replace(old.encode(), new.encode()) if path.endswith(ending) else text
        for path, text in files.items()
    }


def test_the_specs_make_a_plan_without_findings():
    """The repository's own specs are planned cleanly, every endpoint of them."""
    made = built()

    assert () == made.findings
    assert [
        ("fal", "scail-2"),
        ("segmind", "consistent-character-video"),
        ("segmind", "scail"),
        ("segmind", "wan-animate"),
        ("segmind", "wan2.1-t2v"),
    ] == [(m.provider, m.id) for m in made.plan.endpoints()]


@pytest.mark.parametrize("endpoint", built().plan.endpoints(), ids=lambda m: f"{m.provider}-{m.id}")
def test_every_schema_is_a_schema(endpoint):
    """What comes out as JSON Schema is one, and so is each class's part of it."""
    for schema in (endpoint.wire_schema, endpoint.output_schema):
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("endpoint", built().plan.endpoints(), ids=lambda m: f"{m.provider}-{m.id}")
def test_every_sample_is_accepted(endpoint):
    """The payloads that the pages print pass the wire schema once required defaults are filled in."""
    for sample in endpoint.samples.values():
        Draft202012Validator(endpoint.wire_schema).validate({**endpoint.table.required_defaults, **sample})


def test_required_with_a_default_is_filled_in_and_not_asked_for():
    """`mode` of wan-animate is required on the wire and optional for the caller."""
    model = built().plan.provider("segmind").model("wan-animate")
    mode = next(param for param in model.params if param.wire == "mode")

    assert (True, False) == (mode.required, mode.must_give)
    assert {"mode": "replace", "resolution": "480p"} == model.table.required_defaults


def test_two_parameters_that_come_to_one_name_are_a_finding():
    """`frame-rate` beside `frame_rate` is said at its place, with both names."""
    change = replaced(
        "scail-2.yaml",
        "  seed:\n    type: integer\n    about: Fixes",
        "  frame-rate: {type: integer, about: A.}\n  frame_rate: {type: integer, about: B.}\n"
        "  seed:\n    type: integer\n    about: Fixes",
    )
    (finding,) = built(change).findings

    assert "colliding-names" == finding.rule
    assert "`frame_rate` becomes `frame_rate` in Python, as `frame-rate` does" in finding.what
    assert finding.span.line > 0


def test_two_errors_that_come_to_one_class_are_a_finding():
    """`rate__limited` beside `rate_limited` would be one class."""
    change = replaced("segmind/provider.yaml", "  forbidden:\n", "  rate__limited:\n")

    assert ["colliding-names"] == [finding.rule for finding in built(change).findings]


def test_a_model_called_like_its_provider_has_a_class_of_its_own():
    """`fal` by `fal`: the client keeps the name."""
    change = replaced("scail-2.yaml", "\nid: scail-2\n", "\nid: fal\n")
    made = built(change)

    assert () == made.findings
    assert ("Fal", "FalModel") == (
        made.plan.provider("fal").client_name,
        made.plan.provider("fal").models[0].class_name,
    )
