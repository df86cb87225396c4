"""Slips are one change each, of code that does something."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def loaded(name: str) -> ModuleType:
    """A script beside this file, as a module."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


mutate = loaded("mutate")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a < 5", {"a <= 5", "a < 6", "a < 4"}),
        ("a and b", {"a or b"}),
        ("not a", {"a"}),
        ("x = 'queued'", {"x = 'running'"}),
        ("x = '/status'", {"x = '/statusx'"}),
        ("if a:\n    b()", {"if not a:\n    b()", "if a:\n    pass"}),
        ("a(b=c)", {"a()", "pass"}),
        ("def f():\n    return a", {"def f():\n    return None"}),
        ("while a:\n    break", {"while not a:\n    break", "while a:\n    continue"}),
        ("def f():\n    yield a", {"def f():\n    pass"}),
        ("raise A", {"pass"}),
    ],
)
def test_each_slip_changes_one_thing(before: str, after: set[str]) -> None:
    """Every kind of slip, and no other."""
    assert {slip.text().rstrip() for slip in mutate.slips(before)} == after


@pytest.mark.parametrize(
    "text",
    [
        '"""Words."""',
        "def f(a: Literal['x'] = b) -> Literal['y']:\n    pass",
        "x = 'words for people'",
        "x = f'{a} of'",
        "if TYPE_CHECKING:\n    x = 1",
        "@dataclass(frozen=True)\nclass A:\n    pass",
        "__all__ = ['a']",
    ],
)
def test_what_no_test_could_notice_is_left_alone(text: str) -> None:
    """Docstrings, annotations, texts for people, declarations."""
    assert list(mutate.slips(text)) == []


def test_a_slip_knows_where_it_is() -> None:
    """Its line, and those of the function around it; the lines stay where they were."""
    text = "a = 1\n\nclass B:\n    def c(self):\n        def d():\n            return e\n        return d\n"
    made = {slip.source(): slip for slip in mutate.slips(text)}

    assert {source: [*slip.around()] for source, slip in made.items()} == {
        "a = 1": [],
        "return e": [5, 6],
        "return d": [4, 5, 6, 7],
    }
    assert made["return d"].tree().body[1].body[0].body[1].lineno == 7


def test_slips_of_the_runtime_are_python_and_differ() -> None:
    """Each can be compiled, and is another file than the one it was made from."""
    text = (Path(__file__).parents[2] / "generator/callsheet/runtime/polling.py").read_text("utf-8")
    same = ast.unparse(ast.parse(text)) + "\n"
    made = [slip.text() for slip in mutate.slips(text)]

    assert len(made) > 20
    assert all(compile(one, "slip", "exec") and one != same for one in made)
