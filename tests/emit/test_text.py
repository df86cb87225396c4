"""Text of a spec stays text, wherever it stands."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from callsheet.emit.layout import tidy
from callsheet.emit.rendering import endpoints, entries, judging, shared
from callsheet.plan.build import build
from callsheet.spec.model import (
    FileSpec,
    ModelSpec,
    OptionSpec,
    ProviderSpec,
    SignatureSpec,
    Specs,
    StreamSpec,
    SubmitSpec,
)

# Names and words of the language: the meta-schemas let no arbitrary text in there. All other strings are text.
FIXED = frozenset(
    {
        "accepted", "billed", "certainty", "client_version", "counted_from", "decode", "file", "format", "id", "json",
        "kind", "means", "media", "mend", "method", "name", "named", "node", "nulls", "on", "provider", "protocols",
        "retry", "unknown_fields", "when",
    }
)  # fmt: skip

FIXED_IN: dict[type, frozenset[str]] = {
    FileSpec: frozenset({"gives"}),
    OptionSpec: frozenset({"to", "type"}),
    SignatureSpec: frozenset({"encoding", "secret_encoding"}),
    StreamSpec: frozenset({"logs"}),
    SubmitSpec: frozenset({"body"}),  # a template, left out where it is the usual one
}
"""Those of single kinds of values."""

ANY_TEXT = st.text(max_size=20) | st.text(alphabet="\"'\\\n\r\t\f\0\x85\u2028\ud800\u202e{}%# ", max_size=20)


def changed(value: Any, change: Callable[[str], str]) -> Any:
    """The same value with every text changed."""
    if isinstance(value, str):
        return change(value) if value else value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fixed = FIXED - {"name"} if isinstance(value, ProviderSpec | ModelSpec) else FIXED
        fixed |= FIXED_IN.get(type(value), frozenset())
        made = {
            f.name: changed(getattr(value, f.name), change) for f in dataclasses.fields(value) if f.name not in fixed
        }
        return dataclasses.replace(value, **made)
    if isinstance(value, Mapping):
        return {key: changed(part, change) for key, part in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, tuple):
        return tuple(changed(part, change) for part in cast("tuple[Any, ...]", value))
    if isinstance(value, list):
        return [changed(part, change) for part in cast("list[Any]", value)]
    return value


def shapes(files: Mapping[str, str]) -> dict[str, str]:
    """The syntax tree of each module, with nothing of a constant but its type."""
    return {path: shape(text) for path, text in files.items()}


def shape(text: str) -> str:
    """One syntax tree."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            node.value = type(node.value).__name__
    return ast.dump(tree)


def rendered(specs: Specs, change: Callable[[str], str]) -> dict[str, str]:
    """What a changed spec gives, before it is laid out."""
    plan = build(changed(specs, change)).plan
    listed = {provider.id: entries(provider) for provider in plan.providers}
    return shared(plan, listed) | endpoints(plan) | judging(plan)


@pytest.fixture(scope="module")
def plain(specs: Specs) -> dict[str, str]:
    """What it should look like."""
    return shapes(rendered(specs, lambda text: f"a{text}z"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=ANY_TEXT, after=ANY_TEXT)
@example(before='"""', after='"""')
@example(before="'''\\", after="\\")
@example(before="\n", after="\n    import os")
@example(before="{{ 7 * 7 }}{% raw %}", after="{#")
@example(before="\0\f\ud800", after="\r\u2028")
def test_text_changes_nothing_but_constants(specs: Specs, plain: dict[str, str], before: str, after: str) -> None:
    """Arbitrary text in every text position leaves the syntax tree of each module unchanged but for its constants."""
    # Never the text itself: what equals a default of the tables is left out.
    assert plain == shapes(rendered(specs, lambda text: f"{before}a{text}z{after}"))


@pytest.mark.parametrize("text", ['"""', "\\", "\n\n\t'", "\0\x0c\ud800\u202e", "# noqa\n# fmt: off", "# type: ignore"])
def test_laying_out_changes_nothing_but_constants(specs: Specs, plain: dict[str, str], text: str) -> None:
    """Nor does what the formatter does to it."""
    laid_out = tidy(rendered(specs, lambda words: f"{text}{words}{text}"))

    assert shapes(tidy(rendered(specs, lambda words: f"a{words}z"))) == shapes(laid_out)
    assert plain.keys() == laid_out.keys()


def test_every_text_is_reached(specs: Specs) -> None:
    """The change touches what it should: texts of each kind come out changed."""
    made = "".join(rendered(specs, lambda text: f"§{text}§").values())

    for text in (
        "§Wan Animate§",
        "§replace§",
        "§https://api.segmind.com§",
        "§Too many requests.§",
        "§SEGMIND_API_KEY§",
    ):
        assert text in made
