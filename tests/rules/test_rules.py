"""Every rule carries its own lesson, and every lesson is tried."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from callsheet.cli import settings
from callsheet.findings import Span
from callsheet.plan.build import build
from callsheet.rules import RULES, Rule
from callsheet.source.jsontree import read_json
from callsheet.source.nodes import plain
from callsheet.source.yamltree import read_yaml
from callsheet.spec.load import load
from callsheet.validate import validate

HERE = Path(__file__).parent
BASE = {name: (HERE.parent / f"base_specs/reel/{name}.yaml").read_text("utf-8") for name in ("provider", "clip")}
CASES = HERE.parent / "cases"

PAYLOAD_INPUT = """
input:
  mode: {type: string, enum: [animation, replace], about: How it moves.}
  seed: {type: integer, about: Fixes the randomness.}
  steps: {type: integer, minimum: 1, maximum: 50, about: How long it takes.}
  image: {type: string, format: uri, media: image, about: The first frame.}
  last_image: {type: string, format: uri, media: image, about: The last frame.}
rules:
  last_needs_first:
    about: A last frame alone is no clip.
    when: {last_image: {present: true}}
    then: {image: {present: true}}
"""


def parsed(text: str) -> Any:
    """The plain value of YAML without faults. PyYAML itself would read the key `on` as true."""
    node, findings = read_yaml("example.yaml", text.encode())
    assert node is not None
    assert not findings
    return plain(node)


def laid_over(below: Any, above: Any) -> Any:
    """Mappings merge; everything else is replaced."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    merged = copy.deepcopy(below)
    for key, value in above.items():
        merged[key] = laid_over(merged[key], value) if key in merged else value
    return merged


def as_spec(file: str, example: str) -> dict[str, bytes]:
    """The base specs, with an example laid over one of them.

    Where the example speaks of the output anew, the base's own output makes way: it is text, not an object.
    """
    above, below = parsed(example), parsed(BASE[file])
    if "type" in above.get("output", {}):
        below["output"] = {"about": "What comes out."}
    texts = {**BASE, file: json.dumps(laid_over(below, above), indent=2)}
    return {f"specs/reel/{name}.yaml": text.encode() for name, text in texts.items()}


def rules_of(rule: Rule, example: str) -> set[str]:
    """The rules that an example breaks."""
    match rule.example:
        case "yaml":
            _, findings = read_yaml("example.yaml", example.encode())
        case "json":
            _, findings = read_json("example.json", example)
        case "settings":
            _, findings = settings.read(Path("pyproject.toml"), example.encode(), Path())
        case "provider" | "model":
            loaded = load(as_spec("clip" if rule.example == "model" else "provider", example))
            findings = (*loaded.findings, *(() if loaded.findings else build(loaded.specs).findings))
        case _:
            plan = build(load(as_spec("clip", PAYLOAD_INPUT)).specs).plan
            findings = validate(plan.endpoints()[0], json.loads(example), Span("payload.json"))
    return {finding.rule for finding in findings}


RUNNABLE = [rule for rule in RULES.values() if rule.example != "folder"]


def test_base_is_valid() -> None:
    """The specs that examples are laid over have no finding of their own, so an example alone is to blame."""
    assert set() == rules_of(Rule("", "", "", "", "", example="model"), "{}")
    assert not load({f"specs/reel/{name}.yaml": text.encode() for name, text in BASE.items()}).findings


@pytest.mark.parametrize("rule", RUNNABLE, ids=lambda rule: rule.id)
def test_wrong_example_breaks_its_rule_alone(rule: Rule) -> None:
    """The wrong example of a rule gives findings of this rule, and of no other."""
    assert {rule.id} == rules_of(rule, rule.wrong)


@pytest.mark.parametrize("rule", RUNNABLE, ids=lambda rule: rule.id)
def test_right_example_breaks_none(rule: Rule) -> None:
    """The right example of a rule is free of findings."""
    assert set() == rules_of(rule, rule.right)


@pytest.mark.parametrize("rule", [r for r in RULES.values() if r.example == "folder"], ids=lambda rule: rule.id)
def test_rule_without_runnable_example_has_a_case(rule: Rule) -> None:
    """A rule whose example is a folder in words is shown by a case, or a test expects it by name."""
    reported = [path.read_text("utf-8") for path in CASES.glob("*/findings.txt")]
    told = "".join(path.read_text("utf-8") for path in HERE.parent.rglob("test_*.py"))

    assert any(f"[{rule.id}]" in text for text in reported) or f'"{rule.id}"' in told or f"[{rule.id}]" in told


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_rule_is_worded_for_people(rule: Rule) -> None:
    """Summaries are sentences; reasons go on after "why:", without a full stop; ids are lower-case words."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id)
    assert rule.summary[0].isupper()
    assert rule.summary.endswith(".")
    assert rule.why
    assert not rule.why.endswith(".")
    assert rule.wrong != rule.right


def test_ids_are_keys() -> None:
    """The registry finds a rule by its id."""
    assert all(rule.id == key for key, rule in RULES.items())
